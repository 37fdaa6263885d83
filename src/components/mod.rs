//! What is drawn, one part of the page in one file. What keeps state of its own or is worth
//! skipping when nothing changed is a component; the rest are functions from state to markup,
//! because each component costs a few kilobytes of program. Neither owns any truth: geometry
//! comes from `layout`, and what can be clicked names its order (`data-order`), which `page`
//! reads.

mod architecture;
mod breadcrumb;
mod bytes_view;
mod card_view;
mod facts;
mod field_list;
mod header;
mod help_panel;
mod inspector;
mod ladder;
mod ladder_row;
mod listing;
mod node_card;
mod page;
mod player;
mod prompt;
mod segments;
mod sentence;
mod settings_panel;
mod side_head;
mod timeline;
mod tree_view;
mod xml_view;

pub use page::Page;

use crate::layout::hundredths;
use dmsc_core::trace::Interface;

/// The value of `data-interface`, by which the style sheets give an element its colour.
fn hue(interface: Interface) -> &'static str {
    match interface {
        Interface::Dm1 => "dm1",
        Interface::Dm2 => "dm2",
        Interface::Dm3 | Interface::Cp1 => "dm3",
        Interface::DmSc1 => "dmsc1",
        Interface::Update => "update",
        Interface::Internal => "internal",
    }
}

/// A style attribute with one or two lengths: `top:350e-2rem;height:225e-2rem`.
fn lengths(first: (&str, f64), second: Option<(&str, f64)>, unit: &str) -> String {
    let mut text = format!("{}:{}e-2{unit}", first.0, hundredths(first.1));
    if let Some((name, value)) = second {
        text.push_str(&format!(";{name}:{}e-2{unit}", hundredths(value)));
    }
    text
}
