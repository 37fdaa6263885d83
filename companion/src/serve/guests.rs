//! Who is connected, and who has to go when there are too many: no peer keeps another out.
//!
//! A peer is an address, or the network of 64 bits that one owner of IPv6 has at least. Of too many
//! connections the oldest goes that has brought no right proof yet, and of those the one whose peer
//! has most. Knows no HTTP.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Connections served at the same time.
pub(super) const MAX_CONNECTIONS: usize = 256;

/// Connections of one peer.
pub(super) const MAX_OF_PEER: usize = 64;

/// What counts as one peer.
pub(super) fn peer_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        v4 => v4,
    }
}

/// A number for a peer, the same as long as it is the same peer.
pub(super) fn number_of(address: IpAddr) -> u64 {
    match peer_of(address) {
        IpAddr::V4(address) => u64::from(address.to_bits()),
        // The upper half is all there is; an address of IPv4 has no bit there.
        IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Guest {
    peer: IpAddr,
    proven: AtomicBool,
    leave: Notify,
    phase: Mutex<Phase>,
}

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Between messages.
    Idle,
    /// The head of a message is on its way since then.
    Head(Instant),
    /// A head is whole; its body is read, and answered.
    Message,
}

impl Guest {
    fn new(peer: IpAddr) -> Self {
        Guest {
            peer,
            proven: AtomicBool::new(false),
            leave: Notify::new(),
            // Whoever connects has something to say.
            phase: Mutex::new(Phase::Head(Instant::now())),
        }
    }

    /// A right proof came over this connection.
    pub(super) fn prove(&self) {
        self.proven.store(true, Ordering::Relaxed);
    }

    /// Bytes came: between messages they begin a head.
    pub(super) fn hear(&self) {
        let mut phase = self.phase();
        if *phase == Phase::Idle {
            *phase = Phase::Head(Instant::now());
        }
    }

    /// A head is whole.
    pub(super) fn begin_message(&self) {
        *self.phase() = Phase::Message;
    }

    /// A message has its answer.
    pub(super) fn end_message(&self) {
        *self.phase() = Phase::Idle;
    }

    /// Waits until the connection has to go: it is in the way, or its head takes too long.
    pub(super) async fn overdue(&self, head_time: Duration) {
        loop {
            let left = match *self.phase() {
                Phase::Head(since) => head_time.saturating_sub(since.elapsed()),
                Phase::Idle | Phase::Message => head_time,
            };
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = self.leave.notified() => return,
                () = tokio::time::sleep(left) => {}
            }
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All connections, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Guests {
    all: BTreeMap<u64, Arc<Guest>>,
    last: u64,
}

impl Guests {
    /// Takes a connection in; one that is in its way is told to go.
    pub(super) fn admit(&mut self, address: IpAddr) -> (u64, Arc<Guest>) {
        let peer = peer_of(address);
        let of_peer = self.count(peer);
        if of_peer >= MAX_OF_PEER {
            self.dismiss(peer);
        } else if self.all.len() >= MAX_CONNECTIONS
            && let Some(most) = self.largest()
        {
            self.dismiss(most);
        }
        self.last += 1;
        let guest = Arc::new(Guest::new(peer));
        self.all.insert(self.last, Arc::clone(&guest));
        (self.last, guest)
    }

    /// Forgets a connection that is over.
    pub(super) fn leave(&mut self, number: u64) {
        self.all.remove(&number);
    }

    fn count(&self, peer: IpAddr) -> usize {
        self.all.values().filter(|guest| guest.peer == peer).count()
    }

    fn largest(&self) -> Option<IpAddr> {
        let mut counts: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for guest in self.all.values() {
            *counts.entry(guest.peer).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        most.map(|(peer, _)| peer)
    }

    fn dismiss(&mut self, peer: IpAddr) {
        let of_peer = || self.all.iter().filter(|(_, guest)| guest.peer == peer);
        let unproven = of_peer().find(|(_, guest)| !guest.proven.load(Ordering::Relaxed));
        let number = unproven.or_else(|| of_peer().next()).map(|(n, _)| *n);
        if let Some(guest) = number.and_then(|number| self.all.remove(&number)) {
            guest.leave.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([127, 0, 0, last])
    }

    #[test]
    fn a_peer_of_ipv6_is_a_network() {
        let of = |text: &str| text.parse::<IpAddr>().map(peer_of);
        assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:f::2"));
        assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
        assert_eq!(of("::ffff:127.0.0.1"), of("127.0.0.1"));
        assert_ne!(number_of(address(1)), number_of(address(2)));
    }

    #[test]
    fn the_oldest_unproven_goes_first() {
        let mut guests = Guests::default();
        let (first, proven) = guests.admit(address(1));
        proven.prove();
        for _ in 1..MAX_OF_PEER {
            guests.admit(address(1));
        }
        let (other, _) = guests.admit(address(2));
        guests.admit(address(1));
        assert_eq!(guests.count(address(1)), MAX_OF_PEER);
        assert!(guests.all.contains_key(&first), "it has proved itself");
        assert!(!guests.all.contains_key(&(first + 1)));
        assert!(guests.all.contains_key(&other));
    }

    #[test]
    fn when_all_is_full_the_peer_with_most_gives_way() {
        let mut guests = Guests::default();
        let (lone, _) = guests.admit(address(9));
        for n in 0..(MAX_CONNECTIONS as u64 - 1) {
            // Four peers of 63 or 64 each.
            guests.admit(address((n % 4) as u8));
        }
        assert_eq!(guests.all.len(), MAX_CONNECTIONS);
        guests.admit(address(8));
        assert_eq!(guests.all.len(), MAX_CONNECTIONS);
        assert!(guests.all.contains_key(&lone));
    }
}
