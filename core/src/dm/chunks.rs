//! Joining the data of a large object (OMA-TS-DM_Protocol-V1_2_1 §7).

use crate::codec::syncml::Data;

/// Data without content, of the kind that the first chunk has.
pub(crate) fn empty_like(first: Option<&Data>) -> Data {
    match first {
        Some(Data::Opaque(_)) => Data::Opaque(Vec::new()),
        _ => Data::Text(String::new()),
    }
}

/// Puts a chunk behind what is there; false when the two cannot be joined: text behind bytes
/// can, bytes behind text and markup cannot.
pub(crate) fn append(all: &mut Data, chunk: Option<&Data>) -> bool {
    match (all, chunk) {
        (_, None) => {}
        (Data::Opaque(all), Some(more)) => all.extend_from_slice(more.bytes()),
        (Data::Text(all), Some(Data::Text(more))) => all.push_str(more),
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_behind_bytes_but_not_bytes_behind_text() {
        let (text, bytes) = (Data::Text("b".into()), Data::Opaque(vec![0x62]));
        let mut all = empty_like(Some(&bytes));
        assert!(append(&mut all, Some(&text)) && append(&mut all, Some(&bytes)));
        assert_eq!(all, Data::Opaque(b"bb".to_vec()));
        let mut all = empty_like(None);
        assert!(append(&mut all, Some(&text)) && append(&mut all, None));
        assert!(!append(&mut all, Some(&bytes)));
        assert_eq!(all, text);
    }
}
