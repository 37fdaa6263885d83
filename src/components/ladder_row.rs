//! One row of the ladder: an arrow between lanes, a chip on one, or the title of a step.

use crate::components::{hue, lengths};
use crate::layout::ladder::{LadderRow, Shape};
use crate::orders;
use crate::playback::RunHandle;
use crate::state::Action;
use dmsc_core::codec::hex;
use dmsc_core::trace::{Event, Layer, Step};
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
}

/// Draws a row.
#[component]
pub(super) fn LadderRowView(props: &LadderRowProps) -> Html {
    let row = props.row;
    let Some(step) = props.run.step(row.id) else {
        return Html::default();
    };
    let shape = match row.shape {
        Shape::Title | Shape::Whole => "title",
        Shape::Arrow => "arrow",
        Shape::Chip => "chip",
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
            data-order={orders::text(&Action::Seek(row.id))}
            aria-current={(props.phase == Phase::Present).then_some("step")}
        >
            if row.nest > 0 {
                <span class="ladder-row__ground" style={format!("--nest:{}", row.nest)} />
            }
            { match row.shape {
                Shape::Title => title(&props.run, row),
                Shape::Whole => html! { <>{ title(&props.run, row) }{ way(row) }</> },
                Shape::Arrow => arrow(step, row),
                Shape::Chip => chip(step, row),
            } }
            if row.inside > 0 {
                <button
                    type="button"
                    class="ladder-row__toggle"
                    aria-expanded={if row.open { "true" } else { "false" }}
                    aria-label={format!("What carries {}", step.title())}
                    title={if row.open { "Close (Enter)" } else { "Open what is inside (Enter)" }}
                    data-order={orders::text(&Action::ToggleRow(row.id))}
                >
                    <span class="ladder-row__chevron" aria-hidden="true">{ "▸" }</span>
                    if row.shape != Shape::Title {
                        { row.inside }
                    }
                </button>
            }
        </div>
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

fn arrow(step: &Step, row: LadderRow) -> Html {
    let (left, width) = match row.layer {
        // Beside the bytes there is room from the left lane on.
        Layer::Apdu => (row.from.min(row.to), 100.0 - row.from.min(row.to)),
        _ => row.text_box(),
    };
    let detail = step.detail();
    // A command's first bytes stand beside the lane already.
    let beside = row.layer >= Layer::Toolkit
        && !detail.is_empty()
        && !matches!(step.event, Event::CommandApduSent);
    html! { <>
        <span class="ladder-row__text" style={lengths(("left", left), Some(("width", width)), "%")}>
            <span class="ladder-row__title">
                if !step.interface.name().is_empty() && row.layer <= Layer::Packages {
                    <span class="ladder-row__interface">{ step.interface.name() }</span>
                }
                { step.title() }
                if beside {
                    <span class="ladder-row__aside">{ detail.clone() }</span>
                }
            </span>
            if !detail.is_empty() && row.layer <= Layer::Http {
                <span class="ladder-row__detail">{ detail }</span>
            }
        </span>
        { way(row) }
        if row.layer == Layer::Apdu && step.bytes.len() > 2 {
            <span class="ladder-row__bytes" style={lengths(("--lane", row.from.min(row.to)), None, "%")}>
                { head(&step.bytes) }
            </span>
        }
    </> }
}

/// The line from lane to lane with what travels on it; a spot for what stays on its lane.
fn way(row: LadderRow) -> Html {
    let (from, to) = (row.from.min(row.to), row.from.max(row.to));
    if from == to {
        return html! { <span class="ladder-row__spot" style={lengths(("left", from), None, "%")} /> };
    }
    html! {
        <span
            class={if row.from < row.to { "ladder-row__line" } else { "ladder-row__line ladder-row__line--back" }}
            style={lengths(("left", from), Some(("width", to - from)), "%")}
        ><span class="ladder-row__track"><span class="ladder-row__dot" /></span></span>
    }
}

/// The first bytes of a command.
fn head(bytes: &[u8]) -> String {
    const SHOWN: usize = 9;
    let mut text = hex::spaced(&bytes[..bytes.len().min(SHOWN)]);
    if bytes.len() > SHOWN {
        text.push_str(" …");
    }
    text
}

fn chip(step: &Step, row: LadderRow) -> Html {
    let sign = step
        .changes
        .iter()
        .map(|change| change.kind)
        .max_by_key(|kind| match kind {
            ChangeKind::Deleted => 2,
            ChangeKind::Added => 1,
            _ => 0,
        });
    let (kind, mark) = match (&step.event, sign) {
        (event, _) if event.asks_user() => ("asked", "?"),
        (
            Event::UserAnswered { .. } | Event::DialogAnswered { .. } | Event::MenuChosen { .. },
            _,
        ) => ("asked", "!"),
        (Event::CredentialsChecked { code: 200 | 212 }, _)
        | (Event::NotificationAccepted { .. }, _)
        | (Event::SessionEnded { complete: true, .. }, _) => ("good", "✓"),
        (
            Event::CredentialsChecked { .. }
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
        _ => ("plain", ""),
    };
    let (from, room) = if row.on_the_right() {
        (100.0 - row.from, row.from)
    } else {
        (row.from, 100.0 - row.from)
    };
    let side = if row.on_the_right() {
        "ladder-row__chip ladder-row__chip--right"
    } else {
        "ladder-row__chip"
    };
    let detail = step.detail();
    html! {
        <span class={side} data-kind={kind} style={lengths(("--from", from), Some(("--room", room)), "%")}>
            if !mark.is_empty() {
                <span class="ladder-row__mark" aria-hidden="true">{ mark }</span>
            }
            <span class="ladder-row__title">{ step.title() }</span>
            if !detail.is_empty() {
                <span class="ladder-row__detail">{ detail }</span>
            }
        </span>
    }
}
