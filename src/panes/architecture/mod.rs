//! The stage: the architecture of the enabler, and the present message on its way.

pub mod layout;

use crate::components::hue;
use crate::hooks::use_viewport;
use crate::layout::hundredths;
use crate::panes::{Pane, PaneId, Stand};
use crate::playback::{Run, RunHandle};
use crate::words::{fill, say, say_of};
use dmsc_core::trace::Step;
use layout::{Part, Picture, Way};
use yew::prelude::*;

/// Name of the pane.
pub const ID: PaneId = "picture";

/// Row of the pane.
pub const PANE: Pane = Pane {
    id: ID,
    key: "",
    stands: Stand::Stage,
    view: |_, view| {
        html! {
            <Architecture run={view.run().clone()} cursor={view.time.cursor} stepped={view.time.stepped} />
        }
    },
};

/// Units of the drawing for one rem.
const UNIT: f64 = 16.0;

/// What the picture is made of; it is drawn anew only when some of it is another.
#[derive(PartialEq, Properties)]
struct ArchitectureProps {
    run: RunHandle,
    /// The present row.
    cursor: u32,
    /// The present row was just reached by a step.
    stepped: bool,
}

/// The picture.
#[component]
fn Architecture(props: &ArchitectureProps) -> Html {
    let ArchitectureProps {
        run,
        cursor,
        stepped,
    } = props;
    let node = use_node_ref();
    let (port, _) = use_viewport(&node);
    let width = port.view().width;
    let picture = use_memo(width as u32, |_| Picture::new(width));
    let step = run.step(run.telling(*cursor));
    let way = step.and_then(|step| picture.way(step));
    let small = picture.width < 38.0;
    html! {
        <section
            class={if small { "pane architecture architecture--small" } else { "pane architecture" }}
            ref={node}
            aria-label={say("pane.picture")}
            tabindex="-1"
        >
            <svg
                class="architecture__picture"
                viewBox={format!("0 0 {} {}", number(picture.width), number(picture.height))}
                role="img"
                aria-label={described(run, step)}
            >
                { groups(&picture, step) }
                { lines(&picture, way) }
                { boxes(&picture, step) }
                if let (Some(way), Some(step)) = (way, step) {
                    <g key={format!("{cursor}-{stepped}")} data-interface={hue(picture.lines[way.line].interface)}>
                        <circle
                            class={if *stepped { "architecture__dot architecture__dot--moving" } else { "architecture__dot" }}
                            r="7"
                            style={travel(way)}
                        >
                            <title>{ run.name(step.id) }</title>
                        </circle>
                    </g>
                }
            </svg>
        </section>
    }
}

fn described(run: &Run, step: Option<&Step>) -> String {
    let Some(step) = step else {
        return String::new();
    };
    let values = [
        ("from", step.from.name().to_owned()),
        ("to", step.to.name().to_owned()),
        ("name", run.name(step.id).to_owned()),
    ];
    fill(
        if step.is_local() {
            "picture.inside"
        } else {
            "picture.way"
        },
        &values,
    )
}

fn travel(way: Way) -> String {
    let (from, to) = (way.from, way.to);
    format!(
        "--from-x:{}px;--from-y:{}px;--to-x:{}px;--to-y:{}px",
        number(from.0),
        number(from.1),
        number(to.0),
        number(to.1)
    )
}

/// A length in the drawing's own units.
fn number(value: f64) -> String {
    format!("{}e-2", hundredths(value * UNIT))
}

fn groups(picture: &Picture, step: Option<&Step>) -> Html {
    picture
        .groups
        .iter()
        .map(|group| {
            let lit = group.card && step.is_some_and(Picture::lights_card);
            html! { <>
                <rect
                    class={classes!("architecture__group", lit.then_some("architecture__group--lit"))}
                    x={number(group.rect.x)} y={number(group.rect.y)}
                    width={number(group.rect.width)} height={number(group.rect.height)} rx="12"
                />
                <text class="architecture__word" x={number(group.rect.x + 0.75)} y={number(group.rect.y + 1.1)}>
                    { say_of("picture", group.name) }
                </text>
            </> }
        })
        .collect()
}

fn lines(picture: &Picture, way: Option<Way>) -> Html {
    let busy = |at: usize| way.is_some_and(|way| way.line == at);
    let strokes = picture.lines.iter().enumerate().map(|(at, line)| html! {
        <line
            class={classes!("architecture__line", busy(at).then_some("architecture__line--busy"))}
            data-interface={hue(line.interface)}
            x1={number(line.start.0)} y1={number(line.start.1)}
            x2={number(line.end.0)} y2={number(line.end.1)}
        />
    });
    let labels = picture.lines.iter().enumerate().map(|(at, line)| {
        let (x, y) = line.label;
        html! {
            <g
                class={classes!("architecture__label", busy(at).then_some("architecture__label--busy"))}
                data-interface={hue(line.interface)}
            >
                <rect
                    x={number(x - line.label_width / 2.0)} y={number(y - 0.58)}
                    width={number(line.label_width)} height={number(1.16)} rx="9.3"
                />
                <text x={number(x)} y={number(y + 0.27)}>{ line.name }</text>
            </g>
        }
    });
    html! { <>{ for strokes }{ for labels }</> }
}

fn boxes(picture: &Picture, step: Option<&Step>) -> Html {
    let lit = step.map(Picture::lit).unwrap_or_default();
    let interface = step.map_or("internal", |step| hue(step.interface));
    picture
        .boxes
        .iter()
        .map(|one| {
            let rect = one.rect;
            let bridge = one.part == Part::Terminal;
            let (x, y) = (number(rect.middle()), rect.centre());
            html! {
                <g
                    class={classes!(
                        "architecture__box",
                        bridge.then_some("architecture__box--bridge"),
                        lit.contains(&one.part).then_some("architecture__box--lit"),
                    )}
                    data-interface={interface}
                >
                    <rect
                        x={number(rect.x)} y={number(rect.y)}
                        width={number(rect.width)} height={number(rect.height)} rx="8"
                    />
                    if bridge {
                        <text
                            class="architecture__name"
                            transform={format!("translate({x} {}) rotate(-90)", number(y))}
                            dy="4.5"
                        >{ say_of("picture", one.name) }</text>
                    } else if one.role.is_empty() {
                        <text class="architecture__name" x={x} y={number(y + 0.3)}>{ say_of("picture", one.name) }</text>
                    } else {
                        <text class="architecture__name" x={x.clone()} y={number(y - 0.1)}>{ say_of("picture", one.name) }</text>
                        <text class="architecture__role" x={x} y={number(y + 0.95)}>{ say_of("picture", one.role) }</text>
                    }
                </g>
            }
        })
        .collect()
}
