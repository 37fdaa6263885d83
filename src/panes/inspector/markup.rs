//! XML text as lines, cut into what is markup and what is content.
//!
//! Knows nothing of what it says.

/// One line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Spaces at its beginning.
    pub indent: usize,
    /// Pieces: markup or content, and the text.
    pub pieces: Vec<(bool, String)>,
}

/// XML text as lines.
pub fn lines(text: &str) -> Vec<Line> {
    broken(text).lines().map(line).collect()
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
