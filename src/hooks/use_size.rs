//! Sizes in rem: of the page, and of places that scroll.

use gloo::events::EventListener;
use gloo::utils::{document_element, window};
use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver, ScrollBehavior, ScrollToOptions};
use yew::prelude::*;

/// How the page is arranged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageShape {
    /// Two columns, everything at once.
    #[default]
    Wide,
    /// Two columns, the right one with tabs.
    Medium,
    /// One column with tabs.
    Narrow,
}

/// Pixels for one rem.
fn rem() -> f64 {
    window()
        .get_computed_style(&document_element())
        .ok()
        .flatten()
        .and_then(|style| style.get_property_value("font-size").ok())
        .and_then(|size| size.trim_end_matches("px").parse().ok())
        .filter(|size: &f64| *size > 0.0)
        .unwrap_or(16.0)
}

/// Arranges by the width of the page; `large` is the presenter's size.
#[hook]
pub fn use_page_shape(large: bool) -> PageShape {
    let shape = use_state_eq(PageShape::default);
    {
        let shape = shape.clone();
        use_effect_with(large, move |_| {
            let measure = move || {
                let width = f64::from(document_element().client_width()) / rem();
                shape.set(if width >= 1180.0 / 16.0 {
                    PageShape::Wide
                } else if width >= 40.0 {
                    PageShape::Medium
                } else {
                    PageShape::Narrow
                });
            };
            measure();
            let listener = EventListener::new(&window(), "resize", move |_| measure());
            move || drop(listener)
        });
    }
    *shape
}

/// A place that scrolls, in rem.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// How far it is scrolled, in steps of two rem.
    pub top: f64,
    /// Inner width.
    pub width: f64,
    /// Inner height.
    pub height: f64,
}

impl Default for Viewport {
    fn default() -> Self {
        // Until it is measured, and on a host without a window.
        Viewport {
            top: 0.0,
            width: 46.0,
            height: 60.0,
        }
    }
}

fn measured(element: &Element) -> Viewport {
    let rem = rem();
    Viewport {
        top: (f64::from(element.scroll_top()) / rem / 2.0).floor() * 2.0,
        width: (f64::from(element.client_width()) / rem * 4.0).round() / 4.0,
        height: (f64::from(element.client_height()) / rem).ceil(),
    }
}

/// Watches size and scrolling of `node`. The callback belongs to the node's `onscroll`.
#[hook]
pub fn use_viewport(node: &NodeRef) -> (Viewport, Callback<Event>) {
    let viewport = use_state_eq(Viewport::default);
    {
        let (viewport, node) = (viewport.clone(), node.clone());
        use_effect_with((), move |()| {
            let observed = node.cast::<Element>().map(|element| {
                viewport.set(measured(&element));
                let watched = element.clone();
                let closure = Closure::<dyn FnMut()>::new(move || {
                    viewport.set(measured(&watched));
                });
                let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok();
                if let Some(observer) = &observer {
                    observer.observe(&element);
                }
                (observer, closure)
            });
            move || {
                if let Some((Some(observer), closure)) = observed {
                    observer.disconnect();
                    drop(closure);
                }
            }
        });
    }
    let onscroll = {
        let (viewport, node) = (viewport.clone(), node.clone());
        use_callback((), move |_: Event, ()| {
            if let Some(element) = node.cast::<Element>() {
                viewport.set(measured(&element));
            }
        })
    };
    (*viewport, onscroll)
}

/// True when the person asked for little motion.
pub fn calm() -> bool {
    window()
        .match_media("(prefers-reduced-motion: reduce)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// Scrolls `node` to `top` rem; smoothly where that is near and wanted.
pub fn scroll_to(node: &NodeRef, top: f64, smooth: bool) {
    let Some(element) = node.cast::<Element>() else {
        return;
    };
    let target = (top * rem()).max(0.0);
    let far =
        (target - f64::from(element.scroll_top())).abs() > 2.0 * f64::from(element.client_height());
    let options = ScrollToOptions::new();
    options.set_top(target);
    options.set_behavior(if smooth && !far && !calm() {
        ScrollBehavior::Smooth
    } else {
        ScrollBehavior::Instant
    });
    element.scroll_to_with_scroll_to_options(&options);
}

/// How far `node` is scrolled, rem, exactly.
pub fn scroll_top(node: &NodeRef) -> f64 {
    node.cast::<Element>()
        .map_or(0.0, |element| f64::from(element.scroll_top()) / rem())
}
