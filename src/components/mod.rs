//! What is drawn: one component, one file. Components own no truth: they read the state through
//! named hooks, take their geometry from `layout`, and ask for changes by actions.

pub mod architecture;
pub mod breadcrumb;
pub mod bytes_view;
pub mod facts;
pub mod field_list;
pub mod header;
pub mod help_panel;
pub mod inspector;
pub mod ladder;
pub mod ladder_row;
pub mod node_card;
pub mod notices;
pub mod page;
pub mod player;
pub mod prompt;
pub mod segments;
pub mod sentence;
pub mod settings_panel;
pub mod timeline;
pub mod tree_view;
pub mod xml_view;

use dmsc_core::trace::Interface;

/// The value of `data-interface`, by which the style sheets give an element its colour.
pub fn hue(interface: Interface) -> &'static str {
    match interface {
        Interface::Dm1 => "dm1",
        Interface::Dm2 => "dm2",
        Interface::Dm3 | Interface::Cp1 => "dm3",
        Interface::DmSc1 => "dmsc1",
        Interface::Update => "update",
        Interface::Internal => "internal",
    }
}
