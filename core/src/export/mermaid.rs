//! The ladder as a sequence diagram of Mermaid, which wikis and code forges draw.

use super::rows::{Ladder, Row, words};
use crate::trace::{Actor, Fate, Layer, Trace};

/// A sequence diagram with everything down to `depth`. A message that was lost ends in a cross.
///
/// ```
/// use dmsc_core::export::mermaid;
/// use dmsc_core::trace::{Layer, Trace};
///
/// assert_eq!(mermaid(&Trace::empty(), Layer::Packages), "sequenceDiagram\n");
/// ```
pub fn mermaid(trace: &Trace, depth: Layer) -> String {
    let ladder = Ladder::new(trace, depth);
    let mut out = "sequenceDiagram\n".to_owned();
    for actor in &ladder.lanes {
        line(
            &mut out,
            &format!("participant {} as {}", id(*actor), actor.name()),
        );
    }
    let ends = match ladder.lanes.as_slice() {
        [] => return out,
        [only] => id(*only),
        [first, .., last] => format!("{},{}", id(*first), id(*last)),
    };
    for row in &ladder.rows {
        match row {
            Row::Heading(number, title) => {
                let text = escaped(&format!("{number} {title}"));
                line(&mut out, &format!("Note over {ends}: {}", text.trim()));
            }
            Row::Message { step, from, to } => {
                let arrow = match step.fate {
                    Some(Fate::Lost) => "-x",
                    _ => "->>",
                };
                let (from, to) = (id(ladder.lanes[*from]), id(ladder.lanes[*to]));
                let text = escaped(&words(step));
                line(&mut out, &format!("{from}{arrow}{to}: {text}"));
            }
            Row::Local { step, lane } => {
                let text = escaped(&words(step));
                let at = id(ladder.lanes[*lane]);
                line(&mut out, &format!("Note over {at}: {text}"));
            }
        }
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str("    ");
    out.push_str(text);
    out.push('\n');
}

/// A name without spaces.
fn id(actor: Actor) -> String {
    actor.name().chars().filter(|c| *c != ' ').collect()
}

/// Text in which nothing ends a statement or begins a comment or an entity.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' => out.push_str("#35;"),
            ';' => out.push_str("#59;"),
            '<' => out.push_str("#60;"),
            '>' => out.push_str("#62;"),
            '%' => out.push_str("#37;"),
            c => out.push(c),
        }
    }
    out
}
