//! The SyncML of a step as lines of XML text, cut into what is markup and what is content.
//!
//! Knows which steps carry SyncML and where; the codec makes the text.

use dmsc_core::codec::wbxml;
use dmsc_core::trace::{Content, Step};
use std::borrow::Cow;

/// One line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Spaces at its beginning.
    pub indent: usize,
    /// Pieces: markup or content, and the text.
    pub pieces: Vec<(bool, String)>,
}

/// The SyncML that a step carries, as lines; `None` when it carries none. The error says why
/// bytes that should be SyncML cannot be read.
pub fn lines(step: &Step) -> Option<Result<Vec<Line>, String>> {
    let body = match step.event.content() {
        Content::SyncmlWbxml | Content::SyncmlXml => &step.bytes[..],
        Content::HttpRequest | Content::HttpResponse => body(&step.bytes)?,
        _ => return None,
    };
    let text: Cow<'_, str> = if body.first() == Some(&b'<') {
        Cow::Owned(broken(&String::from_utf8_lossy(body)))
    } else {
        match wbxml::to_xml(body) {
            Ok(text) => Cow::Owned(text),
            Err(error) => return Some(Err(error.to_string())),
        }
    };
    Some(Ok(text.lines().map(line).collect()))
}

/// What follows the head of an HTTP message; `None` when there is nothing.
fn body(message: &[u8]) -> Option<&[u8]> {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n")?;
    message.get(end + 4..).filter(|body| !body.is_empty())
}

/// XML in one line, broken where a tag follows a tag and indented by depth. Text that has lines
/// already stays as it is.
fn broken(text: &str) -> String {
    if text.trim_end().lines().count() > 2 {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0usize;
    let mut last_was_open = false;
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let content = rest[..start].trim();
        out.push_str(content);
        let end = rest[start..]
            .find('>')
            .map_or(rest.len(), |at| start + at + 1);
        let tag = &rest[start..end];
        let closing = tag.starts_with("</");
        let alone = tag.ends_with("/>") || tag.starts_with("<?") || tag.starts_with("<!");
        if closing {
            depth = depth.saturating_sub(1);
        }
        let stays = closing && last_was_open;
        if !out.is_empty() && !stays {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', depth * 2));
        }
        out.push_str(tag);
        if !closing && !alone {
            depth += 1;
        }
        last_was_open = !closing && !alone;
        rest = &rest[end..];
    }
    out.push_str(rest.trim_end());
    out
}

fn line(text: &str) -> Line {
    let trimmed = text.trim_start();
    let mut pieces = Vec::new();
    let mut rest = trimmed;
    while !rest.is_empty() {
        let markup = rest.starts_with('<');
        let end = if markup {
            rest.find('>').map_or(rest.len(), |at| at + 1)
        } else {
            rest.find('<').unwrap_or(rest.len())
        };
        pieces.push((markup, rest[..end].to_owned()));
        rest = &rest[end..];
    }
    Line {
        indent: text.len() - trimmed.len(),
        pieces,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_in_one_line_is_broken_at_its_tags() {
        let text = "<?xml version=\"1.0\"?><A><B>text</B><C/><D><E></E></D></A>";
        let got = broken(text);
        assert_eq!(
            got,
            "<?xml version=\"1.0\"?>\n<A>\n  <B>text</B>\n  <C/>\n  <D>\n    <E></E>\n  </D>\n</A>"
        );
        for cut in 0..text.len() {
            let _ = broken(&text[..cut]);
        }
    }

    #[test]
    fn a_line_is_cut_into_markup_and_content() {
        let got = line("  <B>text</B>");
        assert_eq!(got.indent, 2);
        assert_eq!(
            got.pieces,
            [
                (true, "<B>".into()),
                (false, "text".into()),
                (true, "</B>".into())
            ]
        );
    }
}
