//! From names back to tokens: a hash for the tags of a page, sets by length for attributes.
//! Built while compiling. Knows no vocabulary.

use super::page::{StartPage, TagPage, ValuePage};

/// Longest name or value that a token stands for.
const LONGEST: usize = 40;
/// For each length the tokens, one bit each, whose text is so long: most searches end here.
pub(super) type ByLength = [u128; LONGEST];

/// The names of a tag page and a way from a name to its token.
pub(super) struct Names {
    pub(super) page: &'static TagPage,
    /// Tokens by the hash of their names, the next free slot where two fall together; 0 is free.
    slots: [u8; SLOTS],
}

/// Four times as many as there can be names, so that a search hits or ends at once.
const SLOTS: usize = 256;

impl Names {
    pub(super) const fn of(page: &'static TagPage) -> Names {
        let mut slots = [0; SLOTS];
        let mut token = 0;
        while token < page.len() {
            if !page[token].is_empty() {
                let mut slot = hash(page[token].as_bytes());
                while slots[slot] != 0 {
                    slot = (slot + 1) % SLOTS;
                }
                slots[slot] = token as u8;
            }
            token += 1;
        }
        Names { page, slots }
    }

    /// The token of a name.
    #[inline]
    pub(super) fn token(&self, name: &str) -> Option<u8> {
        let mut slot = hash(name.as_bytes());
        loop {
            let token = self.slots[slot];
            if token == 0 || self.page[usize::from(token)] == name {
                return (token != 0).then_some(token);
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// How many slots are looked at for a name that has a token.
    #[cfg(test)]
    pub(super) fn steps(&self, name: &str) -> usize {
        let first = hash(name.as_bytes());
        let is_there =
            |step: &usize| self.page[usize::from(self.slots[(first + step) % SLOTS])] == name;
        1 + (0..SLOTS).find(is_there).unwrap_or(SLOTS)
    }
}

/// Length, first, middle and last byte of a name, by factors with which few names fall together.
const fn hash(name: &[u8]) -> usize {
    let len = name.len();
    if len == 0 {
        return 0;
    }
    let (first, middle, last) = (name[0], name[len / 2], name[len - 1]);
    (len * 66 + first as usize * 77 + middle as usize * 98 + last as usize * 94) % SLOTS
}

/// The attribute starts of a page by the length of the value they begin.
pub(super) const fn starts_by_length(page: &StartPage) -> ByLength {
    let mut found = [0; LONGEST];
    let mut token = 0;
    while token < page.len() {
        let (name, prefix) = page[token];
        if !name.is_empty() {
            found[prefix.len()] |= 1 << token;
        }
        token += 1;
    }
    found
}

/// The attribute values of a page by their length.
pub(super) const fn values_by_length(page: &ValuePage) -> ByLength {
    let mut found = [0; LONGEST];
    let mut token = 0;
    while token < page.len() {
        let value = page[token];
        if !value.is_empty() {
            found[value.len()] |= 1 << token;
        }
        token += 1;
    }
    found
}

/// Equality of texts of one length: the last byte tells most apart without a call. Two empty
/// texts are not compared, since their pointers lead nowhere, and machines that compare by
/// masked loads take long over that.
pub(super) fn same(one: &str, other: &str) -> bool {
    match (one.as_bytes().last(), other.as_bytes().last()) {
        (None, None) => true,
        (one_last, other_last) => one_last == other_last && one == other,
    }
}

/// The lowest token of a set that fits.
pub(super) fn first_token(mut tokens: u128, fits: impl Fn(usize) -> bool) -> Option<u8> {
    while tokens != 0 {
        let token = tokens.trailing_zeros() as usize;
        if fits(token) {
            return Some(token as u8);
        }
        tokens &= tokens - 1;
    }
    None
}
