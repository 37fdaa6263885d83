//! A hostile peer on the line: whatever it sends, a card says one thing at most and a reader
//! comes to an end.

use super::stable;
use dmsc_core::codec::hex;
use dmsc_core::reader::t1::{Block, Edc, Endpoint, Output, Parameters, Role};
use dmsc_core::reader::{CardOutput, CardSide, Pps, ReaderConfig, ReaderOutput, ReaderSide};

/// T=0 alone; both, with LRC; T=1 alone, with CRC and small blocks.
const ATRS: [&str; 3] = [
    "3B9F95801FC78031E073FE2113674F4D41444D534381",
    "3B9F9580B1FE451FC78031E073FE2113674F4D41444D53438B",
    "3B80817140450174",
];

/// What a reader sends at most before it has an end, when nothing more comes.
const MAX_ATTEMPTS: usize = 16;

/// The first octet chooses the card, whether epilogues are made right, and whether the card is
/// slow; then pieces follow, each after an octet with its length.
pub(crate) fn check_t1(bytes: &[u8]) {
    for edc in [Edc::Lrc, Edc::Crc] {
        if let Ok(block) = Block::decode(bytes, edc) {
            assert_eq!(block.encode(edc), bytes);
        }
    }
    stable(bytes, Pps::decode, Pps::encode);
    let Some((choice, rest)) = bytes.split_first() else {
        return;
    };
    let atr = hex::decode(ATRS[usize::from(choice & 3) % 3]).unwrap();
    let edc = if choice & 3 == 2 { Edc::Crc } else { Edc::Lrc };
    let pieces: Vec<Vec<u8>> = pieces(rest)
        .into_iter()
        .map(|piece| {
            if choice & 4 == 0 {
                repaired(&piece, edc)
            } else {
                piece
            }
        })
        .collect();
    card(&atr, &pieces, choice & 8 != 0);
    for protocol in [0, 1] {
        reader(&atr, protocol, &pieces);
    }
    endpoint(edc, &pieces);
}

fn pieces(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    while let Some((length, rest)) = bytes.split_first() {
        let (piece, rest) = rest.split_at(rest.len().min(usize::from(*length)));
        pieces.push(piece.to_vec());
        bytes = rest;
    }
    pieces
}

/// PCB and information field, made a block that comes through the first checks.
fn repaired(piece: &[u8], edc: Edc) -> Vec<u8> {
    let Some((pcb, inf)) = piece.split_first() else {
        return Vec::new();
    };
    let mut bytes = vec![0, *pcb, inf.len() as u8];
    bytes.extend(inf);
    match edc {
        Edc::Lrc => bytes.push(bytes.iter().fold(0, |sum, byte| sum ^ byte)),
        Edc::Crc => {
            let crc = bytes.iter().fold(0xFFFF_u16, |crc, byte| {
                (0..8).fold(crc ^ u16::from(*byte), |crc, _| {
                    (crc >> 1) ^ (0x8408 * (crc & 1))
                })
            });
            bytes.extend(crc.to_be_bytes());
        }
    }
    bytes
}

fn card(atr: &[u8], pieces: &[Vec<u8>], is_slow: bool) {
    let mut card = CardSide::new(atr).unwrap();
    let is_t0 = atr[3] == 0x80 && atr[4] == 0x1F;
    for piece in pieces {
        card.handle_tpdu(piece);
        let mut said = 0;
        while let Some(output) = card.poll() {
            match output {
                CardOutput::Command(command) => {
                    if is_slow {
                        card.handle_more_time(2);
                    }
                    // Data of the command's own length, so that every path is taken.
                    let mut answer = command.clone();
                    answer.extend([0x90, 0x00]);
                    card.handle_response(&answer);
                }
                CardOutput::Tpdu(_) => said += 1,
            }
        }
        assert!(said <= 1, "a card that says {said} things at once");
        // Only a selection may be refused by silence.
        assert!(!is_t0 || said == 1 || piece.first() == Some(&0xFF));
    }
}

fn reader(atr: &[u8], protocol: u8, pieces: &[Vec<u8>]) {
    let mut reader = ReaderSide::new(ReaderConfig {
        protocols: vec![protocol],
        ifsd: 100,
        is_fast: false,
    });
    reader.handle_atr(atr);
    let mut pieces = pieces.iter();
    let mut silent = 0;
    let mut is_ready = false;
    loop {
        match reader.poll() {
            Some(ReaderOutput::Tpdu { .. }) => match pieces.next() {
                Some(piece) => reader.handle_tpdu(piece),
                None => {
                    silent += 1;
                    assert!(silent <= MAX_ATTEMPTS, "no end");
                    reader.handle_timeout();
                }
            },
            Some(ReaderOutput::Ready { .. }) => is_ready = true,
            Some(ReaderOutput::Failed(_)) => silent = 0,
            Some(_) => {}
            // At rest: another command, as long as there is something to answer it.
            None if is_ready && pieces.len() > 0 => {
                let select = [0x00, 0xA4, 0, 4, 2, 0x3F, 0, 0];
                reader.handle_apdu(&select).unwrap();
                match (reader.poll(), pieces.next()) {
                    (Some(ReaderOutput::Tpdu { .. }), Some(piece)) => reader.handle_tpdu(piece),
                    // A reader that gave up takes no more.
                    _ => return,
                }
            }
            None => return,
        }
    }
}

/// Both roles take the other's blocks and whatever else there is.
fn endpoint(edc: Edc, pieces: &[Vec<u8>]) {
    for role in [Role::Reader, Role::Card] {
        let parameters = Parameters {
            edc,
            ..Parameters::default()
        };
        let mut endpoint = Endpoint::new(role, parameters);
        for piece in pieces {
            if role == Role::Reader {
                endpoint.handle_message(&[0x5A; 80]);
            }
            endpoint.handle_block(piece);
            while let Some(output) = endpoint.poll() {
                match output {
                    Output::Message(_) if role == Role::Card => endpoint.handle_message(&[0x90, 0]),
                    Output::Failed(_) | Output::Restarted => assert_eq!(role, Role::Reader),
                    Output::Dropped => assert_eq!(role, Role::Card),
                    _ => {}
                }
            }
        }
    }
}
