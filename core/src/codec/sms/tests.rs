//! Messages that come back, messages cut or altered, long ones in parts (TS 23.040 §9.2).

use super::*;
use crate::codec::hex;
use crate::codec::shown::sms::fields;

/// An SMS-DELIVER with a WAP push to port 2948, computed by hand.
const PUSH: &str = "440C9194311432547600F562016041230400 2E 06 05040B84C002 010603C4AF87E650C4153F0F224670\
    8133A0CE9E925F02D80000000A1F09646D73632E63617264";

fn download(data: Vec<u8>) -> Deliver {
    Deliver {
        more: false,
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
    assert_eq!(address_text(&message.originator), "+491341234567");
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
        let parts = download(data.clone()).split(Reference::Short(9), usize::MAX);
        let mut joined = Vec::new();
        for (part, number) in parts.iter().zip(1_u8..) {
            let tpdu = part.encode();
            assert_eq!(Deliver::decode(&tpdu).as_ref(), Ok(part));
            assert_eq!(part.element(COMMAND_PACKET).is_some(), number == 1);
            if parts.len() > 1 {
                let said = part.concatenation().unwrap();
                assert_eq!(
                    (said.reference, said.parts, said.part),
                    (Reference::Short(9), parts.len() as u8, number)
                );
            }
            joined.extend(part.data.clone());
        }
        assert_eq!(joined, data);
        assert_eq!(parts.len() == 1, length <= 137, "{length}");
    }
}
