//! What lives beside the state: timers, the address bar, storage, keys, files, sizes, and the
//! contexts by which components read the state. Everything ends when it is dropped.

mod fault;
mod use_address;
mod use_clock;
mod use_contexts;
mod use_file;
mod use_keys;
mod use_preferences;
mod use_size;

pub use fault::{mark_started, show_faults};
pub use use_address::{copy_link, read_address, use_address};
pub use use_clock::{use_countdown, use_moment};
pub use use_contexts::{Scene, View, use_scene, use_view};
pub use use_file::read_file;
pub use use_keys::use_keys;
pub use use_preferences::{read_preferences, use_preferences};
pub use use_size::{PageShape, Port, Viewport, use_page_shape, use_viewport};
