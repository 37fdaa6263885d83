//! What there is to see of toolkit and web server, for people; nothing here can change it.

use crate::card::{AdminState, ServerState, Site, TriggerState, Uicc};

/// A moment of the card's applications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolkitView {
    /// The terminal took the menu.
    pub menu: bool,
    /// Steps of a menu item are under way.
    pub running: bool,
    /// Timers that run, 1–8.
    pub timers: Vec<u8>,
    /// Codes of the events the terminal reports (TS 102 223 §8.25).
    pub events: Vec<u8>,
    /// The server channel.
    pub server: ServerState,
    /// The notification on its way.
    pub trigger: TriggerState,
    /// The administration of the web server.
    pub admin: AdminState,
    /// What the card did without, and why; the newest last.
    pub reports: Vec<String>,
}

impl Uicc {
    /// The card's applications as they are now.
    pub fn toolkit_view(&self) -> ToolkitView {
        let app = &self.app;
        ToolkitView {
            menu: app.menu_is_set_up(),
            running: app.program.is_running(),
            timers: app.timers.clone(),
            events: app.events.clone(),
            server: app.server.state(),
            trigger: app.trigger.state(),
            admin: app.admin.state().clone(),
            reports: app.program.reports().cloned().collect(),
        }
    }

    /// What the web server serves now.
    pub fn site(&self) -> &Site {
        self.app.web.site()
    }
}
