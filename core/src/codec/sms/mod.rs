//! Short messages as far as a card sees them: SMS-DELIVER with 8-bit user data, and the
//! SMS-SUBMIT it asks for (3GPP TS 23.040 §9.2; TS 31.115 §4).
//!
//! Knows no alphabet and no network; parts of one long message are made here and put together
//! by whoever keeps them.

mod submit;

pub use submit::{Number, submit_text, submit_to_port};

use super::{DecodeError, Field, hex};

const CLAUSE: &str = "TS 23.040 §9.2.2.1";

/// Octets of user data in one message (TS 23.040 §9.2.3.16).
pub const MAX_USER_DATA: usize = 140;

/// Information element: part of a long message, 8-bit reference (TS 23.040 §9.2.3.24.1).
pub const CONCATENATION: u8 = 0x00;

/// Information element: a secured command packet follows (TS 31.115 §4.2).
pub const COMMAND_PACKET: u8 = 0x70;

/// One information element of the user data header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// IEI.
    pub id: u8,
    /// At most 137 octets fit.
    pub data: Vec<u8>,
}

/// Which part of a long message this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concatenation {
    /// Of the whole message.
    pub reference: u8,
    /// From 1.
    pub parts: u8,
    /// From 1 to `parts`.
    pub part: u8,
}

/// A message to the terminal, or through it to the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deliver {
    /// TP-OA: number of digits, type, digits in semi-octets, as encoded.
    pub originator: Vec<u8>,
    /// TP-PID: 7F for data download to the card.
    pub pid: u8,
    /// TP-DCS: F6 for 8-bit data of class 2.
    pub dcs: u8,
    /// TP-SCTS, semi-octets.
    pub timestamp: [u8; 7],
    /// User data header; `None` without one.
    pub header: Option<Vec<Element>>,
    /// What follows it.
    pub data: Vec<u8>,
}

impl Deliver {
    /// Bytes to value.
    pub fn decode(tpdu: &[u8]) -> Result<Self, DecodeError> {
        let mut at = 0;
        let mut take = |count: usize, what: &'static str| {
            let part = tpdu.get(at..at + count).ok_or_else(|| {
                DecodeError::new(
                    tpdu.len(),
                    what,
                    format!("the end, {} octets short", at + count - tpdu.len()),
                )
                .clause(CLAUSE)
            })?;
            at += count;
            Ok::<_, DecodeError>(part)
        };
        let first = take(1, "the first octet")?[0];
        if first & 0x03 != 0 {
            return Err(DecodeError::new(
                0,
                "TP-MTI 00, SMS-DELIVER",
                format!("{:02b}", first & 3),
            )
            .clause(CLAUSE));
        }
        let digits = take(1, "TP-OA")?[0];
        let mut originator = vec![digits];
        originator.extend(take(1 + usize::from(digits).div_ceil(2), "TP-OA")?);
        let pid = take(1, "TP-PID")?[0];
        let dcs = take(1, "TP-DCS")?[0];
        let mut timestamp = [0; 7];
        timestamp.copy_from_slice(take(7, "TP-SCTS, 7 octets")?);
        let length = usize::from(take(1, "TP-UDL")?[0]);
        let user_data = take(length.min(MAX_USER_DATA), "TP-UD as long as TP-UDL")?;
        let from = at - user_data.len();
        if length > MAX_USER_DATA || at != tpdu.len() {
            return Err(DecodeError::new(
                from - 1,
                "TP-UDL: the octets behind it, at most 140",
                format!("{length} for {}", tpdu.len() - from),
            )
            .clause("TS 23.040 §9.2.3.16"));
        }
        let (header, data) = if first & 0x40 == 0 {
            (None, user_data)
        } else {
            let (elements, rest) = elements(user_data).map_err(|e| e.shifted(from))?;
            (Some(elements), rest)
        };
        Ok(Deliver {
            originator,
            pid,
            dcs,
            timestamp,
            header,
            data: data.to_vec(),
        })
    }

    /// Value to bytes. What is over 140 octets of user data is cut off; use [`Deliver::split`].
    pub fn encode(&self) -> Vec<u8> {
        // TP-MMS: no more messages wait.
        let mut tpdu = vec![0x04 | u8::from(self.header.is_some()) << 6];
        tpdu.extend(&self.originator);
        tpdu.extend([self.pid, self.dcs]);
        tpdu.extend(self.timestamp);
        let mut user_data = Vec::new();
        if let Some(elements) = &self.header {
            let header: Vec<u8> = elements
                .iter()
                .flat_map(|e| [e.id, e.data.len() as u8].into_iter().chain(e.data.clone()))
                .collect();
            user_data.push(header.len() as u8);
            user_data.extend(header);
        }
        user_data.extend(&self.data);
        user_data.truncate(MAX_USER_DATA);
        tpdu.push(user_data.len() as u8);
        tpdu.extend(user_data);
        tpdu
    }

    /// As many messages as it takes: each says which part it is, the first alone has the other
    /// elements (TS 31.115 §4.2). What does not fit in 255 parts is not sent.
    pub fn split(&self, reference: u8) -> Vec<Deliver> {
        let header = self.header.clone().unwrap_or_default();
        let own: usize = header.iter().map(|e| 2 + e.data.len()).sum();
        if 1 + own + self.data.len() <= MAX_USER_DATA {
            return vec![self.clone()];
        }
        /// Length of the header and the element for the part.
        const PART: usize = 1 + 5;
        let first = MAX_USER_DATA
            .saturating_sub(PART + own)
            .min(self.data.len());
        let (head, rest) = self.data.split_at(first);
        let chunks: Vec<&[u8]> = std::iter::once(head)
            .chain(rest.chunks(MAX_USER_DATA - PART))
            .take(255)
            .collect();
        let parts = chunks.len() as u8;
        chunks
            .iter()
            .zip(1_u8..)
            .map(|(chunk, part)| {
                let mut elements = vec![Element {
                    id: CONCATENATION,
                    data: vec![reference, parts, part],
                }];
                if part == 1 {
                    elements.extend(header.clone());
                }
                Deliver {
                    header: Some(elements),
                    data: chunk.to_vec(),
                    ..self.clone()
                }
            })
            .collect()
    }

    /// An element of the header.
    pub fn element(&self, id: u8) -> Option<&Element> {
        self.header.iter().flatten().find(|e| e.id == id)
    }

    /// Which part this is; `None` for a whole message, and for parts that cannot be.
    pub fn concatenation(&self) -> Option<Concatenation> {
        match self.element(CONCATENATION)?.data[..] {
            [reference, parts, part] if (1..=parts).contains(&part) => Some(Concatenation {
                reference,
                parts,
                part,
            }),
            _ => None,
        }
    }
}

/// The header's elements and what follows them.
fn elements(user_data: &[u8]) -> Result<(Vec<Element>, &[u8]), DecodeError> {
    let wrong = |offset: usize, expected: &'static str| {
        DecodeError::new(offset, expected, "less").clause("TS 23.040 §9.2.3.24")
    };
    let (length, rest) = user_data
        .split_first()
        .ok_or_else(|| wrong(0, "the length of the user data header"))?;
    let (mut header, rest) = rest
        .split_at_checked(usize::from(*length))
        .ok_or_else(|| wrong(0, "as many octets as the header's length says"))?;
    let mut elements = Vec::new();
    while !header.is_empty() {
        let at = 1 + usize::from(*length) - header.len();
        let [id, length, behind @ ..] = header else {
            return Err(wrong(at, "an element: identifier and length"));
        };
        let (data, behind) = behind
            .split_at_checked(usize::from(*length))
            .ok_or_else(|| wrong(at, "an element as long as it says"))?;
        elements.push(Element {
            id: *id,
            data: data.to_vec(),
        });
        header = behind;
    }
    Ok((elements, rest))
}

/// A message for showing.
pub fn fields(tpdu: &[u8]) -> Vec<Field> {
    let message = match Deliver::decode(tpdu) {
        Ok(message) => message,
        Err(error) => {
            return vec![
                Field::new("unreadable", 0..tpdu.len(), hex::spaced(tpdu)).note(error.to_string()),
            ];
        }
    };
    let oa = 1..1 + message.originator.len();
    let behind = oa.end;
    let mut fields = vec![
        Field::new(
            "TP-MTI, flags",
            0..1,
            format!("{:02X} SMS-DELIVER", tpdu[0]),
        )
        .clause("TS 23.040 §9.2.3.1"),
        Field::new("TP-OA", oa, digits(&message.originator)).clause("TS 23.040 §9.1.2.5"),
        Field::new(
            "TP-PID",
            behind..behind + 1,
            format!(
                "{:02X}{}",
                message.pid,
                if message.pid == 0x7F {
                    " (U)SIM data download"
                } else {
                    ""
                }
            ),
        )
        .clause("TS 23.040 §9.2.3.9"),
        Field::new(
            "TP-DCS",
            behind + 1..behind + 2,
            format!("{:02X}", message.dcs),
        )
        .clause("TS 23.038 §4"),
        Field::new(
            "TP-SCTS",
            behind + 2..behind + 9,
            hex::spaced(&message.timestamp),
        )
        .clause("TS 23.040 §9.2.3.11"),
        Field::new(
            "TP-UDL",
            behind + 9..behind + 10,
            tpdu[behind + 9].to_string(),
        )
        .clause("TS 23.040 §9.2.3.16"),
    ];
    let data = tpdu.len() - message.data.len();
    if let Some(elements) = &message.header {
        let mut at = behind + 11;
        let children = elements
            .iter()
            .map(|e| {
                let range = at..at + 2 + e.data.len();
                at = range.end;
                let name = match e.id {
                    CONCATENATION => "part of a long message",
                    COMMAND_PACKET => "command packet",
                    0x71 => "response packet",
                    0x05 => "ports",
                    _ => "element",
                };
                Field::new(
                    name,
                    range,
                    format!("{:02X} {}", e.id, hex::spaced(&e.data)),
                )
                .clause("TS 23.040 §9.2.3.24")
            })
            .collect();
        fields.push(
            Field::new(
                "TP-UDH",
                behind + 10..data,
                format!("{} octets", data - behind - 10),
            )
            .clause("TS 23.040 §9.2.3.24")
            .children(children),
        );
    }
    fields.push(
        Field::new("TP-UD", data..tpdu.len(), hex::spaced(&message.data))
            .clause("TS 23.040 §9.2.3.24"),
    );
    fields
}

/// Semi-octets as people write a number.
fn digits(address: &[u8]) -> String {
    let [count, kind, octets @ ..] = address else {
        return String::new();
    };
    let plus = if kind & 0x70 == 0x10 { "+" } else { "" };
    let digits: String = octets
        .iter()
        .flat_map(|o| [o & 0x0F, o >> 4])
        .take(usize::from(*count))
        .map(|d| char::from_digit(u32::from(d), 16).unwrap_or('?'))
        .collect();
    format!("{plus}{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An SMS-DELIVER with a WAP push to port 2948, computed by hand.
    const PUSH: &str = "440C9194311432547600F562016041230400 2E 06 05040B84C002 010603C4AF87E650C4153F0F224670\
        8133A0CE9E925F02D80000000A1F09646D73632E63617264";

    fn download(data: Vec<u8>) -> Deliver {
        Deliver {
            originator: hex::decode("048121 43".replace(' ', "").as_str()).unwrap(),
            pid: 0x7F,
            dcs: 0xF6,
            timestamp: [0x62, 0x11, 0x22, 0x41, 0x72, 0x65, 0x00],
            header: Some(vec![Element {
                id: COMMAND_PACKET,
                data: Vec::new(),
            }]),
            data,
        }
    }

    #[test]
    fn a_message_comes_back() {
        let tpdu = hex::decode(&PUSH.replace([' ', '\n'], "")).unwrap();
        let message = Deliver::decode(&tpdu).unwrap();
        assert_eq!(digits(&message.originator), "+491341234567");
        assert_eq!(message.header.as_ref().unwrap()[0].data.len(), 4);
        assert_eq!(message.data.len(), 39);
        assert_eq!(message.encode(), tpdu);
        let shown = fields(&tpdu);
        assert_eq!(shown.last().unwrap().range.end, tpdu.len());
        assert!(shown.windows(2).all(|f| f[0].range.end == f[1].range.start));
    }

    #[test]
    fn what_is_cut_or_too_long_is_refused() {
        let tpdu = download((0..42).collect()).encode();
        for cut in 0..tpdu.len() {
            assert!(Deliver::decode(&tpdu[..cut]).is_err(), "{cut}");
            fields(&tpdu[..cut]);
        }
        for changed in 0..tpdu.len() {
            for value in [0x00, 0x03, 0x7F, 0xFF] {
                let mut tpdu = tpdu.clone();
                tpdu[changed] = value;
                if let Ok(message) = Deliver::decode(&tpdu) {
                    // Flags we do not keep come out as we write them.
                    assert_eq!(message.encode()[1..], tpdu[1..]);
                }
            }
        }
        let mut submit = tpdu.clone();
        submit[0] = 0x41;
        assert_eq!(Deliver::decode(&submit).unwrap_err().offset, 0);
    }

    /// Shows OTA-6.
    #[test]
    fn long_messages_go_in_parts() {
        for length in [0, 137, 138, 300, 2000] {
            let data: Vec<u8> = (0..length).map(|n| n as u8).collect();
            let parts = download(data.clone()).split(9);
            let mut joined = Vec::new();
            for (part, number) in parts.iter().zip(1_u8..) {
                let tpdu = part.encode();
                assert_eq!(Deliver::decode(&tpdu).as_ref(), Ok(part));
                assert_eq!(part.element(COMMAND_PACKET).is_some(), number == 1);
                if parts.len() > 1 {
                    let said = part.concatenation().unwrap();
                    assert_eq!(
                        (said.reference, said.parts, said.part),
                        (9, parts.len() as u8, number)
                    );
                }
                joined.extend(part.data.clone());
            }
            assert_eq!(joined, data);
            assert_eq!(parts.len() == 1, length <= 137, "{length}");
        }
    }
}
