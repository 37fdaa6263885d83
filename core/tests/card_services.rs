//! The service tables of the built-in profiles against their files: a service stands in the table
//! exactly when its files are there (3GPP TS 31.102 §4.2.8, TS 51.011 §10.3.7, 3GPP2 C.S0023
//! §3.4.18, C.S0065).
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::card::Profile;
use dmsc_core::codec::hex;
use std::collections::{BTreeMap, BTreeSet};

/// Contents of the transparent files by their paths; of all others nothing.
fn files(profile: &str) -> BTreeMap<String, Vec<u8>> {
    fn walk(file: &serde_json::Value, above: &str, found: &mut BTreeMap<String, Vec<u8>>) {
        let path = format!("{above}{}", file["fid"].as_str().unwrap());
        let octets = |member: &str| hex::decode(file[member].as_str()?);
        let mut contents = octets("contents").unwrap_or_default();
        let pad = octets("pad").map_or(0xFF, |pad| pad[0]);
        if let Some(size) = file["size"].as_u64() {
            contents.resize(size as usize, pad);
        }
        for child in file["files"].as_array().into_iter().flatten() {
            walk(child, &format!("{path}/"), found);
        }
        found.insert(path, contents);
    }
    let text = Profile::built_in(profile).unwrap().to_json();
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut found = BTreeMap::new();
    walk(&whole["mf"], "", &mut found);
    found
}

/// Services of a table with one bit for each, or two of which the first says that it is there
/// and the second that it may be used.
fn services(table: &[u8], bits: usize) -> BTreeSet<usize> {
    let number = table.len() * 8 / bits;
    let on = |service: &usize| {
        let at = (service - 1) * bits;
        let value = u16::from(table[at / 8]) >> (at % 8) & ((1 << bits) - 1);
        assert!(value == 0 || value == (1 << bits) - 1, "half of {service}");
        value != 0
    };
    (1..=number).filter(on).collect()
}

/// Service and the files it means, from a directory on; a service without files is what the card
/// does itself.
type Meaning = (usize, &'static [&'static str]);

const UST: &[Meaning] = &[
    (10, &["6F3C", "6F43"]),
    (12, &["6F42"]),
    (13, &["6F37", "6F39", "6F41"]),
    (19, &["6F46"]),
    (20, &["6F60"]),
    (21, &["6F40"]),
    (27, &["5F3B/4F20", "5F3B/4F52"]),
    (42, &["6F61"]),
    (43, &["6F62"]),
    (71, &["6FD9"]),
    (85, &["6FE3", "6FE4"]),
];

const SST: &[Meaning] = &[
    (2, &["../7F10/6F3A"]),
    (3, &["../7F10/6F3B"]),
    (4, &["../7F10/6F3C", "../7F10/6F43"]),
    (5, &["6F37", "6F39", "6F41"]),
    (7, &["6F30"]),
    (9, &["../7F10/6F40"]),
    (10, &["../7F10/6F4A"]),
    (12, &["../7F10/6F42"]),
    (13, &["../7F10/6F44"]),
    (14, &["6F45"]),
    (15, &["6F3E"]),
    (16, &["6F3F"]),
    (17, &["6F46"]),
    (38, &["6F52", "6F53"]),
    (43, &["6F60"]),
    (44, &["6F61"]),
    (45, &["6F62"]),
];

const CST: &[Meaning] = &[
    (2, &["../7F10/6F3A"]),
    (3, &["../7F10/6F3B"]),
    (4, &["6F3C", "6F3E"]),
    (10, &["../7F10/6F4A"]),
    (12, &["6F3D"]),
    (13, &["../7F10/6F44"]),
    (17, &["6F41"]),
    (20, &["6F48", "6F49"]),
];

const CSIM_ST: &[Meaning] = &[(6, &["6F3C", "6F3E"]), (7, &["6F3D"]), (10, &["6F41"])];

/// Shows FILE-11, FILE-26, FILE-40, FILE-52.
#[test]
fn tables_say_what_is_there() {
    // Services without files: data download by SMS-PP and its like, CHV 1 that can be disabled,
    // the toolkit, the GSM context.
    for (profile, directory, table, bits, meanings, without) in [
        ("usim", "3F00/7FFF", "6F38", 1, UST, &[28, 33, 38][..]),
        ("usim", "3F00/7F20", "6F38", 2, SST, &[1, 26, 27, 29]),
        ("sim", "3F00/7F20", "6F38", 2, SST, &[1, 26, 27, 29]),
        ("ruim", "3F00/7F25", "6F32", 2, CST, &[1, 26, 27, 29]),
        ("csim", "3F00/7FFF", "6F32", 1, CSIM_ST, &[]),
    ] {
        let files = files(profile);
        let is_there = |file: &&str| {
            let path = match file.strip_prefix("../") {
                Some(beside) => format!("3F00/{beside}"),
                None => format!("{directory}/{file}"),
            };
            files.contains_key(&path)
        };
        let said = services(&files[&format!("{directory}/{table}")], bits);
        let mut wanted: BTreeSet<usize> = without.iter().copied().collect();
        for (service, of) in meanings {
            let there = of.iter().filter(|file| is_there(file)).count();
            assert!(
                there == 0 || there == of.len(),
                "{profile}: service {service} has some of its files"
            );
            if there > 0 {
                wanted.insert(*service);
            }
        }
        assert_eq!(said, wanted, "{profile} {directory}/{table}");
    }
}

/// Shows FILE-11, FILE-26.
#[test]
fn tables_are_those_octets() {
    for (profile, path, octets) in [
        ("usim", "3F00/7FFF/6F38", "001A1C0C210600004000100000"),
        ("usim", "3F00/7F20/6F38", "FF33CFFF03003C03000CF003"),
        ("sim", "3F00/7F20/6F38", "FF33CFFF03003C03000CF003"),
        ("ruim", "3F00/7F25/6F32", "FF00CC0303003C03"),
        ("csim", "3F00/7FFF/6F32", "600200000000"),
    ] {
        let found = hex::encode(&files(profile)[path]);
        assert!(found.starts_with(octets), "{profile} {path}: {found}");
    }
}

/// Bits of access technologies that nothing defines are not set (TS 31.102 §4.2.5, §4.2.53,
/// §4.2.54).
#[test]
fn access_technologies_are_known_ones() {
    let mut seen = 0;
    for (profile, _) in Profile::BUILT_IN {
        for (path, octets) in files(profile) {
            let name = &path[path.len() - 4..];
            if !["6F60", "6F61", "6F62"].contains(&name) {
                continue;
            }
            for entry in octets.chunks_exact(5) {
                let technologies = u16::from_be_bytes([entry[3], entry[4]]);
                assert_eq!(technologies & !0xFCFC, 0, "{profile} {path}");
                seen += usize::from(technologies != 0);
            }
        }
    }
    assert_eq!(seen, 3);
}
