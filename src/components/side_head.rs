//! The head that panes of the side share: which of them is shown, how much changed, and since
//! when.

use crate::components::segments::segments;
use crate::panes::tree::layout::Sign;
use crate::panes::{self, PANES, PaneId};
use crate::state::{ShellAction, SideAction, State, TreeScope};
use crate::words::{say, say_of};
use yew::prelude::*;

/// Draws the head of a pane; `counts` is how much was added, replaced, deleted.
pub(crate) fn side_head(view: &State, pane: PaneId, counts: [usize; 3]) -> Html {
    let scope = |word, title, scope| {
        let set = SideAction::SetScope(scope).into();
        (say(word), say(title), set, view.side.scope == scope)
    };
    let place = panes::place(pane);
    let sharing = PANES.iter().filter(|row| Some(row.stands) == place);
    let choices = sharing.map(|row| {
        let front = ShellAction::Front(row.id).into();
        (
            say_of("pane", row.id),
            say("side.other"),
            front,
            row.id == pane,
        )
    });
    html! {
        <header class="pane__head">
            <h2 class="pane__title side-head__title">{ say_of("pane-title", pane) }</h2>
            <div class="side-head__switch">{ segments(say("page.what"), choices) }</div>
            <span class="side-head__counts">
                { count(Sign::Added, counts[0]) }
                { count(Sign::Replaced, counts[1]) }
                { count(Sign::Deleted, counts[2]) }
            </span>
            { segments(say("side.changes"), [
                scope("side.step", "side.step-title", TreeScope::Step),
                scope("side.run", "side.run-title", TreeScope::Run),
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
        <span {class} data-sign={sign.word()} title={say_of("sign", sign.word())}>{ sign.mark() }{ count }</span>
    }
}
