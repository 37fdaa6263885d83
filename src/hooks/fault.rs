//! What the person sees when the page itself fails, and the mark of one that runs.

use crate::words::fill;
use gloo::utils::{document, document_element};

/// Marks the page as one that runs: from now on it can be played.
pub fn mark_started() {
    drop(document_element().set_attribute("data-started", ""));
}

/// From now on a fault of the program is shown on the page instead of leaving it dead without
/// a word.
pub fn show_faults() {
    yew::set_custom_panic_hook(Box::new(|fault| {
        let Ok(message) = document().create_element("p") else {
            return;
        };
        message.set_class_name("fault");
        let said = fill("fault.page", &[("fault", fault.to_string())]);
        message.set_text_content(Some(&said));
        drop(message.set_attribute("role", "alert"));
        if let Some(body) = document().body() {
            drop(body.prepend_with_node_1(&message));
        }
    }));
}
