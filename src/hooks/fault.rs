//! What the person sees when the page itself fails.

use gloo::utils::document;

/// From now on a fault of the program is shown on the page instead of leaving it dead without
/// a word.
pub fn show_faults() {
    yew::set_custom_panic_hook(Box::new(|fault| {
        let Ok(message) = document().create_element("p") else {
            return;
        };
        message.set_class_name("fault");
        message.set_text_content(Some(&format!(
            "The page has met a fault of its own and stands still. Reload it to go on. ({fault})"
        )));
        drop(message.set_attribute("role", "alert"));
        if let Some(body) = document().body() {
            drop(body.prepend_with_node_1(&message));
        }
    }));
}
