//! The card with what lives in it: files and toolkit, and the DM Server behind its web server.
//!
//! vpcd passes on what programs send for the protocol that the answer to reset offers first:
//! TPDUs of T=0, or with T=1 whole APDUs.

use dmsc_core::card::{Config, Profile, Uicc};
use dmsc_core::codec::apdu::StatusWord;
use dmsc_core::codec::atr::Atr;
use dmsc_core::codec::notification::UiMode;
use dmsc_core::reader::t0::{CardEnd, CardEndOutput, Exchange, ExchangeStep, Form};
use dmsc_core::scenario::{SmartCard, sample_account};
use dmsc_core::server::{self, DmServer, samples};

/// A whole card.
pub(super) struct Card {
    card: SmartCard,
    line: Line,
    atr: Vec<u8>,
}

/// What comes from the reader.
enum Line {
    /// T=0.
    Tpdus(CardEnd),
    /// T=1.
    Apdus,
}

impl Line {
    fn of(atr: &[u8]) -> Self {
        match Atr::decode(atr) {
            Ok(atr) if atr.protocols().first() == Some(&1) => Line::Apdus,
            _ => Line::Tpdus(CardEnd::default()),
        }
    }
}

impl Card {
    /// A card as it leaves its maker.
    pub(super) fn new(profile: Profile, web_server: bool) -> Result<Self, String> {
        let plan = samples::plan().map_err(|e| format!("the card's own plan: {e}"))?;
        let config = server::Config {
            accounts: vec![sample_account()],
            ..server::Config::default()
        };
        let uicc = Uicc::new(Config {
            profile,
            web_server,
            ..Config::default()
        });
        let mut card = SmartCard::new(uicc, DmServer::new(config, plan), UiMode::Background);
        let atr = card.reset();
        Ok(Card {
            line: Line::of(&atr),
            atr,
            card,
        })
    }

    /// The answer to reset; the reader asks for it with power and without.
    pub(super) fn atr(&self) -> &[u8] {
        &self.atr
    }

    /// Power, or a reset: the session begins anew.
    pub(super) fn power_on(&mut self) {
        self.atr = self.card.reset();
        self.line = Line::of(&self.atr);
    }

    /// No power: the session is forgotten, files stay.
    pub(super) fn power_off(&mut self) {
        self.power_on();
    }

    /// What the card holds.
    pub(super) fn profile(&self) -> Profile {
        self.card.uicc().profile()
    }

    /// What came from the reader, and what goes back.
    pub(super) fn exchange(&mut self, bytes: &[u8]) -> Vec<u8> {
        let first = match &mut self.line {
            Line::Tpdus(end) => end.handle_tpdu(bytes),
            Line::Apdus => return self.whole_response(bytes),
        };
        match first {
            CardEndOutput::Response(response) => response,
            CardEndOutput::Command(command) => {
                let response = self.card.exchange(&command);
                let Line::Tpdus(end) = &mut self.line else {
                    return response;
                };
                match end.handle_response(&response) {
                    Some(CardEndOutput::Response(response)) => response,
                    // A command has one response.
                    _ => StatusWord::TECHNICAL.0.to_be_bytes().to_vec(),
                }
            }
        }
    }

    /// The response without the detours of T=0.
    fn whole_response(&mut self, apdu: &[u8]) -> Vec<u8> {
        let Ok((mut exchange, mut command)) = Exchange::new(apdu, Form::Apdu) else {
            return self.card.exchange(apdu);
        };
        loop {
            let response = self.card.exchange(&command);
            match exchange.handle_response(&response) {
                ExchangeStep::Send(next) => command = next,
                ExchangeStep::Done(response) => return response.encode(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dmsc_core::codec::hex;

    #[test]
    fn tpdus_are_answered_and_a_reset_forgets() {
        let mut card = Card::new(Profile::default(), true).unwrap();
        let mut said = |tpdu: &str| hex::encode(&card.exchange(&hex::decode(tpdu).unwrap()));
        assert!(said("00A40004023F00").starts_with("61"));
        let wrong = said("00C00000FF");
        assert!(wrong.starts_with("6C"), "{wrong}");
        let right = said(&format!("00C00000{}", &wrong[2..]));
        assert!(
            right.starts_with("62") && right.ends_with("9000"),
            "{right}"
        );
        assert_eq!(said("00A40004022FE2").get(..2), Some("61"));
        assert_eq!(said("00B0000000"), "6C0A");
        assert_eq!(said("00B000000A").len(), 24);
        card.power_off();
        let answer = card.exchange(&hex::decode("00B000000A").unwrap());
        assert_eq!(hex::encode(&answer), "6986");
    }

    /// Shows TPDU-7.
    #[test]
    fn a_card_of_t_1_gets_apdus_and_answers_them_whole() {
        let text = Profile::default().to_json();
        let atr = hex::encode(Profile::default().atr());
        let profile = Profile::from_json(&text.replace(&atr, "3B80817140450174")).unwrap();
        let mut card = Card::new(profile, true).unwrap();
        let mut said = |apdu: &str| hex::encode(&card.exchange(&hex::decode(apdu).unwrap()));
        let template = said("00A40004022FE200");
        assert!(
            template.starts_with("62") && template.ends_with("9000"),
            "{template}"
        );
        assert_eq!(said("00B0000000"), "984400000000005361119000");
        assert_eq!(said("00B0000004"), "984400009000");
        assert_eq!(said("00"), "6700");
    }
}
