//! The head that management tree and card share: which of the two is shown, how much changed,
//! and since when.

use crate::components::segments::segments;
use crate::layout::tree::Sign;
use crate::state::{Action, Pane, State, TreeScope};
use yew::prelude::*;

/// Draws the head; `counts` is how much was added, replaced, deleted.
pub(super) fn side_head(view: &State, counts: [usize; 3]) -> Html {
    let scope = |word, title, scope| {
        (
            word,
            title,
            Action::SetTreeScope(scope),
            view.tree_scope == scope,
        )
    };
    let side = |word, pane, shown| (word, "The other one (C)", Action::SetPane(pane), shown);
    let title = if view.card { "Card" } else { "Management tree" };
    html! {
        <header class="pane__head">
            <h2 class="pane__title side-head__title">{ title }</h2>
            <div class="side-head__switch">
                { segments("What to see", [
                    side("Tree", Pane::Tree, !view.card),
                    side("Card", Pane::Card, view.card),
                ]) }
            </div>
            <span class="side-head__counts">
                { count(Sign::Added, counts[0]) }
                { count(Sign::Replaced, counts[1]) }
                { count(Sign::Deleted, counts[2]) }
            </span>
            { segments("Changes shown", [
                scope("This step", "Changes of the present step of the enabler (T)", TreeScope::Step),
                scope("Whole run", "All changes since the start (T)", TreeScope::Run),
            ]) }
        </header>
    }
}

fn count(sign: Sign, count: usize) -> Html {
    let class = if count == 0 {
        "side-head__count side-head__count--none"
    } else {
        "side-head__count"
    };
    html! {
        <span {class} data-sign={sign.word()} title={sign.word()}>{ sign.mark() }{ count }</span>
    }
}
