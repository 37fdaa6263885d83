//! Signatures of orders and receipts against a program that others wrote: `openssl dgst -verify`
//! takes them, and refuses them over other octets. Where the program is missing the test says
//! `skipped:` and why.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "peers/programs.rs"]
mod programs;

use dmsc_core::codec::cose::{Order, PrivateKey, Receipt, Sign1, sha256};
use programs::is_there;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Before the point of a public key on P-256: SubjectPublicKeyInfo (RFC 5480 §2).
const HEAD: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

fn scratch(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// An INTEGER of DER.
fn integer(octets: &[u8]) -> Vec<u8> {
    let first = octets.iter().position(|octet| *octet != 0).unwrap();
    let mut value = octets[first..].to_vec();
    if value[0] & 0x80 != 0 {
        value.insert(0, 0);
    }
    [&[0x02, u8::try_from(value.len()).unwrap()], &value[..]].concat()
}

/// r‖s as openssl wants it: a SEQUENCE of two INTEGERs.
fn der(signature: &[u8; 64]) -> Vec<u8> {
    let (r, s) = signature.split_at(32);
    let both = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(both.len()).unwrap()], &both[..]].concat()
}

#[test]
fn openssl_takes_the_signatures() {
    if !is_there("openssl", "openssl") {
        return;
    }
    let key = PrivateKey::from_bytes(&sha256(b"a key of this test")).unwrap();
    let public = [&HEAD[..], &key.public().to_bytes()].concat();
    let public = scratch("cose-key.der", &public);
    let order = Order {
        server_id: "dmsc.card".into(),
        text: "new APN".into(),
        ..Order::default()
    };
    let receipt = Receipt {
        seq: 1,
        ..Receipt::default()
    };
    for (name, signed, purpose) in [
        ("order", order.sign(&key), "dmsc.order.1"),
        ("receipt", receipt.sign(&key), "dmsc.receipt.1"),
    ] {
        let message = Sign1::decode(&signed).unwrap();
        let signature = scratch(&format!("cose-{name}.sig"), &der(&message.signature));
        for (purpose, right) in [(purpose, true), ("dmsc.other.1", false)] {
            let octets = message.to_be_signed(purpose);
            let octets = scratch(&format!("cose-{name}.octets"), &octets);
            let status = Command::new("openssl")
                .args(["dgst", "-sha256", "-keyform", "DER", "-verify"])
                .arg(&public)
                .arg("-signature")
                .arg(&signature)
                .arg(&octets)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            assert_eq!(status.unwrap().success(), right, "{name} for {purpose}");
        }
    }
}
