//! Reads a file that the person chose or dropped. The bytes stay in the page.

use crate::words::fill;
use js_sys::Uint8Array;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;
use yew::Callback;

/// Reads `file` and tells its name and its bytes, or why it could not be read.
pub fn read_file(file: &File, done: Callback<Result<(String, Vec<u8>), String>>) {
    let name = file.name();
    let bytes = JsFuture::from(file.array_buffer());
    spawn_local(async move {
        done.emit(match bytes.await {
            Ok(buffer) => Ok((name, Uint8Array::new(&buffer).to_vec())),
            Err(_) => Err(fill("file.unreadable", &[("name", name)])),
        });
    });
}
