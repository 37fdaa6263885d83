//! Check bytes that several codecs end with.

/// The exclusive or of all bytes: TCK, PCK and the LRC of T=1 make it zero
/// (ISO/IEC 7816-3 §8.2.5, §9.2, §11.3.4).
pub(crate) fn exclusive_or(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}
