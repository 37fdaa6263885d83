//! Bytes as hex and text, a line for 16 or 8; the chosen ones are marked.

use crate::hooks::{scroll_to, scroll_top, use_viewport};
use crate::layout::hex::{Mark, byte_at, clipped, line_count, line_range, pieces};
use crate::layout::window;
use crate::playback::RunHandle;
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// Height of a line, rem.
const LINE: f64 = 1.25;

/// Width that 16 bytes on a line need, rem.
const WIDE: f64 = 34.0;

/// Which bytes, and which of them are marked.
#[derive(PartialEq, Properties)]
pub struct BytesViewProps {
    /// The run.
    pub run: RunHandle,
    /// The step whose bytes are shown.
    pub id: u32,
    /// Bytes of what encloses the chosen field.
    pub around: Range<usize>,
    /// Bytes of the chosen field.
    pub chosen: Range<usize>,
    /// A byte was clicked.
    pub pick: Callback<usize>,
}

/// The lines in sight.
#[component]
pub fn BytesView(props: &BytesViewProps) -> Html {
    let node = use_node_ref();
    let (port, onscroll) = use_viewport(&node);
    let per_line = if port.width >= WIDE { 16 } else { 8 };
    let len = props.run.step(props.id).map_or(0, |step| step.bytes.len());
    let count = line_count(len, per_line);
    {
        let node = node.clone();
        use_effect_with(
            (
                props.id,
                props.chosen.clone(),
                per_line,
                port.height.to_bits(),
            ),
            move |(_, chosen, per_line, _)| {
                if chosen.is_empty() {
                    return;
                }
                let top = (chosen.start / per_line) as f64 * LINE;
                let now = scroll_top(&node);
                if top < now || top + LINE > now + port.height {
                    scroll_to(&node, top - port.height / 3.0, true);
                }
            },
        );
    }
    {
        let node = node.clone();
        use_effect_with((props.run.clone(), props.id), move |_| {
            scroll_to(&node, 0.0, false);
        });
    }
    let range = window(port.top, port.height, LINE, count);
    html! {
        <div class="bytes-view" ref={node} {onscroll} tabindex="0" role="group" aria-label="Bytes">
            <div class="bytes-view__canvas" style={format!("height:{}rem", count as f64 * LINE)}>
                { for range.map(|at| {
                    let line = line_range(at, len, per_line);
                    html! {
                        <ByteLine
                            key={at}
                            run={props.run.clone()}
                            id={props.id}
                            {at}
                            {per_line}
                            around={clipped(&props.around, &line)}
                            chosen={clipped(&props.chosen, &line)}
                            {line}
                            pick={props.pick.clone()}
                        />
                    }
                }) }
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ByteLineProps {
    run: RunHandle,
    id: u32,
    at: usize,
    per_line: usize,
    line: Range<usize>,
    around: Range<usize>,
    chosen: Range<usize>,
    pick: Callback<usize>,
}

/// One line.
#[component]
fn ByteLine(props: &ByteLineProps) -> Html {
    let bytes = props.run.step(props.id).map_or(&[][..], |step| &step.bytes);
    let pieces = pieces(bytes, props.line.clone(), &props.around, &props.chosen);
    let pick = {
        let (pick, line, per_line) = (props.pick.clone(), props.line.clone(), props.per_line);
        Callback::from(move |event: MouseEvent| {
            let Some(element) = event
                .current_target()
                .and_then(|target| target.dyn_into::<Element>().ok())
            else {
                return;
            };
            let rect = element.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - rect.left()) / rect.width();
            if let Some(byte) = byte_at(share, &line, per_line) {
                pick.emit(byte);
            }
        })
    };
    let class = |mark: Mark| match mark {
        Mark::Plain => None,
        Mark::Around => Some("bytes-view__around"),
        Mark::Chosen => Some("bytes-view__chosen"),
    };
    html! {
        <div class="bytes-view__line" style={format!("top:{}rem", props.at as f64 * LINE)}>
            <span class="bytes-view__offset">{ format!("{:04X}", props.line.start) }</span>
            <span
                class="bytes-view__hex"
                style={format!("width:{}ch", props.per_line * 3)}
                onclick={pick.clone()}
            >{ for pieces.iter().map(|piece| html! { <><span class={class(piece.mark)}>{ &piece.hex }</span>{ " " }</> }) }</span>
            <span
                class="bytes-view__text"
                style={format!("width:{}ch", props.per_line)}
                onclick={pick}
            >{ for pieces.iter().map(|piece| html! { <span class={class(piece.mark)}>{ &piece.text }</span> }) }</span>
        </div>
    }
}
