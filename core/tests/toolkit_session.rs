//! Sessions of terminal and card that go wrong in every way that can be made up.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod checks;

use proptest::collection::vec;
use proptest::prelude::*;

/// A step of the script and what it takes.
fn step() -> BoxedStrategy<Vec<u8>> {
    let with =
        |step: u8| vec(any::<u8>(), 0..6).prop_map(move |rest| [&[step][..], &rest].concat());
    let octets = |step: u8, most: usize| {
        vec(any::<u8>(), 0..most)
            .prop_map(move |octets| [&[step, octets.len() as u8][..], &octets].concat())
    };
    let text = |step: u8| {
        let text = prop_oneof![
            Just(&b"GET / HTTP/1.1\r\nHost: localhost:3516\r\n\r\n"[..]),
            Just(&b"POST /dm HTTP/1.1\r\nHost: localhost:3516\r\nContent-Length: 3\r\n\r\nabc"[..]),
            Just(&b"PUT /x HTTP/1.1\r\nHost: localhost:3516\r\n"[..]),
            Just(&b"HTTP/1.1 204 No Content\r\n\r\n"[..]),
            Just(
                &b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oma-scws-http-request\r\nContent-Length: 19\r\n\r\nDELETE / HTTP/1.1\r\n\r\n"[..]
            ),
        ];
        text.prop_map(move |text| [&[step, text.len() as u8][..], text].concat())
    };
    prop_oneof![
        2 => with(0),
        2 => with(1),
        // The user, the menu, the clock.
        4 => (0..8u8, 1..5u8).prop_map(|(reply, item)| vec![2, reply, item]),
        4 => (1..6u8).prop_map(|item| vec![3, item]),
        2 => any::<u8>().prop_map(|seconds| vec![4, seconds]),
        // A local program.
        2 => Just(vec![5]),
        3 => text(6),
        1 => octets(6, 255),
        1 => Just(vec![7]),
        // A host.
        3 => Just(vec![8]),
        1 => Just(vec![9]),
        3 => text(10),
        1 => octets(10, 255),
        // Raw APDUs.
        2 => (proptest::sample::select(&[0x10u8, 0x12, 0x14, 0xC2, 0xF2, 0xA4, 0xB0][..]), vec(any::<u8>(), 0..12)).prop_map(
            |(ins, data)| {
                let mut apdu = vec![0x80, ins, 0, 0, data.len() as u8];
                apdu.extend(data);
                [&[11, apdu.len() as u8][..], &apdu].concat()
            }
        ),
        1 => octets(12, 100),
        1 => Just(vec![13]),
        1 => vec(any::<u8>(), 17).prop_map(|mask| [&[14][..], &mask].concat()),
        1 => Just(vec![15, 4, b'1', b'2', b'3', b'4']),
    ]
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1500,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(2024),
        ..ProptestConfig::default()
    })]

    /// Shows CAT-46.
    #[test]
    fn every_session_can_be_begun_anew(steps in vec(step(), 1..40)) {
        checks::check_toolkit_session(&steps.concat());
    }
}
