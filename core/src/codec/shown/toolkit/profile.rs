//! TERMINAL PROFILE for showing: the known bits of each byte by name (ETSI TS 102 223 §5.2).

use crate::codec::toolkit::profile::{FACILITIES, TerminalProfile};
use crate::codec::{Field, hex};

/// The octets taken apart, the known bits of each by name.
pub fn fields(octets: &[u8]) -> Vec<Field> {
    let profile = TerminalProfile::decode(octets);
    octets
        .iter()
        .enumerate()
        .map(|(index, octet)| {
            let mut names: Vec<String> = FACILITIES
                .iter()
                .filter(|f| usize::from(f.byte) == index + 1 && profile.has(**f))
                .map(|f| f.name.to_owned())
                .collect();
            if index == 12 {
                names.push(format!("{} BIP channels", profile.channels()));
            }
            let text = if names.is_empty() {
                String::new()
            } else {
                format!(": {}", names.join(", "))
            };
            Field::new(
                format!("Octet {}", index + 1),
                index..index + 1,
                format!("{}{text}", hex::encode(&[*octet])),
            )
            .clause("TS 102 223 §5.2")
        })
        .collect()
}
