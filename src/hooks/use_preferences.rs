//! Theme and size: put on the page, and remembered where the browser lets a page remember.

use crate::hooks::use_size::set_large;
use crate::state::Theme;
use gloo::utils::{document_element, window};
use yew::prelude::*;

const THEME: &str = "dmsc-theme";
const LARGE: &str = "dmsc-large";

fn storage() -> Option<web_sys::Storage> {
    // Refused by some browsers' settings; then nothing is remembered.
    window().local_storage().ok().flatten()
}

/// What was remembered.
pub fn read_preferences() -> (Theme, bool) {
    let read = |key: &str| storage().and_then(|storage| storage.get_item(key).ok().flatten());
    let large = read(LARGE).is_some();
    set_large(large);
    (Theme::from_id(&read(THEME).unwrap_or_default()), large)
}

/// Puts theme and size on the page and remembers them.
#[hook]
pub fn use_preferences(theme: Theme, large: bool) {
    use_effect_with((theme, large), |(theme, large)| {
        let root = document_element();
        let set = |name, value: Option<&str>| {
            let done = match value {
                Some(value) => root.set_attribute(name, value),
                None => root.remove_attribute(name),
            };
            drop(done);
        };
        set("data-theme", (*theme != Theme::Auto).then(|| theme.id()));
        set("data-large", large.then_some(""));
        set_large(*large);
        if let Some(storage) = storage() {
            let keep = |key, value: Option<&str>| {
                let done = match value {
                    Some(value) => storage.set_item(key, value),
                    None => storage.remove_item(key),
                };
                drop(done);
            };
            keep(THEME, (*theme != Theme::Auto).then(|| theme.id()));
            keep(LARGE, large.then_some("1"));
        }
    });
}
