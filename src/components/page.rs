//! The page: which part stands where at which width.

use crate::components::architecture::Architecture;
use crate::components::header::Header;
use crate::components::help_panel::HelpPanel;
use crate::components::inspector::Inspector;
use crate::components::ladder::LadderPane;
use crate::components::notices::Notices;
use crate::components::player::Player;
use crate::components::prompt::Prompt;
use crate::components::segments::Segments;
use crate::components::sentence::Sentence;
use crate::components::settings_panel::SettingsPanel;
use crate::components::tree_view::TreeView;
use crate::hooks::{PageShape, use_orders, use_page_shape, use_view};
use crate::state::{Action, Pane, Panel};
use yew::prelude::*;

/// How long a message travels at normal speed, milliseconds.
const TRAVEL_MS: u32 = 400;

/// The whole page.
#[component]
pub fn Page() -> Html {
    let view = use_view();
    let shape = use_page_shape(view.large);
    let travel = (TRAVEL_MS * 100 / u32::from(view.speed.max(1))).clamp(120, 800);
    let class = match shape {
        PageShape::Wide => "page page--wide",
        PageShape::Medium => "page page--medium",
        PageShape::Narrow => "page page--narrow",
    };
    html! {
        <div {class} style={format!("--travel:{travel}ms")}>
            <Header />
            <Notices />
            <Panes {shape} pane={view.pane} />
            <footer class="page__foot">
                <Sentence />
                <Player />
            </footer>
            <Prompt />
            if view.panel == Some(Panel::Settings) {
                <SettingsPanel />
            }
            if view.panel == Some(Panel::Help) {
                <HelpPanel />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct PanesProps {
    shape: PageShape,
    pane: Pane,
}

#[component]
fn Panes(props: &PanesProps) -> Html {
    match props.shape {
        PageShape::Wide => html! {
            <main class="page__main">
                <div class="page__column">
                    <Architecture />
                    <LadderPane />
                </div>
                <div class="page__column">
                    <TreeView />
                    <Inspector />
                </div>
            </main>
        },
        PageShape::Medium => html! {
            <main class="page__main">
                <div class="page__column">
                    <Architecture />
                    <LadderPane />
                </div>
                <div class="page__column">
                    <Tabs panes={vec![Pane::Tree, Pane::Inspector]} />
                    if props.pane == Pane::Inspector { <Inspector /> } else { <TreeView /> }
                </div>
            </main>
        },
        PageShape::Narrow => html! {
            <main class="page__main">
                <Architecture />
                <Tabs panes={vec![Pane::Ladder, Pane::Tree, Pane::Inspector]} />
                { match props.pane {
                    Pane::Ladder => html! { <LadderPane /> },
                    Pane::Tree => html! { <TreeView /> },
                    Pane::Inspector => html! { <Inspector /> },
                } }
            </main>
        },
    }
}

#[derive(PartialEq, Properties)]
struct TabsProps {
    panes: Vec<Pane>,
}

#[component]
fn Tabs(props: &TabsProps) -> Html {
    let view = use_view();
    let orders = use_orders();
    let word = |pane: &Pane| match pane {
        Pane::Ladder => "Ladder",
        Pane::Tree => "Tree",
        Pane::Inspector => "Inspector",
    };
    let panes = props.panes.clone();
    let chosen = panes
        .iter()
        .position(|pane| *pane == view.pane)
        .unwrap_or(0);
    let choices: Vec<(AttrValue, AttrValue)> = panes
        .iter()
        .map(|pane| (word(pane).into(), "".into()))
        .collect();
    let choose = orders
        .act
        .reform(move |at: usize| Action::SetPane(panes.get(at).copied().unwrap_or_default()));
    html! {
        <div class="page__tabs">
            <Segments label="What to see" {choices} {chosen} {choose} />
        </div>
    }
}
