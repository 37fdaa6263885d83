//! Comparison of what proves something: digests, secrets, PINs, cryptograms. It takes the same
//! time whether the first byte differs or the last, so that no answer tells how near a guess was.
//!
//! Knows nothing of what the bytes are. Their length is no secret: it is that of a digest, or one
//! that the sender chose.

use subtle::ConstantTimeEq;

/// Whether both are the same bytes, found out in a time that depends on their lengths alone.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn equal_bytes_are_the_same_and_no_others() {
        assert!(same(b"", b""));
        assert!(same(b"secret", b"secret"));
        for other in ["", "secre", "secret1", "Secret", "secreT"] {
            assert!(!same(b"secret", other.as_bytes()), "{other}");
        }
    }
}
