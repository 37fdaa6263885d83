//! Bytes as hex and text, a line for 16 or 8; the chosen ones are marked.

use crate::components::lengths;
use crate::components::listing::{Listing, Rows};
use crate::layout::hex::{Mark, line_count, line_range, pieces};
use crate::playback::RunHandle;
use crate::words::say;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// Height of a line, rem.
const LINE: f64 = 1.25;

/// Which bytes, and which of them are marked.
#[derive(Clone, PartialEq)]
pub(super) struct Marked {
    /// The run.
    pub(super) run: RunHandle,
    /// The step whose bytes are shown.
    pub(super) id: u32,
    /// Bytes on a line.
    pub(super) per_line: usize,
    /// Bytes of what encloses the chosen field.
    pub(super) around: Range<usize>,
    /// Bytes of the chosen field.
    pub(super) chosen: Range<usize>,
}

impl Marked {
    /// Prepares the lines.
    pub(super) fn rows(&self) -> Rows {
        let marked = self.clone();
        Rows(Rc::new(move |at| marked.line(at)))
    }

    fn bytes(&self) -> &[u8] {
        self.run.step(self.id).map_or(&[], |step| &step.bytes)
    }

    fn line(&self, at: usize) -> Html {
        let bytes = self.bytes();
        let line = line_range(at, bytes.len(), self.per_line);
        let pieces = pieces(bytes, line.clone(), &self.around, &self.chosen);
        let class = |mark: Mark| match mark {
            Mark::Plain => None,
            Mark::Around => Some("bytes-view__around"),
            Mark::Chosen => Some("bytes-view__chosen"),
        };
        let per = self.per_line;
        let pick = format!("{} {} {per}", line.start, line.end);
        html! {
            <div key={at} class="bytes-view__line" style={lengths(("top", at as f64 * LINE), None, "rem")}>
                <span class="bytes-view__offset">{ format!("{:04X}", line.start) }</span>
                <span class="bytes-view__hex" data-bytes={pick.clone()} style={format!("width:{}ch", per * 3)}>
                    { for pieces.iter().map(|piece| html! { <>
                        <span class={class(piece.mark)}>{ &piece.hex }</span>{ " " }
                    </> }) }
                </span>
                <span class="bytes-view__text" data-bytes={pick} style={format!("width:{per}ch")}>
                    { for pieces.iter().map(|piece| html! {
                        <span class={class(piece.mark)}>{ &piece.text }</span>
                    }) }
                </span>
            </div>
        }
    }
}

/// Draws the lines.
pub(super) fn bytes_view(marked: &Marked, rows: Rows) -> Html {
    let chosen = &marked.chosen;
    let reveal = (!chosen.is_empty()).then(|| {
        let first = chosen.start / marked.per_line;
        (first..first + 1, chosen.start as u32)
    });
    html! {
        <Listing
            class="bytes-view"
            role="group"
            label={say("tab.bytes")}
            row={LINE}
            count={line_count(marked.bytes().len(), marked.per_line)}
            {rows}
            of={marked.id}
            {reveal}
        />
    }
}
