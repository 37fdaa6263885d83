//! One row of the ladder: in the lanes an arrow or a mark, beside them the words, at the right
//! edge what is counted.

use super::layout::{LadderRow, Shape};
use crate::components::{hue, lengths, order, truth};
use crate::playback::RunHandle;
use crate::state::TimeAction;
use crate::words::{fill, say, say_of};
use dmsc_core::codec::hex;
use dmsc_core::trace::{Event, Fate, Layer, Step};
use dmsc_core::tree::ChangeKind;
use yew::prelude::*;

/// Where a row lies in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It has happened.
    Past,
    /// It happens now.
    Present,
    /// It is yet to come.
    Future,
}

impl Phase {
    /// The word in class names.
    fn id(self) -> &'static str {
        match self {
            Phase::Past => "past",
            Phase::Present => "present",
            Phase::Future => "future",
        }
    }
}

/// What a row is made of.
#[derive(PartialEq, Properties)]
pub(super) struct LadderRowProps {
    /// The run.
    pub(super) run: RunHandle,
    /// Its place.
    pub(super) row: LadderRow,
    /// Its time.
    pub(super) phase: Phase,
    /// It is under inspection.
    pub(super) chosen: bool,
    /// It was just reached, so what moves may be seen to move.
    pub(super) moving: bool,
    /// The one edit of the run is what broke this row, and can be taken back here.
    pub(super) undo: bool,
}

/// Draws a row.
#[component]
pub(super) fn LadderRowView(props: &LadderRowProps) -> Html {
    let (run, row) = (&props.run, props.row);
    let Some(step) = run.step(row.id) else {
        return Html::default();
    };
    let shape = match row.shape {
        Shape::Title => "title",
        Shape::Whole => "whole",
        Shape::Arrow => "arrow",
        Shape::Mark => "local",
    };
    let class = classes!(
        "ladder-row",
        format!("ladder-row--{shape}"),
        format!("ladder-row--{}", row.layer.id()),
        format!("ladder-row--{}", props.phase.id()),
        props.chosen.then_some("ladder-row--chosen"),
        props.moving.then_some("ladder-row--moving"),
    );
    html! {
        <div
            {class}
            role="listitem"
            style={lengths(("top", row.top), Some(("height", row.height)), "rem")}
            data-step={row.id.to_string()}
            data-event={step.event.key()}
            data-interface={hue(row.interface)}
            data-order={order(TimeAction::Seek(row.id))}
            aria-current={(props.phase == Phase::Present).then_some("step")}
        >
            if row.nest > 0 {
                <span class="ladder-row__ground" style={format!("--nest:{}", row.nest)} />
            }
            { match row.shape {
                Shape::Title => title(run, row),
                Shape::Whole => whole(run, row),
                Shape::Arrow => arrow(props, step),
                Shape::Mark => local(props, step),
            } }
            if row.inside > 0 {
                { toggle(run, row) }
            }
        </div>
    }
}

fn toggle(run: &RunHandle, row: LadderRow) -> Html {
    let name = [("name", run.name(row.id).to_owned())];
    html! {
        <button
            type="button"
            class="ladder-row__toggle"
            aria-expanded={truth(row.open)}
            aria-label={fill("ladder.inside", &name)}
            title={say(if row.open { "ladder.close" } else { "ladder.open" })}
            data-order={order(TimeAction::ToggleRow(row.id))}
        >
            <span class="ladder-row__chevron" aria-hidden="true">{ "▸" }</span>
            if row.shape != Shape::Title {
                { row.inside }
            }
        </button>
    }
}

fn title(run: &RunHandle, row: LadderRow) -> Html {
    let (number, title) = run.title(run.section_of(row.id));
    html! {
        <span class="ladder-row__heading">
            <span class="ladder-row__unseen">{ number }</span>
            { title }
        </span>
    }
}

/// A folded step of the enabler: its title, and what came of it.
fn whole(run: &RunHandle, row: LadderRow) -> Html {
    html! { <>
        { title(run, row) }
        { way(row, None) }
        <span class="ladder-row__words">
            <span class="ladder-row__detail">{ run.name(run.result(row.id)) }</span>
        </span>
    </> }
}

fn arrow(props: &LadderRowProps, step: &Step) -> Html {
    let (run, row) = (&props.run, props.row);
    let interface = step.interface.name();
    let named = !interface.is_empty() && row.layer <= Layer::Packages;
    let detail = run.detail(row.id);
    let bytes = row.layer == Layer::Apdu && step.bytes.len() > 2;
    let edited = !run.trace().edits.is_empty();
    html! { <>
        { way(row, step.fate) }
        <span class="ladder-row__words" style={(row.nest > 0).then(|| format!("--nest:{}", row.nest))}>
            <span class="ladder-row__title">
                if named {
                    <span class="ladder-row__interface">{ interface }</span>
                }
                { run.name(row.id) }
                if row.layer >= Layer::Toolkit && !bytes && !detail.is_empty() {
                    <span class="ladder-row__aside">{ detail }</span>
                }
                { step.fate.map(|fate| tag(fate, edited)) }
            </span>
            if row.layer <= Layer::Http {
                <span class="ladder-row__detail">
                    if named {
                        <span class="ladder-row__interface">{ interface }</span>
                    }
                    { step.fate.map(|fate| tag(fate, edited)) }
                    { detail }
                </span>
            }
        </span>
        if props.undo {
            <button type="button" class="ladder-row__undo" data-order="unedit 0">{ say("ladder.undo") }</button>
        }
        if bytes {
            <span class="ladder-row__bytes">{ head(&step.bytes) }</span>
        }
    </> }
}

/// What became of a message that did not simply arrive: by the user's doing in a run with edits.
fn tag(fate: Fate, edited: bool) -> Html {
    let text = match fate {
        Fate::Altered if !edited => say("ladder.altered").to_owned(),
        Fate::Late { by_ms } => {
            let seconds = format!("{}.{}", by_ms / 1000, by_ms % 1000 / 100);
            fill("fate.late", &[("seconds", seconds)])
        }
        fate => say_of("fate", fate.word()).to_owned(),
    };
    html! { <span class="tag" data-sign={if fate == Fate::Lost { "deleted" } else { "replaced" }}>{ text }</span> }
}

/// The line from lane to lane with what travels on it; a spot for what stays on its lane.
fn way(row: LadderRow, fate: Option<Fate>) -> Html {
    let (from, to) = (row.from.min(row.to), row.from.max(row.to));
    if from == to {
        return html! {
            <span class="ladder-row__lanes">
                <span class="ladder-row__spot" style={lengths(("left", from), None, "%")} />
            </span>
        };
    }
    let back = row.from > row.to;
    let lost = fate == Some(Fate::Lost);
    let middle = (from + to) / 2.0;
    // A lost message goes half of its way; the rest is dotted.
    let (left, right) = match (lost, back) {
        (false, _) => (from, to),
        (true, false) => (from, middle),
        (true, true) => (middle, to),
    };
    let rest = if back { (from, middle) } else { (middle, to) };
    html! {
        <span class="ladder-row__lanes">
            <span
                class={classes!(
                    "ladder-row__line",
                    back.then_some("ladder-row__line--back"),
                    lost.then_some("ladder-row__line--lost"),
                )}
                style={lengths(("left", left), Some(("width", right - left)), "%")}
            ><span class="ladder-row__track"><span class="ladder-row__dot" /></span></span>
            if lost {
                <span class="ladder-row__rest" style={lengths(("left", rest.0), Some(("width", rest.1 - rest.0)), "%")} />
                <span class="ladder-row__mark" data-kind="bad" style={lengths(("left", middle), None, "%")}>{ "✕" }</span>
            }
        </span>
    }
}

/// The first bytes of a command.
fn head(bytes: &[u8]) -> String {
    const SHOWN: usize = 5;
    let mut text = hex::spaced(&bytes[..bytes.len().min(SHOWN)]);
    if bytes.len() > SHOWN {
        text.push_str(" …");
    }
    text
}

/// How a fact inside an actor is marked: its kind, as the style sheets know it, and its sign.
fn sign(step: &Step) -> (&'static str, &'static str) {
    let strongest = step
        .changes
        .iter()
        .map(|change| change.kind)
        .max_by_key(|kind| match kind {
            ChangeKind::Deleted => 2,
            ChangeKind::Added => 1,
            _ => 0,
        });
    match (&step.event, strongest) {
        (event, _) if event.asks_user() => ("asked", "?"),
        (
            Event::UserAnswered { .. } | Event::DialogAnswered { .. } | Event::MenuChosen { .. },
            _,
        ) => ("asked", "!"),
        (
            Event::CredentialsChecked { code: 200 | 212 }
            | Event::OrderChecked { code: 200, .. }
            | Event::ReceiptChecked { problem: None, .. }
            | Event::UpdateAnswered { taken: true, .. }
            | Event::NotificationAccepted { .. }
            | Event::TlsEstablished
            | Event::AttackStopped { .. }
            | Event::SessionEnded { complete: true, .. },
            _,
        ) => ("good", "✓"),
        (
            Event::CredentialsChecked { .. }
            | Event::OrderChecked { .. }
            | Event::ReceiptChecked { .. }
            | Event::UpdateAnswered { .. }
            | Event::AttackSucceeded { .. }
            | Event::NotificationRefused { .. }
            | Event::ConnectionRefused { .. }
            | Event::MalformedReceived { .. }
            | Event::SessionEnded { .. },
            _,
        ) => ("bad", "✕"),
        (_, Some(ChangeKind::Added)) => ("added", "+"),
        (_, Some(ChangeKind::Deleted)) => ("deleted", "−"),
        (_, Some(_)) => ("replaced", "~"),
        (Event::CommandApplied { code, .. }, None) if *code >= 300 => ("bad", "✕"),
        (event, _) if event.kind().row().tone == dmsc_core::trace::Tone::Trouble => ("bad", "✕"),
        _ => ("plain", ""),
    }
}

/// What happens inside an actor: a mark on its lifeline, with a lead to its words.
fn local(props: &LadderRowProps, step: &Step) -> Html {
    let (run, row) = (&props.run, props.row);
    let (kind, sign) = sign(step);
    let detail = run.detail(row.id);
    // A Status stands at the right edge, where one compares it with those around it.
    let counted = matches!(
        step.event,
        Event::CommandApplied { .. } | Event::ReceiptStored { .. }
    );
    html! { <>
        <span class="ladder-row__lanes">
            <span class="ladder-row__lead" style={lengths(("left", row.from), None, "%")} />
            <span class="ladder-row__mark" data-kind={kind} style={lengths(("left", row.from), None, "%")}>
                <span aria-hidden="true">{ sign }</span>
            </span>
        </span>
        <span class="ladder-row__words">
            <span class="ladder-row__title">
                { run.name(row.id) }
                if !counted && !detail.is_empty() {
                    <span class="ladder-row__aside">{ detail }</span>
                }
            </span>
        </span>
        if counted {
            <span class="ladder-row__count" title={detail.to_owned()}>{ detail }</span>
        }
    </> }
}
