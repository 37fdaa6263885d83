//! Multi-byte integers (WBXML 1.3 §5.1): seven bits a byte, most significant first.

use crate::codec::DecodeError;

/// Reads `mb_u_int32` at `offset`; gives the value and the offset after it. Leading `80` bytes
/// are not minimal but read.
pub(super) fn decode(bytes: &[u8], offset: usize) -> Result<(u32, usize), DecodeError> {
    let mut value: u64 = 0;
    for i in 0..5 {
        let Some(byte) = bytes.get(offset + i) else {
            return Err(
                DecodeError::new(bytes.len(), "the rest of a number", "the end of input")
                    .clause("WBXML §5.1"),
            );
        };
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return match u32::try_from(value) {
                Ok(value) => Ok((value, offset + i + 1)),
                Err(_) => Err(
                    DecodeError::new(offset, "a number of 32 bits", "a greater one")
                        .clause("WBXML §5.1"),
                ),
            };
        }
    }
    Err(
        DecodeError::new(offset, "a number of at most 5 bytes", "a longer one")
            .clause("WBXML §5.1"),
    )
}

/// Writes the shortest form.
pub(super) fn encode(value: u32, out: &mut Vec<u8>) {
    let mut shift = 28;
    while shift > 0 {
        if value >> shift != 0 {
            out.push(0x80 | (value >> shift) as u8 & 0x7F);
        }
        shift -= 7;
    }
    out.push(value as u8 & 0x7F);
}
