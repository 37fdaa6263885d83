//! Which token tables a document uses: public identifiers and what they stand for
//! (WBXML 1.3 §5.5, OMA-TS-SyncML_RepPro-V1_2_2 §8).

use super::names::{ByLength, Names, first_token, same, starts_by_length, values_by_length};
use super::page::{StartPage, Tag, ValuePage, unknown_name};
use super::{ddf, devinf, metinf, prov, service, syncml};

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
    /// Service Indication.
    ServiceIndication,
    /// Service Loading.
    ServiceLoading,
    /// No tables: every token shows as `unknown-<page>-<token>`.
    #[default]
    Unknown,
}

static SYNCML: [Names; 3] = [
    Names::of(&syncml::PAGE),
    Names::of(&metinf::PAGE),
    Names::of(&ddf::PAGE),
];
static DEV_INF_11: [Names; 1] = [Names::of(&devinf::DEV_INF_1_1)];
static DEV_INF_12: [Names; 1] = [Names::of(&devinf::DEV_INF_1_2)];
static PROV: [Names; 2] = [Names::of(&prov::TAGS_0), Names::of(&prov::TAGS_1)];
static SI: [Names; 1] = [Names::of(&service::SI_TAGS)];
static SL: [Names; 1] = [Names::of(&service::SL_TAGS)];
static PROV_STARTS: [&StartPage; 2] = [&prov::STARTS_0, &prov::STARTS_1];
static PROV_VALUES: [&ValuePage; 2] = [&prov::VALUES_0, &prov::VALUES_1];

static PROV_STARTS_BY_LENGTH: [ByLength; 2] = [
    starts_by_length(&prov::STARTS_0),
    starts_by_length(&prov::STARTS_1),
];
static PROV_VALUES_BY_LENGTH: [ByLength; 2] = [
    values_by_length(&prov::VALUES_0),
    values_by_length(&prov::VALUES_1),
];

/// Numeric identifier, formal public identifier, vocabulary.
static PUBLIC_IDS: [(u32, &str, Vocabulary); 13] = [
    (
        0x05,
        "-//WAPFORUM//DTD SI 1.0//EN",
        Vocabulary::ServiceIndication,
    ),
    (
        0x06,
        "-//WAPFORUM//DTD SL 1.0//EN",
        Vocabulary::ServiceLoading,
    ),
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
    pub(crate) fn of_root(root: Tag, attributes: bool) -> Vocabulary {
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
            Vocabulary::ServiceIndication => "-//WAPFORUM//DTD SI 1.0//EN",
            Vocabulary::ServiceLoading => "-//WAPFORUM//DTD SL 1.0//EN",
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
            Vocabulary::ServiceIndication => Some(5),
            Vocabulary::ServiceLoading => Some(6),
            Vocabulary::Unknown => Some(1),
        }
    }

    fn tag_pages(self) -> &'static [Names] {
        match self {
            Vocabulary::SyncMl11 | Vocabulary::SyncMl12 | Vocabulary::DmDdf => &SYNCML,
            Vocabulary::DevInf11 => &DEV_INF_11,
            Vocabulary::DevInf12 => &DEV_INF_12,
            Vocabulary::Prov => &PROV,
            Vocabulary::ServiceIndication => &SI,
            Vocabulary::ServiceLoading => &SL,
            Vocabulary::Unknown => &[],
        }
    }

    /// The name of a tag; empty when the tables have none.
    pub fn tag_name(self, tag: Tag) -> &'static str {
        self.tag_pages()
            .get(usize::from(tag.page))
            .map_or("", |names| names.page[usize::from(tag.token & 0x3F)])
    }

    /// The tag of a name on a page.
    pub fn tag(self, page: u8, name: &str) -> Option<Tag> {
        let token = self.tag_pages().get(usize::from(page))?.token(name)?;
        Some(Tag { page, token })
    }

    /// The tag behind an `unknown-<page>-<token>` name, if it is one without a name of its own.
    pub(crate) fn unknown_tag(self, name: &str) -> Option<Tag> {
        let (page, token) = name.strip_prefix("unknown-")?.split_once('-')?;
        let tag = Tag {
            page: page.parse().ok()?,
            token: u8::from_str_radix(token, 16).ok()?,
        };
        let is_unknown = (5..0x40).contains(&tag.token) && self.tag_name(tag).is_empty();
        (is_unknown && unknown_name(tag) == name).then_some(tag)
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

    /// The attribute start token of a name that stands for just this beginning of the value.
    pub(crate) fn start_token(self, page: u8, name: &str, prefix: &str) -> Option<u8> {
        // Nothing else is written with attributes.
        let starts = self.starts(page).filter(|_| self == Vocabulary::Prov)?;
        let tokens = PROV_STARTS_BY_LENGTH.get(usize::from(page))?;
        first_token(*tokens.get(prefix.len())?, |token| {
            same(starts[token].1, prefix) && starts[token].0 == name
        })
    }

    /// The attribute value token of a text.
    pub(crate) fn value_token(self, page: u8, text: &str) -> Option<u8> {
        let values = self.values(page).filter(|_| self == Vocabulary::Prov)?;
        let tokens = PROV_VALUES_BY_LENGTH.get(usize::from(page))?;
        first_token(*tokens.get(text.len())?, |token| same(values[token], text))
            .map(|token| token | 0x80)
    }

    /// All attribute starts of a page.
    fn starts(self, page: u8) -> Option<&'static StartPage> {
        match self {
            Vocabulary::Prov => PROV_STARTS.get(usize::from(page)).copied(),
            Vocabulary::ServiceIndication => (page == 0).then_some(&service::SI_STARTS),
            Vocabulary::ServiceLoading => (page == 0).then_some(&service::SL_STARTS),
            _ => None,
        }
    }

    /// All attribute values of a page.
    fn values(self, page: u8) -> Option<&'static ValuePage> {
        match self {
            Vocabulary::Prov => PROV_VALUES.get(usize::from(page)).copied(),
            Vocabulary::ServiceIndication | Vocabulary::ServiceLoading => {
                (page == 0).then_some(&service::VALUES)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_soon() {
        let pages = SYNCML.iter().chain(&PROV);
        for names in pages.chain(&DEV_INF_11).chain(&DEV_INF_12) {
            let named = names.page.iter().enumerate();
            for (token, name) in named.filter(|one| !one.1.is_empty()) {
                assert_eq!(names.token(name), Some(token as u8), "{name}");
                assert!(names.steps(name) <= 2, "{name}");
            }
            assert_eq!(names.token(""), None);
            assert_eq!(names.token("Nobody"), None);
        }
    }
}
