//! Credentials in the course of a session: the server's are held against the account, ours follow
//! what the server says to them, nonces are renewed (OMA-TS-DM_Security-V1_2_1 §5.3).

use super::auth::{Check, Demand, check};
use super::device::Device;
use super::output::Event;
use super::session::Session;
use crate::codec::auth::AuthType;
use crate::codec::syncml::{Chal, Status, StatusCode, SyncHdr};
use crate::dm::{Proof, find_header_status, header_status, is_challenge, sound_nonce};

impl Session {
    /// Looks at the server's proof, unless it has proved itself for the session already.
    pub(super) fn check_server(
        &mut self,
        device: &mut Device,
        proof: &Proof<'_>,
        now_s: u64,
    ) -> Check {
        let theirs = &mut self.theirs;
        if theirs.demand == Demand::Nothing {
            return Check::NotAsked;
        }
        if theirs.proven && theirs.demand == Demand::Transport {
            return Check::Right;
        }
        if theirs.proven && theirs.kind != AuthType::Mac {
            return Check::Right;
        }
        let check = match theirs.demand {
            // No message went anywhere but over TLS; a Cred beside it is not looked at.
            Demand::Transport => Check::Right,
            _ => check(proof, &theirs.kind, &self.account.server, &theirs.nonce),
        };
        if check == Check::Right && !theirs.proven {
            theirs.proven = true;
            let code = theirs.taken();
            device.tell(Event::ServerAuthenticated { code });
            // What it told us before it had proved itself counts now.
            if std::mem::take(&mut self.ours.unkept) {
                device.keep_nonce(
                    &self.account.server_id,
                    true,
                    self.ours.nonce.clone(),
                    now_s,
                );
            }
        }
        check
    }

    /// The Status for the SyncHdr of a message of the server.
    pub(super) fn header_answer(
        &mut self,
        device: &mut Device,
        hdr: &SyncHdr,
        check: Check,
        has_commands: bool,
        again: bool,
        now_s: u64,
    ) -> Status {
        let is_mac = self.theirs.kind == AuthType::Mac;
        let (code, chal) = match check {
            // 200 holds for this message; there are no credentials that 212 could be said of.
            _ if self.theirs.demand != Demand::Credentials => (StatusCode::OK, None),
            Check::Right if is_mac || hdr.cred.is_some() => {
                // The nonce for next time is ours to choose. It counts from when it is sent:
                // the user may be asked before that, and the session end meanwhile.
                let renews =
                    (is_mac || !self.theirs.renewed) && !device.config.unprotected.nonce_renewal;
                if renews && self.theirs.kind != AuthType::Basic {
                    self.theirs.renewed = true;
                    self.theirs.nonce = device.new_nonce();
                    self.theirs.untold = Some(now_s);
                }
                let chal = match self.theirs.kind {
                    AuthType::Basic => None,
                    _ => Chal::of(&self.theirs.kind, &self.theirs.nonce),
                };
                (self.theirs.taken(), chal)
            }
            Check::Right => (StatusCode::OK, None),
            // A server that wants nothing need not prove itself; one that wants a proof of ours
            // will want something.
            Check::Missing if !has_commands && !again => (StatusCode::OK, None),
            _ if has_commands || again => {
                self.theirs.nonce = device.new_nonce();
                self.theirs.challenged = true;
                let code = check.refusal();
                device.tell(Event::ServerAuthenticated { code });
                let chal = Chal::of(&self.theirs.kind, &self.theirs.nonce);
                (code, chal)
            }
            _ => (check.refusal(), None),
        };
        Status {
            chal,
            ..header_status(hdr, code)
        }
    }

    /// Looks at the server's Status for the header of our last message: whether Package #1 is to
    /// be sent again, or why the session ends.
    pub(super) fn take_header_status(
        &mut self,
        device: &mut Device,
        answers: &[Status],
        check: Check,
        now_s: u64,
    ) -> Result<bool, String> {
        let Some(status) = find_header_status(answers, self.msg_id) else {
            return Ok(false);
        };
        let code = status.code;
        if self.package == 1 || !code.is_success() {
            device.tell(Event::CredentialsAnswered { code });
        }
        match code {
            code if is_challenge(code) => {
                if let Err(reason) =
                    self.ours
                        .challenged(code, status.chal.as_ref(), check == Check::Right)
                {
                    return Err(reason.to_owned());
                }
                self.package = 1;
                Ok(true)
            }
            code if code.is_success() => {
                let ours = &mut self.ours;
                if code == StatusCode::AUTHENTICATED && ours.kind != AuthType::Mac {
                    ours.proven = true;
                }
                if ours.shown {
                    device.remember_type(&self.account.server_id, ours.kind.clone());
                }
                let chal = status.chal.as_ref();
                let nonce = chal
                    .filter(|c| c.auth_type() == ours.kind && ours.kind != AuthType::Basic)
                    .and_then(sound_nonce);
                if let Some(nonce) = nonce {
                    ours.nonce.clone_from(&nonce);
                    // A nonce of a peer that has not proved itself counts for this session only.
                    ours.unkept = check != Check::Right;
                    if check == Check::Right {
                        device.keep_nonce(&self.account.server_id, true, nonce, now_s);
                    }
                }
                Ok(false)
            }
            code => Err(format!(
                "the server refused our message: {code} {}",
                code.meaning()
            )),
        }
    }

    /// The next message tells the server its nonce for next time.
    pub(super) fn tell_nonce(&mut self, device: &mut Device) {
        if let Some(now_s) = self.theirs.untold.take() {
            device.keep_nonce(
                &self.account.server_id,
                false,
                self.theirs.nonce.clone(),
                now_s,
            );
        }
    }
}
