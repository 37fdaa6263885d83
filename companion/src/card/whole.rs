//! The card with what lives in it: files and toolkit, and the DM Server behind its web server.
//!
//! vpcd passes on what programs send for the protocol that the answer to reset offers first:
//! TPDUs of T=0, or with T=1 whole APDUs.

use dmsc_core::card::{Config, Output, Profile, Uicc};
use dmsc_core::codec::apdu::StatusWord;
use dmsc_core::codec::atr::Atr;
use dmsc_core::codec::auth::HMAC_HEADER;
use dmsc_core::codec::http;
use dmsc_core::codec::notification::{Initiator, UiMode};
use dmsc_core::reader::t0::{CardEnd, CardEndOutput, Exchange, ExchangeStep, Form};
use dmsc_core::scenario::{http_response, sample_account};
use dmsc_core::server::{self, DmServer, samples};

/// A whole card.
pub(super) struct Card {
    uicc: Uicc,
    server: DmServer,
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
            Ok(atr) if atr.protocols.first() == Some(&1) => Line::Apdus,
            _ => Line::Tpdus(CardEnd::default()),
        }
    }
}

impl Card {
    /// A card as it leaves its maker.
    pub(super) fn new(profile: Profile) -> Result<Self, String> {
        let plan = samples::plan().map_err(|e| format!("the card's own plan: {e}"))?;
        let config = server::Config {
            accounts: vec![sample_account()],
            ..server::Config::default()
        };
        let mut uicc = Uicc::new(Config {
            profile,
            ..Config::default()
        });
        let atr = uicc.handle_reset();
        Ok(Card {
            line: Line::of(&atr),
            atr,
            uicc,
            server: DmServer::new(config, plan),
        })
    }

    /// The answer to reset; the reader asks for it with power and without.
    pub(super) fn atr(&self) -> &[u8] {
        &self.atr
    }

    /// Power, or a reset: the session begins anew.
    pub(super) fn power_on(&mut self) {
        self.atr = self.uicc.handle_reset();
        self.line = Line::of(&self.atr);
        self.server.handle_connection_lost();
        self.server_answer();
    }

    /// No power: the session is forgotten, files stay.
    pub(super) fn power_off(&mut self) {
        self.power_on();
    }

    /// What the card holds.
    pub(super) fn profile(&self) -> Profile {
        self.uicc.profile()
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
                let response = self.command(&command);
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
            return self.command(apdu);
        };
        loop {
            let response = self.command(&command);
            match exchange.handle_response(&response) {
                ExchangeStep::Send(next) => command = next,
                ExchangeStep::Done(response) => return response.encode(),
            }
        }
    }

    /// A C-APDU and its R-APDU.
    fn command(&mut self, apdu: &[u8]) -> Vec<u8> {
        self.uicc.handle_command(apdu);
        while let Some(output) = self.uicc.poll() {
            match output {
                Output::Response(bytes) => return bytes,
                Output::AppletRequest { request, .. } => {
                    let answer = self.applet_answer(&request);
                    self.uicc.handle_applet_response(answer);
                }
                Output::ClientGone { .. } => {
                    self.server.handle_connection_lost();
                    self.server_answer();
                }
                Output::TriggerDue { .. } => {
                    let push = self
                        .server
                        .notification(UiMode::Background, Initiator::Server);
                    self.uicc.handle_notification(&push);
                }
            }
        }
        Vec::new()
    }

    /// What the DM Server says to a request over the card's web server.
    fn applet_answer(&mut self, request: &http::Request) -> http::Response {
        let media_type = request.header("Content-Type").unwrap_or_default();
        let hmac = request.header(HMAC_HEADER);
        self.server.handle_message(media_type, hmac, &request.body);
        match self.server_answer() {
            Some(answer) => http_response(&answer),
            None => http::Response::new(500),
        }
    }

    /// Takes all the server has to say; facts are for those who watch a run.
    fn server_answer(&mut self) -> Option<server::Answer> {
        let mut answer = None;
        while let Some(output) = self.server.poll() {
            if let server::Output::Answer(given) = output {
                answer = Some(given);
            }
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dmsc_core::codec::hex;

    #[test]
    fn tpdus_are_answered_and_a_reset_forgets() {
        let mut card = Card::new(Profile::default()).unwrap();
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
        let mut card = Card::new(profile).unwrap();
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
