//! Parts of a row that the panes of the side share: what became of it, its toggle, its value. And
//! which rows stand together.

use crate::components::truth;
use crate::panes::tree::layout::Sign;
use crate::words::{say, say_of};
use std::ops::Range;
use yew::prelude::*;

/// What became of a row itself, else of what lies below it.
pub(crate) fn shown_sign(own: Sign, below: Sign) -> Sign {
    if own == Sign::Same { below } else { own }
}

/// The class of a row that the moment with this number changed: it shows its colour and settles.
/// Two names for the same motion let it run again at the next moment.
pub(crate) fn wash(moment: usize) -> &'static str {
    match moment % 2 {
        0 => "tree-view__row--wash",
        _ => "tree-view__row--wash-again",
    }
}

/// From the first to behind the last of the rows that are so.
pub(crate) fn span<T>(rows: &[T], is: impl Fn(&T) -> bool) -> Option<Range<usize>> {
    let first = rows.iter().position(&is)?;
    let last = rows.iter().rposition(is)?;
    Some(first..last + 1)
}

/// Draws what became of a row.
pub(crate) fn sign_cell(own: Sign, below: Sign) -> Html {
    let sign = shown_sign(own, below);
    html! {
        <span class="tree-view__sign" title={say_of("sign", sign.word())}>
            { sign.mark() }
            if !sign.word().is_empty() {
                <span class="tree-view__unseen">
                    { if own == Sign::Same { say("tree.below") } else { say_of("sign", sign.word()) } }
                </span>
            }
        </span>
    }
}

/// Opens and shuts a row.
pub(crate) struct Toggle {
    /// Whether it is open.
    pub(crate) open: bool,
    /// What it opens, for people who do not see it.
    pub(crate) label: String,
    /// Place in the order of the tabulator key; `None` for the usual one.
    pub(crate) tabindex: Option<&'static str>,
    /// What a click asks for.
    pub(crate) order: Option<String>,
}

/// Draws the toggle, or its place where there is nothing to open.
pub(crate) fn toggle_cell(toggle: Option<Toggle>) -> Html {
    let Some(toggle) = toggle else {
        return html! { <span class="tree-view__toggle" /> };
    };
    let open = toggle.open;
    html! {
        <button
            type="button"
            class={if open { "tree-view__toggle tree-view__toggle--open" } else { "tree-view__toggle" }}
            aria-label={toggle.label}
            aria-expanded={truth(open)}
            tabindex={toggle.tabindex}
            data-order={toggle.order}
        >{ "▸" }</button>
    }
}

/// Draws what a value was before, if it was another.
pub(crate) fn old_value(old: Option<&String>) -> Html {
    html! {
        if let Some(old) = old {
            <s class="tree-view__old">{ old }</s>
            <span class="tree-view__to">{ "→" }</span>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reaches_over_what_stands_between() {
        assert_eq!(span(&[0, 1, 0, 1, 0], |n| *n == 1), Some(1..4));
        assert_eq!(span(&[0], |n| *n == 1), None);
    }

    #[test]
    fn a_row_shows_its_own_sign_before_that_of_its_parts() {
        assert_eq!(shown_sign(Sign::Same, Sign::Added), Sign::Added);
        assert_eq!(shown_sign(Sign::Deleted, Sign::Added), Sign::Deleted);
    }
}
