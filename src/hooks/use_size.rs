//! Sizes in rem: of the page, and of places that scroll.
//!
//! Asking the browser where things are makes it lay out the page at once, so sizes are taken
//! when they change and remembered.

use gloo::events::EventListener;
use gloo::utils::{document_element, window};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
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

thread_local! {
    /// Pixels for one rem, as `layout.css` has it.
    static REM: Cell<f64> = const { Cell::new(16.0) };
}

fn rem() -> f64 {
    REM.get()
}

/// Tells which size the page has, before it is laid out anew.
pub(super) fn set_large(large: bool) {
    REM.set(if large { 16.0 * 1.35 } else { 16.0 });
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

/// What a place shows of its content, rem.
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

/// A place that scrolls.
#[derive(Clone)]
pub struct Port {
    node: NodeRef,
    /// How far it is scrolled, exactly, in pixels.
    top: Rc<Cell<f64>>,
    /// Where to scroll before the next frame is drawn, in pixels, one after the other, and whether
    /// smoothly.
    wanted: Rc<RefCell<Vec<(f64, bool)>>>,
    /// What was last told.
    last: Rc<Cell<Viewport>>,
    tell: UseStateSetter<Viewport>,
}

impl Port {
    /// What is in sight.
    pub fn view(&self) -> Viewport {
        self.last.get()
    }

    /// How far it is scrolled, rem, exactly.
    pub fn top(&self) -> f64 {
        self.top.get() / rem()
    }

    /// Scrolls to `top` rem; smoothly where that is near, wanted and welcome. The browser is told
    /// just before it draws: what comes into sight is there by then, and it lays out once.
    pub fn scroll_to(&self, top: f64, smooth: bool) {
        let target = (top * rem()).max(0.0);
        let far = (target - self.top.get()).abs() > 2.0 * self.view().height * rem();
        let smooth = smooth && !far && !calm();
        self.wanted.borrow_mut().push((target, smooth));
        if self.wanted.borrow().len() == 1 {
            let port = self.clone();
            let scroll = Closure::once_into_js(move || port.scroll());
            drop(window().request_animation_frame(scroll.unchecked_ref()));
        }
        if !smooth {
            // Where exactly it stops is told by the event that follows.
            self.moved(target);
        }
    }

    fn scroll(&self) {
        let wanted = self.wanted.take();
        let Some(element) = self.node.cast::<Element>() else {
            return;
        };
        for (target, smooth) in wanted {
            let options = ScrollToOptions::new();
            options.set_top(target);
            options.set_behavior(if smooth {
                ScrollBehavior::Smooth
            } else {
                ScrollBehavior::Instant
            });
            element.scroll_to_with_scroll_to_options(&options);
        }
    }

    fn moved(&self, top: f64) {
        self.top.set(top);
        let mut view = self.last.get();
        view.top = (self.top() / 2.0).floor() * 2.0;
        self.last.set(view);
        self.tell.set(view);
    }

    fn measure(&self) {
        let Some(element) = self.node.cast::<Element>() else {
            return;
        };
        let mut view = self.last.get();
        view.width = (f64::from(element.client_width()) / rem() * 4.0).round() / 4.0;
        view.height = (f64::from(element.client_height()) / rem()).ceil();
        self.last.set(view);
        self.moved(f64::from(element.scroll_top()));
    }
}

/// Watches size and scrolling of `node`. The callback belongs to the node's `onscroll`.
#[hook]
pub fn use_viewport(node: &NodeRef) -> (Port, Callback<Event>) {
    let told = use_state_eq(Viewport::default);
    let port = use_memo((), |()| Port {
        node: node.clone(),
        top: Rc::default(),
        wanted: Rc::default(),
        last: Rc::default(),
        tell: told.setter(),
    });
    {
        let port = port.clone();
        use_effect_with((), move |()| {
            let observed = port.node.cast::<Element>().map(|element| {
                // The observer tells the first size too, once the page is laid out anyway.
                let closure = Closure::<dyn FnMut()>::new(move || port.measure());
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
    let onscroll = use_callback((), {
        let port = port.clone();
        move |_: Event, ()| {
            // What is told now is old where it is about to be scrolled.
            if let Some(element) = port.node.cast::<Element>()
                && port.wanted.borrow().is_empty()
            {
                port.moved(f64::from(element.scroll_top()));
            }
        }
    });
    ((*port).clone(), onscroll)
}

/// True when the person asked for little motion.
fn calm() -> bool {
    window()
        .match_media("(prefers-reduced-motion: reduce)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}
