//! Pages of tokens as arrays (WBXML 1.3 §5.8): what a table of a vocabulary is made of. Knows no
//! vocabulary.

/// A known or unknown tag: code page and token without the attribute and content bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag {
    /// Code page.
    pub page: u8,
    /// 05–3F.
    pub token: u8,
}

/// Names of one tag page by token; empty where the page names none.
pub type TagPage = [&'static str; 64];
/// Attribute name and beginning of its value by attribute start token 00–7F.
pub type StartPage = [(&'static str, &'static str); 128];
/// Attribute values by token, less 80.
pub type ValuePage = [&'static str; 128];

pub(super) const fn tag_page(entries: &[(u8, &'static str)]) -> TagPage {
    tag_page_over([""; 64], entries)
}

/// Another page with some names added or changed.
pub(super) const fn tag_page_over(mut page: TagPage, entries: &[(u8, &'static str)]) -> TagPage {
    let mut i = 0;
    while i < entries.len() {
        page[entries[i].0 as usize] = entries[i].1;
        i += 1;
    }
    page
}

pub(super) const fn start_page(entries: &[(u8, &'static str, &'static str)]) -> StartPage {
    let mut page = [("", ""); 128];
    let mut i = 0;
    while i < entries.len() {
        page[entries[i].0 as usize] = (entries[i].1, entries[i].2);
        i += 1;
    }
    page
}

pub(super) const fn value_page(entries: &[(u8, &'static str)]) -> ValuePage {
    let mut page = [""; 128];
    let mut i = 0;
    while i < entries.len() {
        page[(entries[i].0 - 0x80) as usize] = entries[i].1;
        i += 1;
    }
    page
}

/// Tags of one page as constants to write and match with, and as a table to look up names.
macro_rules! tags {
    ($page:literal $table:ident: $($name:ident = $token:literal $text:literal,)*) => {
        $(
            #[doc = concat!("`", $text, "`.")]
            pub const $name: Tag = Tag { page: $page, token: $token };
        )*
        /// Names by token.
        pub static $table: TagPage = tag_page(&[$(($token, $text)),*]);
    };
}
pub(super) use tags;

/// How a token without a name is shown.
pub(crate) fn unknown_name(tag: Tag) -> String {
    format!("unknown-{}-{:02X}", tag.page, tag.token)
}
