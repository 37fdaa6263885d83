//! A run in forms that other programs read: Mermaid, SVG, HAR.
//!
//! Each is made from a trace alone, and equal traces make equal files. A ladder is told by its
//! [`rows`], so that all drawings of it show the same.

mod har;
mod mermaid;
mod rows;
mod svg;

pub use har::har;
pub use mermaid::mermaid;
pub use svg::svg;
