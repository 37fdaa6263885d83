//! Names of nodes (OMA-TS-DM_TND-V1_2_1 §5, §7; RFC 2396 for the characters).
//!
//! A parsed URI holds names as they are, without escapes; what is written is escaped again.
//! Knows no tree: whether the node exists is asked elsewhere.

use crate::codec::percent;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::borrow::Cow;
use std::fmt;

/// Deepest node this client keeps; DevDetail/URI/MaxDepth says so. Everything that walks the
/// tree by recursion is bounded by it.
pub const MAX_DEPTH: usize = 32;

/// Longest URI that is looked at, in bytes, whatever DevDetail says.
const MAX_OCTETS: usize = 4096;

/// URI of a node, of one of its properties, or of a list of what lies below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeUri {
    /// Names from the root, joined by `/`, which no name can hold; empty for the root.
    path: String,
    suffix: Option<Suffix>,
}

/// What follows the `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suffix {
    /// `prop=`: a property (DM TND §7).
    Property(String),
    /// `list=`: the node and what lies below it (DM RepPro §6.6).
    List(String),
}

/// Limits of DevDetail/URI; 0 is no limit (DM StdObj §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Segments of a URI.
    pub max_depth: u16,
    /// Characters of a URI.
    pub max_tot_len: u16,
    /// Characters of a segment.
    pub max_seg_len: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_depth: MAX_DEPTH as u16,
            max_tot_len: 255,
            max_seg_len: 64,
        }
    }
}

/// Why a text is no URI of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriError {
    /// The text breaks the grammar.
    Malformed(&'static str),
    /// Too deep or too long, as a whole or in one segment.
    TooLong(&'static str),
}

impl NodeUri {
    /// The root.
    pub fn root() -> Self {
        NodeUri::default()
    }

    /// Reads `./A/B`, `A/B` or `.`, with `?prop=` or `?list=` behind. A single leading `/` is
    /// overlooked, since the standard's own TNDS text has one.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        if text.len() > MAX_OCTETS {
            return Err(UriError::TooLong("longer than any URI of this tree"));
        }
        let (path, suffix) = match text.split_once('?') {
            Some((path, suffix)) => (path, Some(Suffix::parse(suffix)?)),
            None => (text, None),
        };
        Ok(NodeUri {
            path: parse_path(path)?,
            suffix,
        })
    }

    /// Reads a URI and holds it against the device's limits.
    pub fn parse_within(text: &str, limits: &Limits) -> Result<Self, UriError> {
        let uri = NodeUri::parse(text)?;
        uri.check(limits)?;
        Ok(uri)
    }

    /// Whether the device takes a URI of this length and depth; characters count in the form
    /// the tree writes, with escapes.
    pub fn check(&self, limits: &Limits) -> Result<(), UriError> {
        let over = |limit: u16, size: usize| limit != 0 && size > usize::from(limit);
        if over(limits.max_depth, self.depth()) {
            return Err(UriError::TooLong("more segments than MaxDepth"));
        }
        let mut total = 1;
        for name in self.segments() {
            // What is escaped is ASCII.
            let length = escaped(name).len();
            if over(limits.max_seg_len, length) {
                return Err(UriError::TooLong("a segment longer than MaxSegLen"));
            }
            total += 1 + length;
        }
        if over(limits.max_tot_len, total) {
            return Err(UriError::TooLong("longer than MaxTotLen"));
        }
        Ok(())
    }

    /// Names from the root.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        // An empty path has no segment, where `split` would give an empty one.
        self.path.split('/').filter(|s| !s.is_empty())
    }

    /// Number of segments; the root has none.
    pub fn depth(&self) -> usize {
        self.segments().count()
    }

    /// True for `.`.
    pub fn is_root(&self) -> bool {
        self.path.is_empty()
    }

    /// The last name; empty for the root.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// What follows the `?`.
    pub fn suffix(&self) -> Option<&Suffix> {
        self.suffix.as_ref()
    }

    /// The node itself, without suffix.
    #[must_use]
    pub fn node(&self) -> NodeUri {
        NodeUri {
            path: self.path.clone(),
            suffix: None,
        }
    }

    /// This node with what follows the `?` of another URI.
    #[must_use]
    pub(super) fn with_suffix_of(mut self, other: &NodeUri) -> NodeUri {
        self.suffix.clone_from(&other.suffix);
        self
    }

    /// The node above; `None` for the root.
    pub fn parent(&self) -> Option<NodeUri> {
        if self.is_root() {
            return None;
        }
        let end = self.path.rfind('/').unwrap_or(0);
        Some(NodeUri {
            path: self.path[..end].to_owned(),
            suffix: None,
        })
    }

    /// A node below; the name is taken as it is.
    #[must_use]
    pub fn child(&self, name: &str) -> NodeUri {
        let mut path = String::with_capacity(self.path.len() + 1 + name.len());
        path.push_str(&self.path);
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(name);
        NodeUri { path, suffix: None }
    }

    /// The node that lies at `other` below this one.
    #[must_use]
    pub fn join(&self, other: &NodeUri) -> NodeUri {
        if other.is_root() {
            return self.node();
        }
        self.child(&other.path)
    }
}

impl fmt::Display for NodeUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(".")?;
        for name in self.segments() {
            f.write_str("/")?;
            f.write_str(&escaped(name))?;
        }
        match &self.suffix {
            None => Ok(()),
            Some(Suffix::Property(name)) => write!(f, "?prop={name}"),
            Some(Suffix::List(attribute)) => write!(f, "?list={attribute}"),
        }
    }
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UriError::Malformed(why) | UriError::TooLong(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for UriError {}

impl Suffix {
    fn parse(text: &str) -> Result<Self, UriError> {
        match text.split_once('=') {
            Some(("prop", name)) if is_suffix_value(name) => Ok(Suffix::Property(name.to_owned())),
            Some(("list", value)) if is_suffix_value(value) => Ok(Suffix::List(value.to_owned())),
            _ => Err(UriError::Malformed("only ?prop= and ?list= may follow")),
        }
    }
}

fn is_suffix_value(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'_' | b'.'))
}

fn parse_path(text: &str) -> Result<String, UriError> {
    if text == "." {
        return Ok(String::new());
    }
    let rest = text
        .strip_prefix("./")
        .or_else(|| text.strip_prefix('/'))
        .unwrap_or(text);
    let mut path = String::with_capacity(rest.len());
    for (depth, segment) in rest.split('/').enumerate() {
        if depth == MAX_DEPTH {
            return Err(UriError::TooLong("deeper than any node of this tree"));
        }
        if depth > 0 {
            path.push('/');
        }
        path.push_str(&name_from_wire(segment)?);
    }
    Ok(path)
}

/// A name from the form it has in a URI, a NodeName or a Name property.
pub(crate) fn name_from_wire(segment: &str) -> Result<Cow<'_, str>, UriError> {
    // Most names are plain, and then little is left to ask.
    if segment.bytes().all(is_plain) && !segment.is_empty() && !segment.ends_with('.') {
        return Ok(Cow::Borrowed(segment));
    }
    let name = if segment.contains('%') {
        Cow::Owned(unescaped(segment)?)
    } else {
        if let Some(c) = segment.bytes().find(|b| b.is_ascii() && !is_plain(*b)) {
            return Err(UriError::Malformed(match c {
                b'?' => "a second ?",
                _ => "a character that must be escaped",
            }));
        }
        Cow::Borrowed(segment)
    };
    if name.is_empty() {
        return Err(UriError::Malformed("an empty segment"));
    }
    // This refuses `.` and `..` too.
    if name.ends_with('.') {
        return Err(UriError::Malformed("a segment that ends with a point"));
    }
    if name.contains('/') || name.chars().any(char::is_control) {
        return Err(UriError::Malformed("a character no name may hold"));
    }
    Ok(name)
}

/// Signs of a segment that stand for themselves (RFC 2396 §3.3), as letters and digits do.
const SIGNS: &[u8] = b"-_.!~*'():@&=+$,";

/// Characters of a segment that are escaped.
const ESCAPED: AsciiSet = {
    let mut set = NON_ALPHANUMERIC.union(AsciiSet::EMPTY);
    let mut at = 0;
    while at < SIGNS.len() {
        set = set.remove(SIGNS[at]);
        at += 1;
    }
    set
};

/// Whether a character of a segment stands for itself. A table, since every name of a tree asks.
fn is_plain(octet: u8) -> bool {
    static PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let (mut octet, mut at) = (0, 0);
        while octet < 128 {
            plain[octet] = (octet as u8).is_ascii_alphanumeric();
            octet += 1;
        }
        while at < SIGNS.len() {
            plain[SIGNS[at] as usize] = true;
            at += 1;
        }
        plain
    };
    PLAIN[usize::from(octet)]
}

fn unescaped(segment: &str) -> Result<String, UriError> {
    if segment
        .bytes()
        .any(|octet| octet.is_ascii() && octet != b'%' && !is_plain(octet))
    {
        return Err(UriError::Malformed("a character that must be escaped"));
    }
    let octets =
        percent::decoded(segment).ok_or(UriError::Malformed("a % without two hex digits"))?;
    String::from_utf8(octets).map_err(|_| UriError::Malformed("escapes that are no UTF-8"))
}

/// A name in the form it has in a URI.
pub(crate) fn escaped(name: &str) -> Cow<'_, str> {
    utf8_percent_encode(name, &ESCAPED).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, shown) in [
            (".", "."),
            ("./A/B", "./A/B"),
            ("A/B", "./A/B"),
            ("/A", "./A"),
            ("./A?prop=ACL", "./A?prop=ACL"),
            (".?list=Struct", ".?list=Struct"),
            ("./A?list=TNDS+ACL+Value", "./A?list=TNDS+ACL+Value"),
            ("./a%20b/%C3%A4", "./a%20b/%C3%A4"),
            ("./ä", "./%C3%A4"),
            ("./%41", "./A"),
            ("./A.b", "./A.b"),
        ] {
            let uri = NodeUri::parse(text).unwrap();
            assert_eq!(uri.to_string(), shown);
            assert_eq!(NodeUri::parse(shown), Ok(uri));
        }
    }

    /// Shows TND-2.
    #[test]
    fn malformed() {
        for text in [
            "",
            "./",
            "A/",
            "./A/",
            "A//B",
            "./../A",
            "A/./B",
            "A/..",
            "A.",
            "//A",
            "./A?",
            "./A?prop",
            "./A?prop=",
            "./A?x=1",
            "./A?prop=ACL?prop=ACL",
            "./a b",
            "./a%2",
            "./a%zz",
            "./%FF",
            "./a%2Fb",
            "./%00",
            "./a<b",
        ] {
            assert!(
                matches!(NodeUri::parse(text), Err(UriError::Malformed(_))),
                "{text}"
            );
        }
    }

    /// Shows TND-1.
    #[test]
    fn limits() {
        let limits = Limits {
            max_depth: 2,
            max_tot_len: 8,
            max_seg_len: 4,
        };
        assert!(NodeUri::parse_within("./abcd/e", &limits).is_ok());
        for text in ["./a/b/c", "./abcd/ef", "./abcde"] {
            assert!(
                matches!(
                    NodeUri::parse_within(text, &limits),
                    Err(UriError::TooLong(_))
                ),
                "{text}"
            );
        }
        let none = Limits {
            max_depth: 0,
            max_tot_len: 0,
            max_seg_len: 0,
        };
        assert!(NodeUri::parse_within(&"x".repeat(4000), &none).is_ok());
        assert!(NodeUri::parse_within(&"x/".repeat(40), &none).is_err());
        assert!(NodeUri::parse(&"x".repeat(5000)).is_err());
    }

    #[test]
    fn ways_through_the_tree() {
        let uri = NodeUri::parse("./A/B?prop=Name").unwrap();
        assert_eq!(uri.name(), "B");
        assert_eq!(uri.depth(), 2);
        assert_eq!(uri.node().to_string(), "./A/B");
        assert_eq!(uri.parent().unwrap().to_string(), "./A");
        assert_eq!(uri.parent().unwrap().parent().unwrap(), NodeUri::root());
        assert_eq!(NodeUri::root().parent(), None);
        assert_eq!(NodeUri::root().child("x").to_string(), "./x");
        assert_eq!(NodeUri::root().segments().count(), 0);
        let a = NodeUri::parse("A").unwrap();
        assert_eq!(
            a.join(&NodeUri::parse("B/C").unwrap()).to_string(),
            "./A/B/C"
        );
        assert_eq!(a.join(&NodeUri::root()), a);
    }
}
