//! The ladder as a drawing of its own: numbers of the enabler's steps, lanes, words.

use super::rows::{Ladder, Row, words};
use crate::trace::{Fate, Interface, Layer, Step, Trace};
use quick_xml::escape::escape;
use std::fmt::Write as _;

/// Pixels: margin, the rail of step numbers, a lane, a row, a row that is a heading.
const MARGIN: usize = 16;
const RAIL: usize = 44;
const LANE: usize = 120;
const ROW: usize = 22;
const HEADING: usize = 34;
/// Pixels of the names above the lanes.
const HEAD: usize = 56;
/// Pixels that a character of the words takes, at most.
const CHARACTER: usize = 7;
/// Characters of a row's words that are drawn; all of them stand in its title.
const SHOWN: usize = 110;

/// A drawing with everything down to `depth`, light or dark as its reader has it. What a row
/// cannot show stands in its title.
///
/// ```
/// use dmsc_core::export::svg;
/// use dmsc_core::trace::{Layer, Trace};
///
/// assert!(svg(&Trace::empty(), Layer::Packages).starts_with("<svg "));
/// ```
pub fn svg(trace: &Trace, depth: Layer) -> String {
    let ladder = Ladder::new(trace, depth);
    let lanes_end = MARGIN + RAIL + ladder.lanes.len() * LANE;
    let longest = ladder.rows.iter().map(row_length).max().unwrap_or_default();
    let width = lanes_end + longest * CHARACTER + MARGIN;
    let rows: usize = ladder.rows.iter().map(row_height).sum();
    let height = HEAD + rows + 2 * ROW + MARGIN;
    let mut out = String::new();
    open(&mut out, trace, width, height);
    for (index, actor) in ladder.lanes.iter().enumerate() {
        let (x, end) = (lane_x(index), HEAD + rows + 4);
        let name = escape(actor.name());
        put(
            &mut out,
            format_args!(r#"<text class="n" x="{x}" y="32">{name}</text>"#),
        );
        put(
            &mut out,
            format_args!(r#"<path class="l" d="M{x} 42V{end}"/>"#),
        );
    }
    let mut top = HEAD;
    for row in &ladder.rows {
        let height = row_height(row);
        let y = top + height / 2;
        match row {
            Row::Heading(number, title) => heading(&mut out, (number, title), y, lanes_end),
            Row::Message { step, from, to } => {
                arrow(&mut out, step, lane_x(*from), lane_x(*to), y);
                said(&mut out, step, lanes_end, y);
            }
            Row::Local { step, lane } => {
                let (x, hue) = (lane_x(*lane), class(step));
                put(
                    &mut out,
                    format_args!(r#"<circle class="{hue} o" cx="{x}" cy="{y}" r="4"/>"#),
                );
                said(&mut out, step, lanes_end, y);
            }
        }
        top += height;
    }
    let y = top + ROW + 8;
    let summary = escape(&trace.outcome.summary);
    put(
        &mut out,
        format_args!(r#"<text class="h" x="{MARGIN}" y="{y}">{summary}</text>"#),
    );
    out.push_str("</svg>\n");
    out
}

fn open(out: &mut String, trace: &Trace, width: usize, height: usize) {
    let name = escape(&trace.scenario);
    put(
        out,
        format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img"><title>{name}</title>"#
        ),
    );
    out.push_str(STYLE);
}

/// Colours mean interfaces, as in the page; both grounds have enough contrast.
const STYLE: &str = "<style>
svg{background:#fff;font:13px system-ui,sans-serif;--k:#1c2430;--f:#8a94a3}
text{fill:var(--k)}
.n{font-weight:600;text-anchor:middle}.h{font-weight:600}.b{text-anchor:middle;font-weight:600}
.l{stroke:var(--f);fill:none}.r{stroke:var(--f);fill:none;stroke-width:.5}
.a{fill:none;stroke:var(--c);stroke-width:2}.x{fill:none;stroke:#c22;stroke-width:2}
.d{stroke-dasharray:2 4}.o{fill:#fff;stroke:var(--c);stroke-width:2}.t{fill:var(--c);stroke:none}
.dm1{--c:#1a63d8}.dm2{--c:#08796b}.dm3{--c:#8a4fd0}.cp1{--c:#a1560a}.dmsc1{--c:#b8307c}.update{--c:#8a6a00}.internal{--c:#5b6675}
@media(prefers-color-scheme:dark){svg{background:#12161d;--k:#e8ecf2;--f:#67717f}.o{fill:#12161d}
.dm1{--c:#6aa8ff}.dm2{--c:#3fc4b2}.dm3{--c:#c39bff}.cp1{--c:#f0a35c}.dmsc1{--c:#ff86c2}.update{--c:#e3c04a}.internal{--c:#a2adbb}}
</style>
";

fn heading(out: &mut String, (number, title): (&str, &str), y: usize, lanes_end: usize) {
    let (base, line, title) = (y + 5, y - HEADING / 2 + 4, escape(title));
    put(
        out,
        format_args!(r#"<path class="r" d="M{MARGIN} {line}H{lanes_end}"/>"#),
    );
    if !number.is_empty() {
        let (x, number) = (MARGIN + RAIL / 2, escape(number));
        put(
            out,
            format_args!(r#"<text class="b" x="{x}" y="{base}">{number}</text>"#),
        );
    }
    put(
        out,
        format_args!(r#"<text class="h" x="{lanes_end}" y="{base}">{title}</text>"#),
    );
}

/// An arrow; one of a message that was lost ends in a cross half-way, the rest is dotted.
fn arrow(out: &mut String, step: &Step, from: usize, to: usize, y: usize) {
    let hue = class(step);
    let middle = (from + to) / 2;
    let end = match step.fate {
        Some(Fate::Lost) => middle,
        _ => to,
    };
    put(
        out,
        format_args!(r#"<g class="{hue}"><path class="a" d="M{from} {y}H{end}"/>"#),
    );
    if end == middle {
        put(
            out,
            format_args!(r#"<path class="a d" d="M{middle} {y}H{to}"/>"#),
        );
        let (left, right, above, below) = (middle - 5, middle + 5, y - 5, y + 5);
        put(
            out,
            format_args!(
                r#"<path class="x" d="M{left} {above}L{right} {below}M{left} {below}L{right} {above}"/></g>"#
            ),
        );
        return;
    }
    let (back, above, below) = (if from < to { to - 8 } else { to + 8 }, y - 4, y + 4);
    put(
        out,
        format_args!(r#"<path class="t" d="M{to} {y}L{back} {above}V{below}Z"/></g>"#),
    );
}

fn said(out: &mut String, step: &Step, x: usize, y: usize) {
    let all = words(step);
    let shown = shortened(&all);
    let (base, all, shown) = (y + 4, escape(&all), escape(&shown));
    put(
        out,
        format_args!(r#"<text x="{x}" y="{base}">{shown}<title>{all}</title></text>"#),
    );
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn row_length(row: &Row<'_>) -> usize {
    match row {
        Row::Heading(_, title) => title.chars().count(),
        Row::Message { step, .. } | Row::Local { step, .. } => {
            words(step).chars().count().min(SHOWN + 1)
        }
    }
}

fn row_height(row: &Row<'_>) -> usize {
    match row {
        Row::Heading(..) => HEADING,
        _ => ROW,
    }
}

fn lane_x(lane: usize) -> usize {
    MARGIN + RAIL + lane * LANE + LANE / 2
}

fn class(step: &Step) -> &'static str {
    match step.interface {
        Interface::Dm1 => "dm1",
        Interface::Dm2 => "dm2",
        Interface::Dm3 => "dm3",
        Interface::Cp1 => "cp1",
        Interface::DmSc1 => "dmsc1",
        Interface::Update => "update",
        Interface::Internal => "internal",
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
    out.push('\n');
}
