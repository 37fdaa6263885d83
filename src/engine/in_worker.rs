//! The engine in a worker. The page's side: posts questions, hears answers, and starts the
//! worker again when it dies.
//!
//! Written on the browser's own interface: a bridge that can neither hear that its worker failed
//! nor end one that is busy could not be stopped or revived.

use super::serve::{read, write};
use super::{Ask, Engine, Heard, Tell};
use js_sys::{Reflect, Uint8Array};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, Event, MessageEvent, Worker};
use yew::Callback;

/// Name under which `start.js` keeps the worker that it started while the page was loading.
const EARLY: &str = "dmscEngine";

/// After so many deaths without an answer in between the engine is lost.
const MOST_DEATHS: u32 = 3;

type Hear = Closure<dyn Fn(MessageEvent)>;
type Fail = Closure<dyn Fn(Event)>;

/// An engine that runs beside the page.
pub struct InWorker(Rc<RefCell<Inner>>);

struct Inner {
    worker: Option<Worker>,
    /// Questions without an answer, in the order in which the worker has them.
    open: VecDeque<(u32, Vec<u8>)>,
    /// Deaths since the last answer.
    deaths: u32,
    /// The present worker has answered something.
    alive: bool,
    /// Why there is no worker.
    lost: String,
    tell: Callback<Heard>,
    handlers: Option<(Hear, Fail)>,
}

impl InWorker {
    /// Takes the worker that was started while the page was loading, or starts one.
    pub fn new(tell: Callback<Heard>) -> InWorker {
        let inner = Rc::new(RefCell::new(Inner {
            worker: None,
            open: VecDeque::new(),
            deaths: 0,
            alive: false,
            lost: String::new(),
            tell,
            handlers: None,
        }));
        let hear = {
            let inner = Rc::downgrade(&inner);
            Closure::new(move |event: MessageEvent| {
                if let Some(inner) = inner.upgrade() {
                    heard(&inner, &event.data());
                }
            })
        };
        let fail = {
            let inner = Rc::downgrade(&inner);
            Closure::new(move |event: Event| {
                // Else the browser reports the fault a second time, as the page's own.
                event.prevent_default();
                let reason = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
                let reason = reason.filter(|text| !text.is_empty());
                if let Some(inner) = inner.upgrade() {
                    died(
                        &inner,
                        reason.unwrap_or_else(|| "no reason given".to_owned()),
                    );
                }
            })
        };
        inner.borrow_mut().handlers = Some((hear, fail));
        start(&inner);
        InWorker(inner)
    }
}

impl Engine for InWorker {
    fn ask(&self, number: u32, ask: &Ask) {
        let message = write(number, ask);
        let mut inner = self.0.borrow_mut();
        if let Some(worker) = &inner.worker {
            post(worker, &message);
            inner.open.push_back((number, message));
        } else {
            let (tell, reason) = (inner.tell.clone(), inner.lost.clone());
            drop(inner);
            tell.emit(Heard {
                number,
                tell: Tell::Lost(reason),
            });
        }
    }

    fn stop(&self) {
        let open = {
            let mut inner = self.0.borrow_mut();
            inner.end();
            std::mem::take(&mut inner.open)
        };
        start(&self.0);
        let tell = self.0.borrow().tell.clone();
        for (number, _) in open {
            tell.emit(Heard {
                number,
                tell: Tell::Stopped,
            });
        }
    }

    fn revive(&self) {
        self.0.borrow_mut().deaths = 0;
        if self.0.borrow().worker.is_none() {
            start(&self.0);
        }
    }
}

impl Inner {
    fn end(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}

fn post(worker: &Worker, message: &[u8]) {
    // Bytes can always be posted.
    drop(worker.post_message(&Uint8Array::from(message)));
}

/// Starts a worker and asks it what is open.
fn start(shared: &Rc<RefCell<Inner>>) {
    let early = early();
    let started = match &early {
        Some(worker) => Ok(worker.clone()),
        None => Worker::new(&address()),
    };
    let mut inner = shared.borrow_mut();
    inner.alive = false;
    match started {
        Ok(worker) => {
            if let Some((hear, fail)) = &inner.handlers {
                worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
                worker.set_onerror(Some(fail.as_ref().unchecked_ref()));
            }
            for (_, message) in &inner.open {
                post(&worker, message);
            }
            inner.worker = Some(worker);
        }
        Err(error) => {
            inner.deaths = MOST_DEATHS;
            drop(inner);
            let reason = error.dyn_ref::<js_sys::Error>();
            let reason = reason.map_or_else(String::new, |error| error.message().into());
            died(shared, reason);
            return;
        }
    }
    drop(inner);
    // What it said before the page could hear it.
    let said = early.and_then(|worker| Reflect::get(&worker, &"early".into()).ok());
    if let Some(reason) = said.and_then(|said| said.as_string()) {
        died(shared, reason);
    }
}

/// The worker that `start.js` has started, once.
fn early() -> Option<Worker> {
    let window = web_sys::window()?;
    let worker = Reflect::get(&window, &EARLY.into()).ok()?;
    let worker = worker.dyn_into::<Worker>().ok()?;
    drop(Reflect::delete_property(&window, &EARLY.into()));
    Some(worker)
}

/// Where the worker's script is; `start.js` names it with the version of the page.
fn address() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let start = document.and_then(|document| document.get_element_by_id("start"));
    start
        .and_then(|start| start.get_attribute("data-engine"))
        .unwrap_or_else(|| "engine-start.js".to_owned())
}

fn heard(shared: &Rc<RefCell<Inner>>, data: &JsValue) {
    if let Some(reason) = data.as_string() {
        // The loader could not load the program.
        return died(shared, reason);
    }
    let message = Uint8Array::new(data).to_vec();
    let Some((number, tell)) = read::<Tell>(&message) else {
        return died(shared, "it told something that cannot be read".to_owned());
    };
    if let Tell::Died(reason) = tell {
        return died(shared, reason);
    }
    let listener = {
        let mut inner = shared.borrow_mut();
        inner.alive = true;
        inner.deaths = 0;
        if !matches!(tell, Tell::Progress(_)) {
            inner.open.retain(|(other, _)| *other != number);
        }
        inner.tell.clone()
    };
    listener.emit(Heard { number, tell });
}

/// The worker is dead: what it was at is given up, the rest is asked of the next one.
fn died(shared: &Rc<RefCell<Inner>>, reason: String) {
    let (told, again) = {
        let mut inner = shared.borrow_mut();
        inner.end();
        inner.deaths += 1;
        let mut told = Vec::new();
        let again = inner.deaths < MOST_DEATHS;
        if !again {
            let open = inner.open.drain(..).map(|(number, _)| number);
            let lost = |number| (number, Tell::Lost(reason.clone()));
            told.extend(open.chain([0]).map(lost));
            inner.lost = reason;
        } else if inner.alive {
            // It died over what was asked first, if over anything.
            let number = inner.open.pop_front().map_or(0, |(number, _)| number);
            told.push((number, Tell::Died(reason)));
        }
        (told, again)
    };
    if again {
        start(shared);
    }
    let listener = shared.borrow().tell.clone();
    for (number, tell) in told {
        listener.emit(Heard { number, tell });
    }
}
