//! The same work natively and in WebAssembly, to be timed from outside by `e2e/wasm-speed.mjs`:
//! documents of every kind are parsed and read as values, so many times. No input, no output.
#![allow(missing_docs)]

use dmsc_core::codec::syncml::Message;
use dmsc_core::codec::{hex, prov, tnds, wbxml};
use std::hint::black_box;

const ROUNDS: usize = 20_000;

macro_rules! vector {
    ($name:literal) => {
        hex::decode(include_str!(concat!(
            "../tests/vectors/wbxml/",
            $name,
            ".hex"
        )))
        .unwrap_or_default()
    };
}

fn main() {
    let messages = [vector!("message-package-1"), vector!("message-bootstrap")];
    let tree = vector!("tnds-dmacc");
    let provisioning = vector!("prov-w7");
    let mut read = 0;
    for _ in 0..ROUNDS {
        for bytes in &messages {
            read += usize::from(wbxml::parse(black_box(bytes)).error.is_none());
            read += usize::from(black_box(Message::decode_wbxml(bytes)).is_ok());
        }
        read += usize::from(wbxml::parse(black_box(&tree)).error.is_none());
        read += usize::from(black_box(tnds::Document::decode_wbxml(&tree)).is_ok());
        read += usize::from(wbxml::parse(black_box(&provisioning)).error.is_none());
        read += usize::from(black_box(prov::Document::decode_wbxml(&provisioning)).is_ok());
    }
    // What is refused at once would be fast.
    assert_eq!(read, 8 * ROUNDS);
}
