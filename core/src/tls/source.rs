//! Randoms and initial values that follow from a seed: the same seed gives the same ones, so that
//! a run can be repeated. For the simulation alone: who knows the seed knows them all.

use sha2::{Digest, Sha256};

/// Source of one end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    seed: u64,
    end: &'static str,
    drawn: u64,
}

impl Source {
    /// The source of that end; two ends of one seed draw other values.
    pub fn new(seed: u64, end: &'static str) -> Self {
        Source {
            seed,
            end,
            drawn: 0,
        }
    }

    /// Random of a hello.
    pub fn random(&mut self) -> [u8; 32] {
        self.drawn += 1;
        let hash = Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update(self.end)
            .chain_update(self.drawn.to_be_bytes());
        hash.finalize().into()
    }

    /// Initial value of a record.
    pub fn iv(&mut self) -> [u8; 16] {
        let random = self.random();
        std::array::from_fn(|n| random[n])
    }
}
