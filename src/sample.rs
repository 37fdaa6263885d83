//! A made-up trace to draw with while the engine is not there. To be removed.
#![allow(missing_docs)]

use dmsc_core::scenario::Setup;
use dmsc_core::trace::*;
use dmsc_core::tree::*;

pub fn run(setup: &Setup) -> Trace {
    let mut b = B {
        steps: vec![],
        e: 0,
        tree: Snapshot::new(NodeState{format:"node".into(), ..Default::default()}),
    };
    let mut tree = Snapshot::new(NodeState{format:"node".into(), acl: "Add=*&Get=*".into(), permanent: true, ..Default::default()});
    let leaf = |v: &str| NodeState { format: "chr".into(), media_type: "text/plain".into(), value: v.as_bytes().to_vec(), tstamp_s: 1_791_297_160, ver_no: 3, ..Default::default() };
    let node = || NodeState { format: "node".into(), tstamp_s: 1_791_297_160, ..Default::default() };
    let mut put = |u: &str, s: NodeState| { tree.apply(&Change { kind: ChangeKind::Added, uri: u.into(), new_uri: None, before: None, after: Some(s) }); };
    for d in ["./DevInfo", "./DevDetail", "./DevDetail/URI", "./DMAcc", "./DMAcc/DMSC", "./DMAcc/DMSC/AppAddr", "./DMAcc/DMSC/AppAddr/1", "./DMAcc/DMSC/AppAuth", "./DMAcc/DMSC/AppAuth/1", "./DMAcc/DMSC/AppAuth/2", "./Inbox", "./Connectivity", "./Connectivity/NAP", "./Connectivity/NAP/Work", "./Connectivity/NAP/Old"] {
        put(d, NodeState { acl: if d == "./DMAcc/DMSC" { "Get=dmsc.card&Replace=dmsc.card&Delete=dmsc.card".into() } else { String::new() }, ..node() });
    }
    for (u, v) in [("./DevInfo/DevId", "IMEI:493005100592800"), ("./DevInfo/Man", "DM_SC Explorer"), ("./DevInfo/Mod", "Virtual Device"), ("./DevInfo/DmV", "1.2"), ("./DevInfo/Lang", "en"), ("./DevDetail/FwV", "1.0"), ("./DevDetail/SwV", "1.0"), ("./DevDetail/DevTyp", "phone"), ("./DevDetail/URI/MaxDepth", "0"), ("./DMAcc/DMSC/AppID", "w7"), ("./DMAcc/DMSC/ServerID", "dmsc.card"), ("./DMAcc/DMSC/Name", "Card DM"), ("./DMAcc/DMSC/AppAddr/1/Addr", "http://127.0.0.1:3516/dm"), ("./Connectivity/NAP/Work/APN", "corp.old"), ("./Connectivity/NAP/Work/Name", "Work"), ("./Connectivity/NAP/Old/APN", "wap")] {
        put(u, leaf(v));
    }
    for n in ["1", "2"] {
        put(&format!("./DMAcc/DMSC/AppAuth/{n}/AAuthData"), NodeState { format: "bin".into(), value: (0..16).collect(), ..Default::default() });
    }
    let steps: Vec<StepTitle> = setup.scenario.steps.iter().map(|(n, t)| StepTitle { number: (*n).into(), title: (*t).into() }).collect();
    b.tree = tree.clone();
    let local = setup.scenario.id == "local-trigger";
    use Actor::*;
    b.begin(0);
    b.on(Card, Card, Interface::Internal, Event::CardStarted, (0..22).collect(), None);
    let tp = b.on(Terminal, Card, Interface::Internal, Event::TerminalProfileSent, vec![0xFF; 20], None);
    b.apdus(tp, 1);
    let oc = b.on(Card, Terminal, Interface::Internal, Event::ProactiveCommandSent { command: "OPEN CHANNEL, TCP server, port 3516".into() }, vec![0xD0, 0x12, 0x81, 3, 1, 0x40, 0, 0x82, 2, 0x81, 0x82, 0xB9, 2, 5, 0x78, 0xBC, 3, 3, 0x0D, 0xBC], None);
    b.apdus(oc, 1);
    b.on(Card, Card, Interface::Internal, Event::WebServerOpened { port: 3516 }, vec![], None);
    let mut e = 1;
    if local {
        b.on(Card, Card, Interface::Internal, Event::TimerStarted { timer: 1, duration_s: setup.settings.timer_s }, vec![], None);
        b.begin(e);
        b.on(Card, Card, Interface::Internal, Event::TimerExpired { timer: 1 }, vec![], None);
        e += 1;
    }
    b.begin(e);
    let (f, i) = if local { (CardTrigger, Interface::DmSc1) } else { (Ecms, Interface::Dm1) };
    let n = b.on(f, DmClient, i, Event::NotificationSent { session_id: "A1F".into(), resync: false }, (0..45).collect(), None);
    if local {
        b.carry(n, i, 3);
    }
    b.on(DmClient, DmClient, Interface::Internal, Event::NotificationAccepted { server_id: "dmsc.card".into(), session_id: "A1F".into(), resync: false }, vec![], None);
    b.begin(e + 1);
    b.on(DmClient, Card, Interface::Dm2, Event::ConnectionOpened { port: 3516 }, vec![], None);
    b.message(DmClient, CardDmServer, 1, "Alert 1200, DevInfo, credentials");
    b.on(CardDmServer, CardDmServer, Interface::Internal, Event::CredentialsChecked { code: 212 }, vec![], None);
    b.begin(e + 2);
    b.message(CardDmServer, DmClient, 2, "Status 212, Alert 1101, Replace, Add, Delete");
    b.on(DmClient, DmClient, Interface::Internal, Event::CredentialsChecked { code: 212 }, vec![], None);
    b.begin(e + 3);
    b.on(DmClient, User, Interface::Internal, Event::UserAsked { alert: 1101, text: "Update the access points of this device?".into(), max_display_s: Some(30) }, vec![], None);
    let answer = setup.settings.entries()["answer"].clone();
    b.on(User, DmClient, Interface::Internal, Event::UserAnswered { answer: answer.clone() }, vec![], None);
    b.begin(e + 4);
    if answer == "accept" {
        let old = get(&b.tree, "./Connectivity/NAP/Work/APN").cloned();
        b.cmd("Replace", "./Connectivity/NAP/Work/APN", vec![Change { kind: ChangeKind::Replaced, uri: "./Connectivity/NAP/Work/APN".into(), new_uri: None, before: old, after: Some(NodeState { ver_no: 4, ..leaf("corp") }) }]);
        let add = |u: &str, s: NodeState| Change { kind: ChangeKind::Added, uri: u.into(), new_uri: None, before: None, after: Some(s) };
        b.cmd("Add", "./Connectivity/NAP/Home", vec![add("./Connectivity/NAP/Home", node()), add("./Connectivity/NAP/Home/Name", leaf("Home")), add("./Connectivity/NAP/Home/APN", leaf("internet")), add("./Connectivity/NAP/Home/Bearer", leaf("GSM-GPRS"))]);
        let d1 = get(&b.tree, "./Connectivity/NAP/Old").cloned();
        let d2 = get(&b.tree, "./Connectivity/NAP/Old/APN").cloned();
        b.cmd("Delete", "./Connectivity/NAP/Old", vec![Change { kind: ChangeKind::Deleted, uri: "./Connectivity/NAP/Old/APN".into(), new_uri: None, before: d2, after: None }, Change { kind: ChangeKind::Deleted, uri: "./Connectivity/NAP/Old".into(), new_uri: None, before: d1, after: None }]);
    }
    b.begin(e + 5);
    b.message(DmClient, CardDmServer, 3, "Status 200 ×3");
    for (c, u) in [("Replace", "./Connectivity/NAP/Work/APN"), ("Add", "./Connectivity/NAP/Home"), ("Delete", "./Connectivity/NAP/Old")] {
        b.on(CardDmServer, CardDmServer, Interface::Internal, Event::ReceiptStored { command: c.into(), uri: u.into(), code: 200 }, vec![], None);
    }
    b.message(CardDmServer, DmClient, 4, "Status 200, Final");
    b.on(DmClient, DmClient, Interface::Internal, Event::SessionEnded { complete: true, reason: "all commands answered".into() }, vec![], None);
    Trace { format: FORMAT, scenario: setup.scenario.id.into(), settings: setup.settings.entries(), seed: setup.seed, files: Default::default(), titles: steps, tree, steps: b.steps, outcome: Outcome { complete: true, applied: 3, declined: 0, failed: 0, summary: "All was applied.".into() } }
}

fn get(t: &Snapshot, u: &str) -> Option<&'static NodeState> { t.lookup(u).map(|n| &*Box::leak(Box::new(n.state().clone()))) }
struct B {
    steps: Vec<Step>,
    e: u8,
    tree: Snapshot,
}

impl B {
    fn begin(&mut self, e: u8) {
        self.e = e;
        self.on(Actor::DmClient, Actor::DmClient, Interface::Internal, Event::EnablerStepBegan, vec![], None);
    }
    fn on(&mut self, from: Actor, to: Actor, interface: Interface, event: Event, bytes: Vec<u8>, enclosing: Option<u32>) -> u32 {
        let id = self.steps.len() as u32;
        self.steps.push(Step { id, tick: u64::from(id) * 7, enabler_step: self.e, from, to, interface, event, bytes, changes: vec![], cause: id.checked_sub(1), enclosing });
        id
    }
    fn cmd(&mut self, c: &str, uri: &str, changes: Vec<Change>) {
        let id = self.on(Actor::DmClient, Actor::DmClient, Interface::Internal, Event::CommandApplied { command: c.into(), cmd_id: "4".into(), uri: uri.into(), code: 200 }, vec![], None);
        for ch in &changes { self.tree.apply(ch); }
        self.steps[id as usize].changes = changes;
    }
    fn apdus(&mut self, enc: u32, n: u32) {
        let i = Interface::Internal;
        for k in 0..n {
            self.on(Actor::Terminal, Actor::Card, i, Event::CommandApduSent { command: "FETCH".into() }, vec![0x80, 0x12, 0, 0, 0xF0], Some(enc));
            self.on(Actor::Card, Actor::Terminal, i, Event::ResponseApduSent { status_word: "9000".into() }, (0..=(200 + k as u8 % 40)).collect(), Some(enc));
        }
    }
    fn carry(&mut self, enc: u32, i: Interface, n: u32) {
        for _ in 0..n {
            let t = self.on(Actor::Card, Actor::Terminal, i, Event::ProactiveCommandSent { command: "SEND DATA, 237 B, immediate".into() }, (0..240).collect(), Some(enc));
            self.apdus(t, 1);
            let t = self.on(Actor::Terminal, Actor::Card, i, Event::TerminalResponseSent { result: "performed, 197 B waiting".into() }, (0..12).collect(), Some(enc));
            self.apdus(t, 1);
        }
    }
    fn message(&mut self, from: Actor, to: Actor, package: u8, contents: &str) {
        let body: Vec<u8> = (0..434u32).map(|k| (k * 7 % 256) as u8).collect();
        let m = self.on(from, to, Interface::Dm2, Event::MessageSent { package, session_id: "A1F".into(), msg_id: u32::from(package), wbxml: true, contents: contents.into() }, body, None);
        let head = b"POST /dm HTTP/1.1\r\nHost: 127.0.0.1:3516\r\nContent-Type: application/vnd.syncml.dm+wbxml\r\nContent-Length: 434\r\n\r\n".to_vec();
        let h = if from == Actor::DmClient { Event::HttpRequestSent { method: "POST".into(), target: "/dm".into() } } else { Event::HttpResponseSent { status: 200 } };
        let h = self.on(from, to, Interface::Dm2, h, head, Some(m));
        self.carry(h, Interface::Dm2, 3);
    }
}
