//! Which token tables a document uses: public identifiers and what they stand for
//! (WBXML 1.3 §5.5, OMA-TS-SyncML_RepPro-V1_2_2 §8).

use super::tokens::{StartPage, Tag, TagPage, ValuePage, ddf, devinf, metinf, prov, syncml};

/// A document type with token tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Vocabulary {
    /// SyncML 1.0 and 1.1; the tokens are a subset of 1.2.
    SyncMl11,
    /// SyncML 1.2: every DM 1.2 message.
    SyncMl12,
    /// DM DDF and TNDS documents of their own.
    DmDdf,
    /// DevInf 1.1 documents of their own.
    DevInf11,
    /// DevInf 1.2 documents of their own.
    DevInf12,
    /// wap-provisioningdoc.
    Prov,
    /// No tables: every token shows as `unknown-<page>-<token>`.
    #[default]
    Unknown,
}

static SYNCML: [&TagPage; 3] = [&syncml::PAGE, &metinf::PAGE, &ddf::PAGE];
static DEV_INF_11: [&TagPage; 1] = [&devinf::DEV_INF_1_1];
static DEV_INF_12: [&TagPage; 1] = [&devinf::DEV_INF_1_2];
static PROV: [&TagPage; 2] = [&prov::TAGS_0, &prov::TAGS_1];
static PROV_STARTS: [&StartPage; 2] = [&prov::STARTS_0, &prov::STARTS_1];
static PROV_VALUES: [&ValuePage; 2] = [&prov::VALUES_0, &prov::VALUES_1];

/// Numeric identifier, formal public identifier, vocabulary.
static PUBLIC_IDS: [(u32, &str, Vocabulary); 11] = [
    (0x0B, "-//WAPFORUM//DTD PROV 1.0//EN", Vocabulary::Prov),
    (
        0x0FD1,
        "-//SYNCML//DTD SyncML 1.0//EN",
        Vocabulary::SyncMl11,
    ),
    (
        0x0FD2,
        "-//SYNCML//DTD DevInf 1.0//EN",
        Vocabulary::DevInf11,
    ),
    (
        0x0FD3,
        "-//SYNCML//DTD SyncML 1.1//EN",
        Vocabulary::SyncMl11,
    ),
    (
        0x0FD4,
        "-//SYNCML//DTD DevInf 1.1//EN",
        Vocabulary::DevInf11,
    ),
    (
        0x1201,
        "-//SYNCML//DTD SyncML 1.2//EN",
        Vocabulary::SyncMl12,
    ),
    (
        0x1202,
        "-//SYNCML//DTD MetInf 1.2//EN",
        Vocabulary::SyncMl12,
    ),
    (
        0x1203,
        "-//SYNCML//DTD DevInf 1.2//EN",
        Vocabulary::DevInf12,
    ),
    (0, "-//OMA//DTD-DM-DDF 1.2//EN", Vocabulary::DmDdf),
    (0, "-//OMA//DTD SYNCML-METINF 1.2//EN", Vocabulary::SyncMl12),
    (0, "-//OMA//DTD SyncML 1.2//EN", Vocabulary::SyncMl12),
];

impl Vocabulary {
    /// The vocabulary of a numeric public identifier.
    pub fn of_public_id(id: u32) -> Vocabulary {
        PUBLIC_IDS
            .iter()
            .find(|entry| id != 0 && entry.0 == id)
            .map_or(Vocabulary::Unknown, |entry| entry.2)
    }

    /// The vocabulary of a formal public identifier; sources differ in its case.
    pub fn of_fpi(fpi: &str) -> Vocabulary {
        PUBLIC_IDS
            .iter()
            .find(|entry| entry.1.eq_ignore_ascii_case(fpi))
            .map_or(Vocabulary::Unknown, |entry| entry.2)
    }

    /// Guess from the root tag, for documents that say nothing of themselves.
    pub(super) fn of_root(root: Tag, attributes: bool) -> Vocabulary {
        match root {
            syncml::SYNC_ML => Vocabulary::SyncMl12,
            ddf::MGMT_TREE => Vocabulary::DmDdf,
            Tag {
                page: 0,
                token: 0x05,
            } if attributes => Vocabulary::Prov,
            _ => Vocabulary::Unknown,
        }
    }

    /// The formal public identifier; empty when unknown.
    pub fn fpi(self) -> &'static str {
        match self {
            Vocabulary::SyncMl11 => "-//SYNCML//DTD SyncML 1.1//EN",
            Vocabulary::SyncMl12 => "-//SYNCML//DTD SyncML 1.2//EN",
            Vocabulary::DmDdf => "-//OMA//DTD-DM-DDF 1.2//EN",
            Vocabulary::DevInf11 => "-//SYNCML//DTD DevInf 1.1//EN",
            Vocabulary::DevInf12 => "-//SYNCML//DTD DevInf 1.2//EN",
            Vocabulary::Prov => "-//WAPFORUM//DTD PROV 1.0//EN",
            Vocabulary::Unknown => "",
        }
    }

    /// The numeric public identifier; `None` when only the formal one exists.
    pub fn public_id(self) -> Option<u32> {
        match self {
            Vocabulary::SyncMl11 => Some(0x0FD3),
            Vocabulary::SyncMl12 => Some(0x1201),
            Vocabulary::DmDdf => None,
            Vocabulary::DevInf11 => Some(0x0FD4),
            Vocabulary::DevInf12 => Some(0x1203),
            Vocabulary::Prov => Some(0x0B),
            Vocabulary::Unknown => Some(1),
        }
    }

    fn tag_pages(self) -> &'static [&'static TagPage] {
        match self {
            Vocabulary::SyncMl11 | Vocabulary::SyncMl12 | Vocabulary::DmDdf => &SYNCML,
            Vocabulary::DevInf11 => &DEV_INF_11,
            Vocabulary::DevInf12 => &DEV_INF_12,
            Vocabulary::Prov => &PROV,
            Vocabulary::Unknown => &[],
        }
    }

    /// The name of a tag; empty when the tables have none.
    pub fn tag_name(self, tag: Tag) -> &'static str {
        self.tag_pages()
            .get(usize::from(tag.page))
            .map_or("", |page| page[usize::from(tag.token & 0x3F)])
    }

    /// The tag of a name on a page.
    pub fn tag(self, page: u8, name: &str) -> Option<Tag> {
        if name.is_empty() {
            return None;
        }
        let names = self.tag_pages().get(usize::from(page))?;
        let token = names.iter().position(|n| *n == name)?;
        Some(Tag {
            page,
            token: token as u8,
        })
    }

    /// Name and beginning of the value of an attribute start; empty when unknown.
    pub fn attribute_start(self, page: u8, token: u8) -> (&'static str, &'static str) {
        self.starts(page)
            .map_or(("", ""), |starts| starts[usize::from(token & 0x7F)])
    }

    /// The text of an attribute value token; empty when unknown.
    pub fn attribute_value(self, page: u8, token: u8) -> &'static str {
        self.values(page)
            .map_or("", |values| values[usize::from(token & 0x7F)])
    }

    /// All attribute starts of a page.
    pub(super) fn starts(self, page: u8) -> Option<&'static StartPage> {
        match self {
            Vocabulary::Prov => PROV_STARTS.get(usize::from(page)).copied(),
            _ => None,
        }
    }

    /// All attribute values of a page.
    pub(super) fn values(self, page: u8) -> Option<&'static ValuePage> {
        match self {
            Vocabulary::Prov => PROV_VALUES.get(usize::from(page)).copied(),
            _ => None,
        }
    }
}
