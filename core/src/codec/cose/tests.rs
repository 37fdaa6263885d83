//! Worked bytes of orders and receipts, which other implementations of COSE and of ECDSA agree
//! with, and everything that must be refused.

use super::*;
use crate::codec::hex;

const CARD_D: &str = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
const CARD_X: &str = "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6";
const CARD_Y: &str = "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
const CARE_D: &str = "B401CC7DA76125BC32004FDFE384516B985EB4D629C34110AB9C572B2F806DDF";
const CARE_X: &str = "10665DF5CAA032ABD6CDA52E4805176781232DF7263AF2D118D454A8A5E3743B";
const CARE_Y: &str = "0354FA0596A38638A3DB255D6A6DF34365C2BF689EADAF44CD95FA0262ECE45E";

const ORDER_PAYLOAD: &str = "A601010269646D73632E6361726403190A1F0474494D45493A3439333030353130\
    30353932383030051A6AC5068806724361736520343731313A206E65772041504E";
const ORDER: &str = "D2844DA201260448EDDE17664DB784E6A05842A601010269646D73632E6361726403190A1F\
    0474494D45493A343933303035313030353932383030051A6AC5068806724361736520343731313A206E6577204150\
    4E5840B4F8C42BFB3AC173B2614B69BD2E686A3D8F1B3501692ABBC4D171A63CFF0C382976E04FD0BA3DA0549B2DE8\
    B914177A33490A55B053099E064E1AB7D9B75EBF";
const RECEIPT_SIGNATURE: &str = "2BDE544325166D0FC15AEC2D46C2C7F22D8C4584315D49578BE3A3FFE7CF2F81\
    005A57B55D212AEE75EE27DC34DC4A82CCE77F10D5FECA9580C01BFA3CF77F45";
const SECOND: &str = "D2844DA201260448B18B86CE1389E46DA05876AA01010202035820809FAC03245B0DD06D82\
    8578F8616BE08BB19B7BE2F66F47FB056EB1D6FF99CA04010574494D45493A34393330303531303035393238303006\
    58203A050F1D08FB8581D3D72AE727651E981043DE0D6CA8E744328758F716602BEB07F608F6098418C80119019401\
    0A1A6AC514985840B84DF2DAAC2226294F0ECB07509E05F939CB45650B178A8E6BF6A1C8282F2706202CA5B8AF6DCC\
    57DF14992955A36A2F683A4FD7BA0B502F450EC09E6D7DB28A";

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

fn hash(text: &str) -> Hash {
    bytes(text).try_into().unwrap()
}

fn card() -> PrivateKey {
    PrivateKey::from_bytes(&bytes(CARD_D)).unwrap()
}

fn care() -> PrivateKey {
    PrivateKey::from_bytes(&bytes(CARE_D)).unwrap()
}

fn order() -> Order {
    Order {
        server_id: "dmsc.card".into(),
        session_id: 0x0A1F,
        device: "IMEI:493005100592800".into(),
        time_s: 1_791_297_160,
        text: "Case 4711: new APN".into(),
    }
}

fn transcript(messages: &[&[u8]]) -> Hash {
    let mut transcript = Transcript::default();
    messages.iter().for_each(|message| transcript.add(message));
    transcript.hash()
}

fn first() -> Receipt {
    Receipt {
        seq: 1,
        previous: [0; 32],
        session_id: 0x0A1F,
        device: "IMEI:493005100592800".into(),
        transcript: transcript(&[
            b"package 1 octets",
            b"package 2 octets",
            b"package 3 octets",
        ]),
        order: Some(sha256(&bytes(ORDER))),
        consent: Some(200),
        statuses: Receipt::runs([200; 4]),
        time_s: 1_791_297_176,
    }
}

#[test]
fn keys_are_points_and_have_names() {
    for (key, x, y, kid) in [
        (card(), CARD_X, CARD_Y, "B18B86CE1389E46D"),
        (care(), CARE_X, CARE_Y, "EDDE17664DB784E6"),
    ] {
        let point = bytes(&format!("04{x}{y}"));
        let public = PublicKey::from_bytes(&point).unwrap();
        assert_eq!(key.public(), public);
        assert_eq!(public.to_bytes(), point);
        assert_eq!(public.kid().to_vec(), bytes(kid));
    }
    let test_key = sha256(b"DMSC customer care test key");
    assert_eq!(PrivateKey::from_bytes(&test_key), Some(care()));
    for wrong in [vec![0; 32], vec![0xFF; 32], vec![1; 31], Vec::new()] {
        assert_eq!(PrivateKey::from_bytes(&wrong), None, "{wrong:?}");
    }
    let mut off = bytes(&format!("04{CARD_X}{CARD_Y}"));
    off[64] ^= 1;
    assert_eq!(PublicKey::from_bytes(&off), None, "not on the curve");
    assert_eq!(PublicKey::from_bytes(&off[..33]), None);
    assert!(!format!("{:?}", card()).contains("C9"), "a key is not told");
}

#[test]
fn the_order_is_these_octets() {
    let order = order();
    assert_eq!(order.encode(), bytes(ORDER_PAYLOAD));
    assert_eq!(order.encode().len(), 66);
    let signed = order.sign(&care());
    assert_eq!(signed, bytes(ORDER));
    assert_eq!(signed.len(), 151);
    assert_eq!(Order::open(&signed, &care().public()), Ok(order));
    assert_eq!(
        sha256(&signed),
        hash("FD746B84508176AF6568E721F4D012187039E1A772D56484CAE08469B1DADC46")
    );
}

#[test]
fn the_first_receipt_is_these_octets() {
    let receipt = first();
    assert_eq!(
        receipt.transcript,
        hash("51BEAC84EBF6BDC2FE0DCF34F57CB9B408DACF8C0C9919855F932A1AA8FAE4A8")
    );
    let payload = receipt.encode();
    assert_eq!(payload.len(), 150);
    assert!(payload.starts_with(&bytes("AA01010201035820")));
    let message = Sign1::sign(&card(), receipt::AAD, payload);
    let signed_octets = message.to_be_signed("dmsc.receipt.1");
    assert_eq!(signed_octets.len(), 193);
    assert_eq!(
        sha256(&signed_octets),
        hash("51E8EF519A95CBF370A767B99DB8039C362039C906150997807E0645BDAFF0C5")
    );
    assert_eq!(message.signature.to_vec(), bytes(RECEIPT_SIGNATURE));
    let signed = receipt.sign(&card());
    assert_eq!(signed, message.encode());
    assert_eq!(signed.len(), 235);
    assert_eq!(
        sha256(&signed),
        hash("809FAC03245B0DD06D828578F8616BE08BB19B7BE2F66F47FB056EB1D6FF99CA")
    );
    assert_eq!(Receipt::open(&signed, &card().public()), Ok(receipt));
}

#[test]
fn the_second_receipt_goes_on_from_the_first() {
    let (first, signed_first) = (first(), first().sign(&card()));
    let second = Receipt {
        seq: 2,
        previous: sha256(&signed_first),
        session_id: 1,
        transcript: transcript(&[b"a", b"b", b"c"]),
        order: None,
        consent: None,
        statuses: Receipt::runs([200, 404]),
        time_s: 1_791_300_760,
        ..first.clone()
    };
    let signed = second.sign(&card());
    assert_eq!(signed, bytes(SECOND));
    assert_eq!(signed.len(), 203);
    assert_eq!(
        sha256(&signed),
        hash("8E6560F6538EFF7C39A59C705DB45EC74CBDC338A1001F786DC0B9E21D7C3225")
    );
    let chain = Chain::behind(&first, &signed_first);
    assert_eq!(Chain::default().goes_on_with(&first), Ok(()));
    assert_eq!(chain.goes_on_with(&second), Ok(()));
    let reason = |chain: Chain, receipt: &Receipt| chain.goes_on_with(receipt).unwrap_err();
    assert_eq!(reason(chain, &first), "receipt 1 is there already");
    assert_eq!(
        reason(Chain::default(), &second),
        "receipt 1 is missing before 2"
    );
    let other = Receipt {
        previous: [1; 32],
        ..second
    };
    assert_eq!(
        reason(chain, &other),
        "it does not follow the receipt before it"
    );
}

#[test]
fn the_largest_receipt_fits_a_record() {
    let largest = Receipt {
        seq: u64::from(u16::MAX),
        session_id: 0xFFFF,
        statuses: Receipt::runs((0..300).map(|at| [200, 404, 418][at / 100])),
        ..first()
    };
    let signed = largest.sign(&card());
    assert!(signed.len() + 2 <= 255, "{}", signed.len());
}

#[test]
fn every_changed_bit_is_refused() {
    for (signed, is_order) in [
        (order().sign(&care()), true),
        (first().sign(&card()), false),
    ] {
        for at in 0..signed.len() * 8 {
            let mut changed = signed.clone();
            changed[at / 8] ^= 1 << (at % 8);
            let refused = if is_order {
                Order::open(&changed, &care().public()).is_err()
            } else {
                Receipt::open(&changed, &card().public()).is_err()
            };
            assert!(refused, "bit {at} of {is_order}");
        }
    }
}

#[test]
fn another_key_or_another_purpose_is_refused() {
    let order = order().sign(&care());
    let receipt = first().sign(&card());
    let open = |bytes: &[u8], key: &PrivateKey| Order::open(bytes, &key.public());
    assert_eq!(open(&order, &card()), Err(Refusal::OtherKey));
    // An order signed for another purpose: all is right but what it is for.
    let message = Sign1::sign(&care(), receipt::AAD, self::order().encode());
    assert_eq!(open(&message.encode(), &care()), Err(Refusal::Signature));
    assert!(open(&receipt, &card()).is_err());
    // The name of a key proves nothing.
    let mut renamed = Sign1::decode(&order).unwrap();
    renamed.kid = card().public().kid();
    assert_eq!(open(&renamed.encode(), &card()), Err(Refusal::Signature));
}

/// n − s, for the order n of the group of P-256.
fn negated(s: &[u8]) -> Vec<u8> {
    let n = bytes("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    let mut borrow = 0;
    let mut out = vec![0; 32];
    for at in (0..32).rev() {
        let mut digit = i32::from(n[at]) - i32::from(s[at]) - borrow;
        borrow = i32::from(digit < 0);
        digit += 256 * borrow;
        out[at] = u8::try_from(digit).unwrap();
    }
    out
}

#[test]
fn the_second_signature_of_the_same_octets_verifies_and_has_another_hash() {
    let signed = first().sign(&card());
    let mut twin = Sign1::decode(&signed).unwrap();
    let s = negated(&twin.signature[32..]);
    twin.signature[32..].copy_from_slice(&s);
    let twin = twin.encode();
    assert_ne!(twin, signed);
    assert_eq!(Receipt::open(&twin, &card().public()), Ok(first()));
    // So that the chain, which goes by hashes, notices.
    let second = Receipt {
        seq: 2,
        previous: sha256(&signed),
        ..first()
    };
    let chain = Chain::behind(&first(), &twin);
    assert!(chain.goes_on_with(&second).is_err());
    let none = Sign1 {
        signature: [0; 64],
        ..Sign1::decode(&signed).unwrap()
    };
    assert_eq!(
        Receipt::open(&none.encode(), &card().public()),
        Err(Refusal::Signature)
    );
}

#[test]
fn errors_have_their_place() {
    let signed = order().sign(&care());
    for (at, byte, expected) in [
        (0, 0xD3, "tag 18, COSE_Sign1"),
        (1, 0x85, "an array of four"),
        (5, 0x25, "-7, ES256"),
        (16, 0xA1, "an empty unprotected header"),
    ] {
        let mut wrong = signed.clone();
        wrong[at] = byte;
        let error = Sign1::decode(&wrong).unwrap_err();
        assert_eq!((error.offset, &*error.expected), (at, expected));
        assert_eq!(error.clause, "RFC 9052 §4.2");
    }
    let error = Sign1::decode(&signed[..150]).unwrap_err();
    assert_eq!(&*error.expected, "a signature of 64 bytes, 64 bytes");
    let mut longer = signed.clone();
    longer.push(0xFF);
    assert_eq!(Sign1::decode(&longer).unwrap_err().offset, 151);
    let (message, length) = Sign1::decode_prefix(&longer).unwrap();
    assert_eq!((message.encode(), length), (signed, 151));
}

#[test]
fn runs_count_and_end() {
    let run = |code, count| Run { code, count };
    assert_eq!(Receipt::runs([]), []);
    assert_eq!(Receipt::runs([200, 200, 404]), [run(200, 2), run(404, 1)]);
    assert_eq!(
        Receipt::runs([200, 404, 418, 200, 200]),
        [run(200, 1), run(404, 1), run(0, 3)]
    );
}
