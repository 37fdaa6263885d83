//! Tokens of Service Indication and Service Loading, which are pushed: tags, attribute starts,
//! attribute values (WAP-167-ServiceInd §8, WAP-168-ServiceLoad §8).

use super::page::{StartPage, TagPage, ValuePage, start_page, tag_page, value_page};

/// Tags of Service Indication.
pub static SI_TAGS: TagPage = tag_page(&[
    (0x05, "si"),
    (0x06, "indication"),
    (0x07, "info"),
    (0x08, "item"),
]);

/// Attribute starts of Service Indication: name and beginning of the value.
pub static SI_STARTS: StartPage = start_page(&[
    (0x05, "action", "signal-none"),
    (0x06, "action", "signal-low"),
    (0x07, "action", "signal-medium"),
    (0x08, "action", "signal-high"),
    (0x09, "action", "delete"),
    (0x0A, "created", ""),
    (0x0B, "href", ""),
    (0x0C, "href", "http://"),
    (0x0D, "href", "http://www."),
    (0x0E, "href", "https://"),
    (0x0F, "href", "https://www."),
    (0x10, "si-expires", ""),
    (0x11, "si-id", ""),
    (0x12, "class", ""),
]);

/// Tags of Service Loading.
pub static SL_TAGS: TagPage = tag_page(&[(0x05, "sl")]);

/// Attribute starts of Service Loading: name and beginning of the value.
pub static SL_STARTS: StartPage = start_page(&[
    (0x05, "action", "execute-low"),
    (0x06, "action", "execute-high"),
    (0x07, "action", "cache"),
    (0x08, "href", ""),
    (0x09, "href", "http://"),
    (0x0A, "href", "http://www."),
    (0x0B, "href", "https://"),
    (0x0C, "href", "https://www."),
]);

/// Attribute values of both.
pub static VALUES: ValuePage = value_page(&[
    (0x85, ".com/"),
    (0x86, ".edu/"),
    (0x87, ".net/"),
    (0x88, ".org/"),
]);
