//! The octets of T=0 at the card: header, procedure bytes, data, status (ISO/IEC 7816-3 §10.3).

use super::{CardEnd, CardEndOutput, HEADER, NULL, is_reserved, sends_data};

/// What the line wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardLineOutput {
    /// A C-APDU for the card; give its answer to `CardLine::handle_response`.
    Command(Vec<u8>),
    /// Octets for the reader.
    Send(Vec<u8>),
}

/// The card's end of the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardLine {
    end: CardEnd,
    /// What has come of the TPDU under way.
    tpdu: Vec<u8>,
    /// The instruction the card works at.
    works: Option<u8>,
}

impl CardLine {
    /// One octet of the reader; while the card works it is not heard.
    pub fn handle_octet(&mut self, octet: u8) -> Option<CardLineOutput> {
        if self.works.is_some() {
            return None;
        }
        self.tpdu.push(octet);
        let ins = self.tpdu.get(1).copied().unwrap_or_default();
        let p3 = self.tpdu.get(4).copied().unwrap_or_default();
        let takes = !sends_data(ins) && !is_reserved(ins);
        match self.tpdu.len() {
            0..HEADER => None,
            HEADER if takes && p3 > 0 => Some(CardLineOutput::Send(vec![ins])),
            length if takes && length < HEADER + usize::from(p3) => None,
            _ => {
                let tpdu = std::mem::take(&mut self.tpdu);
                let output = self.end.handle_tpdu(&tpdu);
                Some(self.output(ins, output))
            }
        }
    }

    /// The card's answer to the last command.
    pub fn handle_response(&mut self, bytes: &[u8]) -> Option<CardLineOutput> {
        let ins = self.works?;
        let output = self.end.handle_response(bytes)?;
        Some(self.output(ins, output))
    }

    /// The card needs more time than the waiting time gives.
    pub fn handle_more_time(&mut self) -> Option<CardLineOutput> {
        self.works.map(|_| CardLineOutput::Send(vec![NULL]))
    }

    fn output(&mut self, ins: u8, output: CardEndOutput) -> CardLineOutput {
        match output {
            CardEndOutput::Command(command) => {
                self.works = Some(ins);
                CardLineOutput::Command(command)
            }
            CardEndOutput::Response(response) => {
                self.works = None;
                let mut octets = Vec::new();
                // The procedure byte that says all data follow.
                if response.len() > 2 {
                    octets.push(ins);
                }
                octets.extend(response);
                CardLineOutput::Send(octets)
            }
        }
    }
}
