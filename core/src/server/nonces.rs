//! Nonces that are agreed on with each device of each account (OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! Several devices may have been set up with one account: each begins with the nonces of the
//! bootstrap, and each goes on with its own. Knows no session and no message.

use crate::codec::auth::Account;
use std::collections::VecDeque;

/// Nonces of one device under one account.
#[derive(Clone, Debug)]
struct Agreed {
    device: String,
    account: usize,
    client: Vec<u8>,
    server: Vec<u8>,
}

/// Nonces of all devices; the one served longest ago is forgotten.
#[derive(Clone, Debug)]
pub(super) struct Nonces {
    agreed: VecDeque<Agreed>,
    most: usize,
    /// Of each account: the nonces of the bootstrap, that of the client until one was proved by.
    begun: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Nonces {
    /// Nonces as the bootstrap left them, for so many devices.
    pub(super) fn new(accounts: &[Account], most: usize) -> Self {
        let begun = accounts
            .iter()
            .map(|a| (a.client.nonce.clone(), a.server.nonce.clone()))
            .collect();
        Nonces {
            agreed: VecDeque::new(),
            most: most.max(1),
            begun,
        }
    }

    fn find(&self, account: usize, device: &str) -> Option<&Agreed> {
        let is_it = |a: &&Agreed| a.account == account && a.device == device;
        self.agreed.iter().find(is_it)
    }

    /// What the client proves itself by; empty when nothing is agreed on.
    pub(super) fn client(&self, account: usize, device: &str) -> &[u8] {
        match self.find(account, device) {
            Some(agreed) => &agreed.client,
            None => self.begun.get(account).map_or(&[], |begun| &begun.0),
        }
    }

    /// What the server proves itself by; empty when nothing is agreed on.
    pub(super) fn server(&self, account: usize, device: &str) -> &[u8] {
        match self.find(account, device) {
            Some(agreed) => &agreed.server,
            None => self.begun.get(account).map_or(&[], |begun| &begun.1),
        }
    }

    /// Keeps the nonce a client is to prove itself by next time. A proof by the nonce of the
    /// bootstrap is good once, not once for each name of a device.
    pub(super) fn keep_client(&mut self, account: usize, device: &str, nonce: Vec<u8>) {
        self.entry(account, device).client = nonce;
        if let Some(begun) = self.begun.get_mut(account) {
            begun.0.clear();
        }
    }

    /// Keeps the nonce the server is to prove itself by next time.
    pub(super) fn keep_server(&mut self, account: usize, device: &str, nonce: Vec<u8>) {
        self.entry(account, device).server = nonce;
    }

    /// The nonces of a device, which is now the one served last.
    fn entry(&mut self, account: usize, device: &str) -> &mut Agreed {
        let is_it = |a: &Agreed| a.account == account && a.device == device;
        let kept = self.agreed.iter().position(is_it);
        let agreed = kept
            .and_then(|at| self.agreed.remove(at))
            .unwrap_or_else(|| Agreed {
                device: device.to_owned(),
                account,
                client: self.client(account, device).to_vec(),
                server: self.server(account, device).to_vec(),
            });
        if self.agreed.len() >= self.most {
            self.agreed.pop_front();
        }
        self.agreed.push_back(agreed);
        let last = self.agreed.len() - 1;
        &mut self.agreed[last]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::auth::Credentials;

    fn nonces(most: usize) -> Nonces {
        let with = |nonce: &[u8]| Credentials {
            nonce: nonce.to_vec(),
            ..Credentials::default()
        };
        let account = Account {
            client: with(b"client 0"),
            server: with(b"server 0"),
            ..Account::default()
        };
        Nonces::new(&[account.clone(), account], most)
    }

    #[test]
    fn each_device_of_each_account_has_its_own() {
        let mut all = nonces(4);
        assert_eq!(all.client(0, "a"), b"client 0");
        all.keep_client(0, "a", b"client 1".to_vec());
        all.keep_server(0, "a", b"server 1".to_vec());
        assert_eq!(all.client(0, "a"), b"client 1");
        assert_eq!(all.server(0, "a"), b"server 1");
        // The nonce of the bootstrap has been proved by: a second device is asked anew, and finds
        // the server where the bootstrap left it.
        assert_eq!(all.client(0, "b"), b"");
        assert_eq!(all.server(0, "b"), b"server 0");
        assert_eq!(all.client(1, "a"), b"client 0");
        all.keep_client(0, "b", b"client 2".to_vec());
        assert_eq!(all.client(0, "a"), b"client 1");
        assert_eq!(all.client(0, "b"), b"client 2");
        assert_eq!(all.client(7, "a"), b"");
    }

    #[test]
    fn the_device_served_longest_ago_is_forgotten() {
        let mut all = nonces(2);
        for device in ["a", "b", "a", "c"] {
            all.keep_client(0, device, device.as_bytes().to_vec());
        }
        assert_eq!(all.client(0, "a"), b"a");
        assert_eq!(all.client(0, "b"), b"");
        assert_eq!(all.client(0, "c"), b"c");
    }
}
