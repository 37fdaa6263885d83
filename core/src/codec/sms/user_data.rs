//! User data of a short message: length, header with its elements, and what follows it in the
//! alphabet of the data coding scheme (3GPP TS 23.040 §9.2.3.16, §9.2.3.24).

use crate::codec::alphabet::{Alphabet, from_septets, from_utf16, pack, unpack};
use crate::codec::input::{Input, Parsed, all, byte, bytes, clause, ending, rest};
use nom::Parser;

/// Octets of user data in one message (TS 23.040 §9.2.3.16).
pub const MAX_USER_DATA: usize = 140;

/// Septets of user data in one message.
const MAX_SEPTETS: usize = 160;

const CLAUSE: &str = "TS 23.040 §9.2.3.16";
const HEADER: &str = "TS 23.040 §9.2.3.24";

/// One information element of the user data header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// IEI.
    pub id: u8,
    /// At most 137 octets fit.
    pub data: Vec<u8>,
}

/// Header and data behind TP-UDL.
pub(super) struct UserData {
    pub(super) header: Option<Vec<Element>>,
    pub(super) data: Vec<u8>,
}

/// TP-UDL and TP-UD to the end of the message.
pub(super) fn read<'a>(has_header: bool, dcs: u8) -> impl FnMut(Input<'a>) -> Parsed<'a, UserData> {
    clause(CLAUSE, move |input: Input<'a>| {
        let (left, length) = byte("TP-UDL")(input)?;
        let length = usize::from(length);
        let septets = Alphabet::of(dcs) == Alphabet::Default;
        let octets = if septets {
            (length * 7).div_ceil(8)
        } else {
            length
        };
        if octets != left.len() || octets > MAX_USER_DATA {
            return Err(input.wrong(format!(
                "TP-UDL for the {} octets behind it, at most {MAX_USER_DATA}",
                left.len()
            )));
        }
        let (end, all) = rest(left)?;
        let (behind, header) = if has_header {
            clause(HEADER, elements).map(Some).parse(all)?
        } else {
            (all, None)
        };
        let data = if septets {
            // The header is filled up to a whole septet.
            let before = all.len() - behind.len();
            let mut data = unpack(behind.bytes(), fill(before));
            data.truncate(length.saturating_sub((before * 8).div_ceil(7)));
            data
        } else {
            behind.bytes().to_vec()
        };
        Ok((end, UserData { header, data }))
    })
}

/// The header's elements behind its length.
fn elements(input: Input<'_>) -> Parsed<'_, Vec<Element>> {
    let (left, length) = byte("the length of the user data header")(input)?;
    bytes(usize::from(length), "a user data header")
        .and_then(ending(all(element)))
        .parse(left)
}

fn element(input: Input<'_>) -> Parsed<'_, Element> {
    let (left, (id, length)) =
        (byte("an element"), byte("the length of an element")).parse(input)?;
    bytes(usize::from(length), "an element")
        .map(|data| Element {
            id,
            data: data.bytes().to_vec(),
        })
        .parse(left)
}

/// Free bits between a header of so many bytes and the first septet.
fn fill(header: usize) -> usize {
    (header * 8).next_multiple_of(7) - header * 8
}

/// TP-UDL and TP-UD; what is too long is cut off.
pub(super) fn write(tpdu: &mut Vec<u8>, dcs: u8, header: Option<&[Element]>, data: &[u8]) {
    let mut user_data = Vec::new();
    if let Some(elements) = header {
        let header: Vec<u8> = elements
            .iter()
            .flat_map(|e| [e.id, e.data.len() as u8].into_iter().chain(e.data.clone()))
            .collect();
        user_data.push(header.len() as u8);
        user_data.extend(header);
    }
    let length = if Alphabet::of(dcs) == Alphabet::Default {
        let before = (user_data.len() * 8).div_ceil(7);
        let data = &data[..data.len().min(MAX_SEPTETS.saturating_sub(before))];
        let fill = fill(user_data.len());
        user_data.extend(pack(data, fill));
        before + data.len()
    } else {
        user_data.extend(data);
        user_data.len().min(MAX_USER_DATA)
    };
    user_data.truncate(MAX_USER_DATA);
    tpdu.push(length as u8);
    tpdu.extend(user_data);
}

/// The text of data in an alphabet; `None` for 8-bit data and compressed text.
pub(super) fn text(dcs: u8, data: &[u8]) -> Option<String> {
    match Alphabet::of(dcs) {
        Alphabet::Default => Some(from_septets(data)),
        Alphabet::Ucs2 => Some(from_utf16(data)),
        Alphabet::EightBit | Alphabet::Compressed => None,
    }
}
