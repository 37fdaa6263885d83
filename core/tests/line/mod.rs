//! A reader and a card with a line between them that may spoil what it carries.
#![allow(dead_code, reason = "each user takes a part")]
#![allow(clippy::panic, reason = "a test fails by panicking")]

use dmsc_core::codec::hex;
use dmsc_core::reader::{CardOutput, CardSide, Failure, ReaderConfig, ReaderOutput, ReaderSide};

/// T=0 alone, 512/16.
pub(crate) const ONLY_T0: &str = "3B9F95801FC78031E073FE2113674F4D41444D534381";
/// T=0 and T=1 with LRC and IFSC FE, 512/16.
pub(crate) const T0_AND_T1: &str = "3B9F9580B1FE451FC78031E073FE2113674F4D41444D53438B";
/// T=1 alone, with CRC and IFSC 40.
pub(crate) const T1_CRC: &str = "3B80817140450174";

/// Steps of one exchange after which it is taken to be without end.
const MAX_STEPS: usize = 20_000;

/// What happens to something on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does not arrive.
    Lose,
    /// One octet of it is another.
    Alter,
    /// What this end sent before arrives once more instead.
    Repeat,
}

/// What the card of these tests says to a command, as hex: data of commands without Le are
/// swallowed, with Le given back, and reading gives 01, 02 and so on.
pub(crate) fn card_answer(command: &[u8]) -> String {
    use dmsc_core::codec::apdu::CommandApdu;
    let Ok(apdu) = CommandApdu::decode(command) else {
        return "6700".to_owned();
    };
    match (apdu.ins, apdu.le) {
        (0xB0, Some(le)) => {
            let data: Vec<u8> = (1..=le).map(|n| n as u8).collect();
            format!("{}9000", hex::encode(&data))
        }
        (0xC2, _) => format!("{}9000", hex::encode(&apdu.data)),
        (0xD6 | 0xF2, _) => "9000".to_owned(),
        _ => "6D00".to_owned(),
    }
}

/// A card's answers to commands.
type Answer = Box<dyn FnMut(&[u8]) -> Vec<u8>>;

pub(crate) struct Line {
    pub(crate) reader: ReaderSide,
    pub(crate) card: CardSide,
    /// Protocol and speed agreed on.
    pub(crate) ready: Option<(u8, u8)>,
    pub(crate) failure: Option<Failure>,
    /// Number of what is sent, either way, and what happens to it.
    pub(crate) faults: Vec<(usize, Fault)>,
    /// How much was sent, either way, since the protocol was agreed on.
    pub(crate) sent: usize,
    /// What arrived: true when at the card.
    pub(crate) crossed: Vec<(bool, Vec<u8>)>,
    /// Commands the card carried out.
    pub(crate) executed: Vec<Vec<u8>>,
    pub(crate) restarted: bool,
    /// The card asks for more time before each answer.
    pub(crate) is_slow: bool,
    /// The reader was told to wait longer.
    pub(crate) waited: bool,
    /// What the card says to a command.
    pub(crate) answer: Answer,
    last: [Vec<u8>; 2],
}

impl Line {
    /// Resets the card and lets both agree on a protocol.
    pub(crate) fn new(atr: &str, config: ReaderConfig) -> Self {
        let atr = hex::decode(atr).unwrap();
        let mut line = Line {
            reader: ReaderSide::new(config),
            card: CardSide::new(&atr).unwrap(),
            ready: None,
            failure: None,
            faults: Vec::new(),
            sent: 0,
            crossed: Vec::new(),
            executed: Vec::new(),
            restarted: false,
            is_slow: false,
            waited: false,
            answer: Box::new(|command| hex::decode(&card_answer(command)).unwrap()),
            last: [Vec::new(), Vec::new()],
        };
        let atr = line.card.handle_reset();
        line.reader.handle_atr(&atr);
        assert_eq!(line.run(), None);
        line.sent = 0;
        line
    }

    /// Sends a command; the response in hex, or why there is none.
    pub(crate) fn exchange(&mut self, apdu: &[u8]) -> Result<String, Failure> {
        self.reader.handle_apdu(apdu).unwrap();
        self.run().unwrap()
    }

    fn run(&mut self) -> Option<Result<String, Failure>> {
        for _ in 0..MAX_STEPS {
            match self.reader.poll() {
                Some(ReaderOutput::Tpdu { bytes, waiting }) => {
                    self.waited |= waiting > 1;
                    // What the card says to something is one thing or nothing.
                    let answer = self
                        .carry(true, bytes)
                        .and_then(|bytes| self.ask_card(&bytes))
                        .and_then(|bytes| self.carry(false, bytes));
                    match answer {
                        Some(bytes) => self.reader.handle_tpdu(&bytes),
                        None => self.reader.handle_timeout(),
                    }
                }
                Some(ReaderOutput::Ready { protocol, speed }) => {
                    self.ready = Some((protocol, speed));
                    return None;
                }
                Some(ReaderOutput::Response(bytes)) => return Some(Ok(hex::encode(&bytes))),
                Some(ReaderOutput::Restarted) => self.restarted = true,
                Some(ReaderOutput::Failed(failure)) => {
                    self.failure = Some(failure);
                    return self.ready.map(|_| Err(failure));
                }
                None => panic!("the reader has come to a standstill"),
            }
        }
        panic!("no end after {MAX_STEPS} steps");
    }

    fn ask_card(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.card.handle_tpdu(bytes);
        let mut said = None;
        while let Some(output) = self.card.poll() {
            match output {
                CardOutput::Command(command) => {
                    if self.is_slow {
                        self.card.handle_more_time(3);
                    }
                    self.executed.push(command.clone());
                    let answer = (self.answer)(&command);
                    self.card.handle_response(&answer);
                }
                CardOutput::Tpdu(bytes) => {
                    assert_eq!(said, None, "the card says two things at once");
                    said = Some(bytes);
                }
            }
        }
        said
    }

    /// What arrives of something sent.
    fn carry(&mut self, to_card: bool, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let number = self.sent;
        self.sent += 1;
        let before = std::mem::replace(&mut self.last[usize::from(to_card)], bytes.clone());
        let fault = self.faults.iter().find(|(place, _)| *place == number);
        let arrived = match fault {
            None => Some(bytes),
            Some((_, Fault::Lose)) => None,
            Some((_, Fault::Alter)) => {
                let mut bytes = bytes;
                let at = number % bytes.len();
                bytes[at] ^= 1 << (number % 8);
                Some(bytes)
            }
            Some((_, Fault::Repeat)) if before.is_empty() => Some(bytes),
            Some((_, Fault::Repeat)) => Some(before),
        };
        // Also what gets lost has been on the line.
        self.crossed
            .push((to_card, arrived.clone().unwrap_or_else(|| vec![0, 0, 0])));
        arrived
    }
}
