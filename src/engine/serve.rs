//! The worker's side: hears a question, answers it, keeps nothing.
//!
//! A message is the number of the question, four bytes, little endian, and the question or the
//! answer in borsh's form.

use super::{Ask, Tell, work};
use borsh::BorshDeserialize;
use js_sys::{Array, Uint8Array};
use std::panic::PanicHookInfo;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Makes this program the engine: from now on it answers what comes.
pub fn serve() {
    std::panic::set_hook(Box::new(|fault: &PanicHookInfo<'_>| {
        // The page ends this worker when it hears of it.
        post(0, &Tell::Died(fault.to_string()));
    }));
    let hear = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        let message = Uint8Array::new(&event.data()).to_vec();
        if let Some((number, ask)) = read::<Ask>(&message) {
            work::answer(ask, &mut |tell| post(number, &tell));
        }
    });
    scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    // The worker lives as long as its page.
    hear.forget();
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(number: u32, tell: &Tell) {
    let bytes = Uint8Array::from(write(number, tell).as_slice());
    // A scope that cannot post is going away, and nobody hears it.
    drop(scope().post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer())));
}

/// A number and a value as a message.
pub(super) fn write<T: borsh::BorshSerialize>(number: u32, value: &T) -> Vec<u8> {
    let mut bytes = number.to_le_bytes().to_vec();
    // A vector takes everything.
    drop(value.serialize(&mut bytes));
    bytes
}

/// The number and the value of a message; `None` when it is none.
pub(super) fn read<T: BorshDeserialize>(message: &[u8]) -> Option<(u32, T)> {
    let (number, rest) = message.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*number), borsh::from_slice(rest).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Wanted;

    #[test]
    fn messages_read_as_they_were_written() {
        let ask = Ask::Run(Wanted {
            scenario: Some("local-trigger".into()),
            edits: vec!["message-sent.2:drop".into()],
            file: Some(("a.xml".into(), vec![1, 2])),
            strict: true,
            ..Wanted::default()
        });
        let message = write(7, &ask);
        assert_eq!(read(&message), Some((7, ask)));
        for end in 0..message.len() {
            assert_eq!(read::<Ask>(&message[..end]), None, "{end}");
        }
        assert_eq!(read::<Tell>(b"a fault of the loader"), None);
    }
}
