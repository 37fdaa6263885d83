//! The way of the ECMS to the device: short messages of a service centre (OMA Push over SMS, port
//! 2948; 3GPP TS 23.040 §9.2.2.1, §9.2.3.24; TS 31.115 §4.2).
//!
//! It makes messages of what is to be carried, and knows nothing of its contents.

use crate::codec::sms::{
    COMMAND_PACKET, DATA_DOWNLOAD, Deliver, Element, Number, PORTS, Reference,
};
use crate::codec::toolkit::local::DateTime;
use crate::codec::wsp::PUSH_PORT;

/// Number of the ECMS, a test value.
const NUMBER: &str = "+491341234567";

/// Port of who sends a push without wanting an answer (WAP-235-PushOTA).
const PUSH_FROM: u16 = 49154;

/// 8-bit data of class 1, for the device, and of class 2, for the card (TS 23.038 §4).
const FOR_DEVICE: u8 = 0xF5;
const FOR_CARD: u8 = 0xF6;

/// Service centre that carries what the ECMS sends.
#[derive(Clone, Debug, Default)]
pub struct Carrier {
    /// Reference of the last long message.
    reference: u8,
}

impl Carrier {
    /// The SMS-DELIVERs that carry a push PDU to its port, sent at that time, seconds since 1970:
    /// at least so many as wanted, more where it does not fit.
    pub fn push(&mut self, push: &[u8], least: u8, now_s: u64) -> Vec<Vec<u8>> {
        let ports = [PUSH_PORT.to_be_bytes(), PUSH_FROM.to_be_bytes()].concat();
        let header = Element {
            id: PORTS,
            data: ports,
        };
        let message = Deliver {
            dcs: FOR_DEVICE,
            ..delivery(header, push, now_s)
        };
        let most = match least {
            0 | 1 => usize::MAX,
            least => push.len().div_ceil(usize::from(least)).max(1),
        };
        self.parts(&message, most)
    }

    /// The SMS-DELIVERs that carry a secured packet to the card, sent at that time.
    pub fn packet(&mut self, packet: &[u8], now_s: u64) -> Vec<Vec<u8>> {
        let header = Element {
            id: COMMAND_PACKET,
            data: Vec::new(),
        };
        let message = Deliver {
            pid: DATA_DOWNLOAD,
            dcs: FOR_CARD,
            ..delivery(header, packet, now_s)
        };
        self.parts(&message, usize::MAX)
    }

    fn parts(&mut self, message: &Deliver, most: usize) -> Vec<Vec<u8>> {
        let next = self.reference.wrapping_add(1);
        let parts = message.split(Reference::Short(next), most);
        if parts.len() > 1 {
            self.reference = next;
        }
        parts.iter().map(Deliver::encode).collect()
    }
}

fn delivery(element: Element, data: &[u8], now_s: u64) -> Deliver {
    let moment = DateTime::from_unix(now_s, 0).encode();
    Deliver {
        more: false,
        originator: Number::new(NUMBER).address(),
        pid: 0,
        dcs: 0,
        timestamp: moment.first_chunk().copied().unwrap_or_default(),
        header: Some(vec![element]),
        data: data.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// The moment of the worked messages, 2026-10-06T14:32:40Z.
    const NOW_S: u64 = 1_791_297_160;

    const HEAD: &str = "0C91943114325476 00F5 62016041230400";

    const PUSH: &str =
        "010603C4AF87E650C4153F0F2246708133A0CE9E925F02D80000000A1F09646D73632E63617264";

    /// The push whose trigger carries a signed order: 190 octets.
    const ORDERED: &str = "010603C4AF87C904DB16A2ACD1781AAF8B42C9FB313202F00000000A1F09646D73632E63\
        617264D2844DA201260448EDDE17664DB784E6A05842A601010269646D73632E6361726403190A1F0474494D45\
        493A343933303035313030353932383030051A6AC5068806724361736520343731313A206E65772041504E5840\
        B4F8C42BFB3AC173B2614B69BD2E686A3D8F1B3501692ABBC4D171A63CFF0C382976E04FD0BA3DA0549B2DE8B9\
        14177A33490A55B053099E064E1AB7D9B75EBF";

    fn bytes(text: &str) -> Vec<u8> {
        hex::decode(&text.replace(' ', "")).unwrap()
    }

    #[test]
    fn a_short_push_is_one_message() {
        let push = bytes(PUSH);
        let parts = Carrier::default().push(&push, 1, NOW_S);
        let expected = bytes(&format!("44 {HEAD} 2E 0605040B84C002 {PUSH}"));
        assert_eq!(parts, [expected]);
        assert_eq!(parts[0].len(), 65);
    }

    #[test]
    fn a_long_push_is_in_parts_that_all_name_the_port() {
        let push = bytes(ORDERED);
        assert_eq!(push.len(), 190);
        let parts = Carrier { reference: 0x29 }.push(&push, 1, NOW_S);
        let (head, rest) = push.split_at(128);
        let part = |first: &str, length: &str, number: &str, data: &[u8]| {
            let header = format!("0B05040B84C00200032A02{number}");
            bytes(&format!(
                "{first} {HEAD} {length} {header} {}",
                hex::encode(data)
            ))
        };
        assert_eq!(
            parts,
            [part("40", "8C", "01", head), part("44", "4A", "02", rest)]
        );
        assert_eq!((parts[0].len(), parts[1].len()), (159, 93));
        // With a reference of 16 bits one octet less fits.
        let whole = Deliver {
            dcs: FOR_DEVICE,
            ..Deliver::decode(&Carrier::default().push(&push[..39], 1, NOW_S)[0]).unwrap()
        };
        let whole = Deliver {
            data: push.clone(),
            ..whole
        };
        let parts = whole.split(Reference::Long(0x012A), usize::MAX);
        let encoded: Vec<Vec<u8>> = parts.iter().map(Deliver::encode).collect();
        assert_eq!((encoded[0].len(), encoded[1].len()), (159, 95));
        assert_eq!((parts[0].data.len(), parts[1].data.len()), (127, 63));
        let header = bytes("0C05040B84C0020804012A0201");
        assert_eq!(encoded[0][19..32], header);
        assert_eq!(encoded[1][19..32], bytes("0C05040B84C0020804012A0202"));
    }

    #[test]
    fn a_push_is_cut_into_as_many_parts_as_wanted() {
        let parts = Carrier::default().push(&bytes(PUSH), 2, NOW_S);
        let lengths: Vec<usize> = parts.iter().map(Vec::len).collect();
        assert_eq!(lengths, [51, 50]);
        assert_eq!(Deliver::decode(&parts[0]).unwrap().data.len(), 20);
    }

    #[test]
    fn a_packet_is_named_in_its_first_part_alone() {
        let parts = Carrier::default().packet(&[0xAB; 1018], NOW_S);
        assert_eq!(parts.len(), 8);
        for (at, part) in parts.iter().enumerate() {
            let part = Deliver::decode(part).unwrap();
            assert!(part.is_for_card());
            assert_eq!(part.element(COMMAND_PACKET).is_some(), at == 0);
            assert_eq!(part.more, at < 7);
        }
    }
}
