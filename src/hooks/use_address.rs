//! The address bar: read at the start and when the person changes it, written as time goes on.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use gloo::utils::window;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// Browsers refuse pages that write their address much more often than this, milliseconds.
const PAUSE_MS: u32 = 50;

/// The part of the address from `#` on.
pub fn read_address() -> String {
    window().location().hash().unwrap_or_default()
}

fn write_address(hash: &str) {
    let written = window()
        .history()
        .and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(hash)));
    // A browser that refuses (a page opened from a file, say) keeps the old address; nothing
    // else depends on it.
    drop(written);
}

#[derive(Default)]
struct Writer {
    wanted: Option<String>,
    pause: Option<Timeout>,
}

/// The first address is written at once, those that follow quickly are written together.
fn write_soon(writer: &Rc<RefCell<Writer>>, hash: String) {
    let mut state = writer.borrow_mut();
    if state.pause.is_some() {
        state.wanted = Some(hash);
        return;
    }
    write_address(&hash);
    let later = writer.clone();
    state.pause = Some(Timeout::new(PAUSE_MS, move || {
        let wanted = {
            let mut state = later.borrow_mut();
            state.pause = None;
            state.wanted.take()
        };
        if let Some(hash) = wanted {
            write_soon(&later, hash);
        }
    }));
}

/// Keeps the address bar at `address`, once there is one, and tells when the person goes to
/// another one.
#[hook]
pub fn use_address(address: Option<String>, gone_to: Callback<String>) {
    let writer = use_mut_ref(Writer::default);
    {
        let writer = writer.clone();
        use_effect_with(address, move |address| {
            if let Some(address) = address {
                write_soon(&writer, address.clone());
            }
        });
    }
    use_effect_with((), move |()| {
        let listener = EventListener::new(&window(), "hashchange", move |_| {
            gone_to.emit(read_address());
        });
        move || {
            drop(listener);
            drop(writer.borrow_mut().pause.take());
        }
    });
}

/// Copies the whole address with `hash` as its end; tells whether that was possible.
pub fn copy_link(hash: &str, done: Callback<bool>) {
    let href = window().location().href().unwrap_or_default();
    let base = href.split('#').next().unwrap_or_default();
    let link = format!("{base}{hash}");
    // Pages without a secure origin have no clipboard.
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    if clipboard.map_or(true, |clipboard| clipboard.is_undefined()) {
        done.emit(false);
        return;
    }
    let promise = window().navigator().clipboard().write_text(&link);
    wasm_bindgen_futures::spawn_local(async move {
        let result = wasm_bindgen_futures::JsFuture::from(promise).await;
        done.emit(result.is_ok());
    });
}
