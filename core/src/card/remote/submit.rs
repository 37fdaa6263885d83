//! Receipts in messages of their own: SMS-SUBMIT to who sent the packet (3GPP TS 31.115 §4.3;
//! TS 23.040 §9.2.2.2).

/// Octets of the user data of one message.
const MAX_USER_DATA: usize = 140;

/// Octets of a header that says which part it is: its length, the element.
const PART: usize = 6;

/// The element that says a response packet follows, in the first part alone.
const RESPONSE_PACKET: [u8; 2] = [0x71, 0x00];

/// As many messages as a receipt takes, which begins with its header `02 71 00`. `None` when it
/// takes more than 255.
pub(in crate::card) fn submit(originator: &[u8], receipt: &[u8]) -> Option<Vec<Vec<u8>>> {
    if receipt.len() <= MAX_USER_DATA {
        return Some(vec![message(originator, receipt)]);
    }
    let data = receipt
        .strip_prefix(&[0x02][..])?
        .strip_prefix(&RESPONSE_PACKET[..])?;
    let (first, rest) = data.split_at(MAX_USER_DATA - PART - RESPONSE_PACKET.len());
    let chunks = std::iter::once(first).chain(rest.chunks(MAX_USER_DATA - PART));
    let count = u8::try_from(chunks.clone().count()).ok()?;
    let messages = chunks.zip(1_u8..=count).map(|(chunk, part)| {
        let own = if part == 1 { &RESPONSE_PACKET[..] } else { &[] };
        let mut data = vec![5 + own.len() as u8, 0x00, 0x03, 0x00, count, part];
        data.extend(own);
        data.extend(chunk);
        message(originator, &data)
    });
    Some(messages.collect())
}

/// SMS-SUBMIT with a user data header and no validity period: data download, 8-bit, class 2.
fn message(destination: &[u8], data: &[u8]) -> Vec<u8> {
    let mut tpdu = vec![0x41, 0x00];
    tpdu.extend(destination);
    tpdu.extend([0x7F, 0xF6, data.len() as u8]);
    tpdu.extend(data);
    tpdu
}
