//! A list that scrolls: only the rows in sight are drawn. All rows are equally high.

use crate::components::lengths;
use crate::hooks::use_viewport;
use crate::layout::window;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// Draws the row with an index; a new one means that rows have changed.
#[derive(Clone)]
pub(crate) struct Rows(pub(crate) Rc<dyn Fn(usize) -> Html>);

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What a list is made of.
#[derive(PartialEq, Properties)]
pub(crate) struct ListingProps {
    /// Its class.
    pub(crate) class: &'static str,
    /// Its role.
    pub(crate) role: &'static str,
    /// What it is, for people who do not see it.
    pub(crate) label: &'static str,
    /// Height of a row, rem.
    pub(crate) row: f64,
    /// How many rows.
    pub(crate) count: usize,
    /// Draws them.
    pub(crate) rows: Rows,
    /// Of what the list is; a list of something else begins at its top.
    pub(crate) of: u32,
    /// Rows to bring into sight, and the occasion: each occasion brings them once.
    #[prop_or_default]
    pub(crate) reveal: Option<(Range<usize>, u32)>,
}

/// The rows in sight.
#[component]
pub(crate) fn Listing(props: &ListingProps) -> Html {
    let node = use_node_ref();
    let (port, onscroll) = use_viewport(&node);
    let view = port.view();
    let row = props.row;
    {
        let port = port.clone();
        use_effect_with(props.of, move |_| {
            if port.top() > 0.0 {
                port.scroll_to(0.0, false);
            }
        });
    }
    {
        let height = view.height as u32;
        use_effect_with((props.reveal.clone(), height), move |(reveal, _)| {
            let Some((rows, _)) = reveal else {
                return;
            };
            let (top, bottom) = (rows.start as f64 * row, rows.end as f64 * row);
            let (now, height) = (port.top(), port.view().height - row);
            if top >= now && bottom <= now + height {
                return;
            }
            // All of them when they fit, else from the first on; with a row to spare.
            let target = if bottom - top + row > height || top < now {
                top - row
            } else {
                bottom - height + row
            };
            port.scroll_to(target, true);
        });
    }
    let range = window(view.top, view.height, row, props.count);
    html! {
        <div
            class={classes!("listing", props.class)}
            ref={node}
            {onscroll}
            role={props.role}
            aria-label={props.label}
            tabindex="0"
        >
            <div class="listing__canvas" style={lengths(("height", props.count as f64 * row), None, "rem")}>
                { for range.map(|at| (props.rows.0)(at)) }
            </div>
        </div>
    }
}
