//! What must hold of a DM Client whatever its servers, its user and its connection do.

use super::script::{Script, answered, contains, counts, keeps_secret};
use super::world::{account, auth_type, client_config, cred, other, secrets, tree};
use dmsc_core::client::{
    AlertItem, Answer, DeviceAlert, DmClient, Event, MAX_MESSAGES, Outgoing, Output,
};
use dmsc_core::codec::auth::{Account, AuthType, Credentials, HmacHeader, RESYNC_NONCE};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::notification::{Initiator, Package0, UiMode};
use dmsc_core::codec::syncml::{
    AlertCode, Chal, Command, Encoding, Location, Message, Meta, Status, StatusCode, SyncHdr,
};
use dmsc_core::codec::{tnds, wsp};
use dmsc_core::tree::{Acl, Caller, ManagementTree, NodeUri, Reading, Snapshot};

/// Octets a client without a session keeps beside its tree and its alerts.
const MAX_KEPT: usize = 16 * 1024;

/// A session with what an onlooker knows of it.
#[derive(Default)]
struct Seen {
    account: Account,
    session_id: String,
    /// Nonces that prove the server.
    theirs: Vec<Vec<u8>>,
    /// Nonces the client was told to use.
    ours: Vec<Vec<u8>>,
    /// A message with right credentials was handed in.
    proven: bool,
    /// MsgID of the server's next message.
    next: u32,
    /// The last message the client took in, while its answers are to come.
    received: Option<Message>,
    answers: Vec<Command>,
}

/// A client and its onlooker.
struct Watch {
    client: DmClient,
    now_s: u64,
    seen: Seen,
    /// The tree as it was at first, and as the changes told so far make it.
    first: Snapshot,
    told: Snapshot,
    /// As it was when both were compared.
    compared: Snapshot,
    secrets: Vec<Vec<u8>>,
    begun: u32,
    ended: u32,
    /// The user or a process is waited for.
    waits: bool,
    last: Vec<u8>,
    /// A response is to come, and what there is of it.
    expects: bool,
    inbound: Vec<u8>,
    /// MsgID of the client's last message.
    msg_id: u32,
}

/// A script for a client.
pub(crate) fn check_session_client(bytes: &[u8]) {
    let mut script = Script(bytes);
    let flags = script.byte();
    let kinds = script.byte();
    let first = account(auth_type(kinds & 3), auth_type(kinds >> 2 & 3));
    let two = flags & 1 != 0;
    let tree = tree(&first, two, flags & 2 != 0);
    let encoding = [Encoding::Wbxml, Encoding::Xml][usize::from(flags >> 2 & 1)];
    let mut known = secrets(&[first, other()]);
    // What the peer knows it may say.
    known.retain(|secret| !contains(bytes, secret));
    let mut watch = Watch {
        first: tree.snapshot(),
        told: tree.snapshot(),
        compared: tree.snapshot(),
        client: DmClient::new(client_config(encoding, flags & 8 != 0), tree),
        now_s: 1,
        seen: Seen::default(),
        secrets: known,
        begun: 0,
        ended: 0,
        waits: false,
        last: Vec::new(),
        expects: false,
        inbound: Vec::new(),
        msg_id: 0,
    };
    let mut steps = 0;
    while !script.is_over() && steps < 400 {
        steps += 1;
        watch.step(&mut script);
    }
    // It takes long.
    watch.end(bytes.len().is_multiple_of(8));
}

impl Watch {
    fn step(&mut self, script: &mut Script<'_>) {
        self.now_s += 1;
        match script.byte() % 16 {
            0 => {
                let id = script.word();
                let mode = script.pick(&[UiMode::Background, UiMode::UserInteraction]);
                self.notify(id, mode, script.byte());
            }
            1 => self.client.handle_push(script.block(), self.now_s),
            2 => {
                let piece = usize::from(script.byte()).max(1);
                let bytes = script.block().to_vec();
                self.data(&bytes, piece);
            }
            3 => {
                let (kind, status) = (script.encoding(), script.pick(&[200, 200, 302, 307, 500]));
                let header = script.text();
                let mut response =
                    Response::new(status).with_body(kind.media_type(), script.block());
                response.headers.push(("Location".into(), header.clone()));
                if status == 200 {
                    response.headers.push(("x-syncml-hmac".into(), header));
                }
                self.respond(&response);
            }
            4 => self.client.handle_connected(),
            5 => self.client.handle_refused(),
            6 => self.client.handle_closed(),
            7 => {
                let answer = match script.byte() % 8 {
                    0 => Answer::Accept,
                    1 => Answer::Reject,
                    2 => Answer::Cancel,
                    3 => Answer::NoAnswer,
                    4 => Answer::Text(script.text()),
                    5 => Answer::Choices(script.text().bytes().map(u32::from).collect()),
                    6 => Answer::NotSupported,
                    _ => Answer::CannotShow,
                };
                self.waits = false;
                self.client.handle_answer(answer, self.now_s);
            }
            8 => {
                self.waits = false;
                let code = StatusCode(script.word());
                self.client.handle_executed(code, self.now_s);
            }
            9 => {
                let server = script.pick(&["dmsc.card", "other", "nobody"]);
                self.client.handle_start(server, self.now_s);
            }
            10 => {
                self.waits = false;
                self.client.handle_abort("enough", self.now_s);
            }
            11 => self.alert(script),
            12 => {
                let last = std::mem::take(&mut self.last);
                self.data(&last, 1500);
            }
            13 => {
                let (dress, encoding) = (script.byte(), script.encoding());
                if let Some(message) = script.message() {
                    self.say(message, dress, encoding, script);
                }
            }
            _ => {
                let (dress, encoding) = (script.byte(), script.encoding());
                let commands = script.commands(encoding, &mut 1, 3);
                let message = Message {
                    hdr: SyncHdr {
                        ver_dtd: "1.2".into(),
                        ver_proto: "DM/1.2".into(),
                        ..SyncHdr::default()
                    },
                    commands,
                    is_final: true,
                };
                self.say(message, dress, encoding, script);
            }
        }
        self.drain(script.0.len());
    }

    fn notify(&mut self, id: u16, mode: UiMode, dress: u8) {
        let server = if dress & 1 == 0 { "dmsc.card" } else { "other" };
        let Some(account) = self.client.tree().account(server) else {
            return;
        };
        let nonce = match dress & 2 {
            0 => account.server.nonce,
            _ => RESYNC_NONCE.to_vec(),
        };
        let push = Package0::new(server, id, mode, Initiator::Server)
            .signed(&account.server.secret, &nonce);
        let push = wsp::encode_notification(1, &push);
        self.client.handle_push(&push, self.now_s);
    }

    fn alert(&mut self, script: &mut Script<'_>) {
        let item = AlertItem {
            media_type: "urn:example".into(),
            format: "chr".into(),
            data: script.text(),
            ..AlertItem::default()
        };
        let alert = DeviceAlert {
            code: script.pick(&[AlertCode::CLIENT_EVENT, AlertCode::GENERIC]),
            items: vec![item],
            ..DeviceAlert::default()
        };
        let _ = self.client.handle_alert("dmsc.card", alert);
    }

    /// A message of the server, dressed as one of the session.
    fn say(
        &mut self,
        mut message: Message,
        dress: u8,
        encoding: Encoding,
        script: &mut Script<'_>,
    ) {
        let server = self.server();
        let nonce = self.seen.theirs.last().cloned().unwrap_or_default();
        let msg_id = self.seen.next.saturating_sub(u32::from(dress >> 2 & 1));
        message.hdr.session_id.clone_from(&self.seen.session_id);
        message.hdr.msg_id = msg_id.to_string();
        message.hdr.target = Location::new("IMEI:493005100592800");
        message.hdr.source = Location::new("http://127.0.0.1:3516/dm");
        message.hdr.cred = match dress & 3 {
            0 => cred(&server, &nonce),
            1 => None,
            2 => cred(&server, b"wrong"),
            _ => cred(&server, &RESYNC_NONCE),
        };
        message.is_final = dress & 8 == 0;
        let about_header = Status {
            cmd_id: "1".into(),
            msg_ref: msg_id.to_string(),
            cmd_ref: "0".into(),
            cmd: "SyncHdr".into(),
            code: StatusCode([212, 200, 401, 407][usize::from(dress >> 4 & 3)]),
            chal: (dress & 0x20 != 0)
                .then(|| {
                    let kind = auth_type(script.byte());
                    Chal::of(&kind, b"NextNonce")
                })
                .flatten(),
            ..Status::default()
        };
        message.commands.insert(0, Command::Status(about_header));
        if dress & 0x40 != 0 {
            message.hdr.meta = Meta {
                max_msg_size: Some(script.word().into()),
                max_obj_size: Some(script.word().into()),
                ..Meta::default()
            };
        }
        if dress & 0x80 != 0 {
            message.hdr.resp_uri = Some(
                script
                    .pick(&[
                        "http://127.0.0.1:3516/dm?s=1",
                        "http://127.0.0.1:3517/",
                        "https://elsewhere.example/",
                        "x",
                    ])
                    .into(),
            );
        }
        let body = message.encode(encoding);
        let header = HmacHeader::of(&server, &nonce, &body).to_string();
        let mut response = Response::new(200).with_body(encoding.media_type(), body);
        if server.auth_type == AuthType::Mac && dress & 3 == 0 {
            response.headers.push(("x-syncml-hmac".into(), header));
        }
        self.respond(&response);
    }

    fn server(&self) -> Credentials {
        self.seen.account.server.clone()
    }

    fn respond(&mut self, response: &Response) {
        self.data(&response.encode(), 997);
    }

    /// Octets of the peer; what is right about them is noted first.
    fn data(&mut self, bytes: &[u8], piece: usize) {
        if self.expects {
            self.inbound.extend_from_slice(bytes);
            match Response::decode(&self.inbound) {
                Ok(Some((response, _))) => {
                    self.expects = false;
                    if response.status == 200 {
                        self.note(&response);
                    }
                }
                Ok(None) => {}
                Err(_) => self.expects = false,
            }
        }
        for piece in bytes.chunks(piece) {
            self.client.handle_data(piece, self.now_s);
        }
        self.last = bytes.to_vec();
    }

    fn note(&mut self, response: &Response) {
        let kind = response.header("Content-Type").unwrap_or_default();
        let encoding = Encoding::from_media_type(kind);
        let read = match encoding {
            Some(encoding) => Message::decode(&response.body, encoding),
            None => Message::decode_wbxml(&response.body)
                .or_else(|_| Message::decode_xml(&response.body)),
        };
        let Ok(message) = read else {
            return;
        };
        let server = self.server();
        let nonces = self.seen.theirs.iter().map(Vec::as_slice);
        let mut nonces = nonces.chain([&RESYNC_NONCE[..]]);
        let hmac = response.header("x-syncml-hmac").and_then(HmacHeader::parse);
        let cred = message.hdr.cred.as_ref();
        self.seen.proven |= cred.is_some_and(|cred| cred.is_basic_of(&server))
            || nonces.any(|nonce| {
                cred.is_some_and(|cred| cred.is_md5_of(&server, nonce))
                    || hmac
                        .as_ref()
                        .is_some_and(|h| h.is_of(&server, nonce, &response.body))
            });
        for command in &message.commands {
            if let Command::Status(Status {
                chal: Some(chal), ..
            }) = command
            {
                self.seen.ours.extend(chal.nonce());
            }
        }
        if message.hdr.msg_id == self.seen.next.to_string() {
            self.seen.received = Some(message);
            self.seen.answers.clear();
        }
    }

    fn drain(&mut self, left: usize) {
        let mut outputs = 0;
        while let Some(output) = self.client.poll() {
            outputs += 1;
            assert!(outputs < 100_000, "no end of outputs, {left} octets left");
            match output {
                Output::Event(event) => self.event(&event),
                Output::Send(outgoing) => self.sent(&outgoing),
                Output::Ask(_) | Output::Execute(_) => self.waits = true,
                Output::Connect { .. } | Output::Close => {}
            }
        }
        let tree = self.client.tree();
        let is_same = tree.snapshot().root().is_same(self.compared.root());
        if !(is_same || self.waits && self.client.is_busy()) {
            self.compared = tree.snapshot();
            assert!(self.told == self.compared, "the tree is not as it was told");
        }
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::NotificationAccepted {
                server_id,
                session_id,
                ..
            }
            | Event::SessionStarted {
                server_id,
                session_id,
            } => {
                self.begun += 1;
                let account = self.client.tree().account(server_id).unwrap();
                self.seen = Seen {
                    theirs: vec![account.server.nonce.clone()],
                    ours: vec![account.client.nonce.clone(), RESYNC_NONCE.to_vec()],
                    account,
                    session_id: session_id.clone(),
                    next: 1,
                    ..Seen::default()
                };
            }
            Event::SessionEnded { .. } => self.ended += 1,
            Event::CommandDone {
                code,
                changes,
                command,
                ..
            } => {
                let has_effect = !changes.is_empty();
                assert!(!has_effect || self.seen.proven, "{event:?} by a stranger");
                assert!(!has_effect || code.is_success(), "{event:?}");
                assert!(!has_effect || command != "Get", "{event:?}");
                self.replay(changes);
            }
            Event::NonceRenewed { changes, .. } => self.replay(changes),
            _ => {}
        }
    }

    fn replay(&mut self, changes: &[dmsc_core::tree::Change]) {
        for change in changes {
            assert!(self.told.apply(change), "{change:?}");
        }
    }

    fn sent(&mut self, outgoing: &Outgoing) {
        self.expects = true;
        self.inbound.clear();
        let again = std::mem::replace(&mut self.msg_id, outgoing.msg_id) == outgoing.msg_id;
        let request = &outgoing.request;
        assert!(outgoing.msg_id <= MAX_MESSAGES + 1);
        assert!(request.encode().len() < 1 << 20);
        let kind = request.header("Content-Type").unwrap();
        let encoding = Encoding::from_media_type(kind).unwrap();
        let message = Message::decode(&request.body, encoding).unwrap();
        assert_eq!(message.hdr.msg_id, outgoing.msg_id.to_string());
        assert_eq!(message.hdr.session_id, self.seen.session_id);
        counts(&message);
        let mut bare = request.clone();
        bare.body.clear();
        let head = String::from_utf8_lossy(&bare.encode()).into_owned();
        keeps_secret(&message, &head, &self.secrets);
        let client = &self.seen.account.client;
        if let Some(cred) = &message.hdr.cred {
            let mut ours = self.seen.ours.iter();
            assert!(
                cred.is_basic_of(client) || ours.any(|nonce| cred.is_md5_of(client, nonce)),
                "{cred:?} is not of {client:?}"
            );
        }
        for command in &message.commands {
            if let Command::Status(status) = command
                && let Some(chal) = &status.chal
            {
                self.seen.theirs.extend(chal.nonce());
            }
        }
        let aborts = message
            .commands
            .iter()
            .any(|c| matches!(c, Command::Alert(a) if a.code == AlertCode::SESSION_ABORT));
        if let Some(received) = &self.seen.received
            && !aborts
            && !again
        {
            self.seen.answers.extend(message.commands.iter().cloned());
            answered(received, &self.seen.answers, message.is_final, true);
            if received.hdr.msg_id == self.seen.next.to_string() {
                self.seen.next += 1;
            }
        }
    }

    /// A peer that is silent or gone ends everything.
    fn end(mut self, measures: bool) {
        self.client.handle_closed();
        self.client.handle_refused();
        self.client.handle_answer(Answer::NoAnswer, self.now_s);
        self.waits = false;
        self.drain(0);
        assert!(!self.client.is_busy(), "no end");
        assert_eq!(self.begun, self.ended, "each session ends once");
        let tree = self.client.tree();
        assert!(
            self.told == tree.snapshot(),
            "the tree is not as it was told"
        );
        if self.told != self.first {
            is_sound(tree);
        }
        if !measures {
            return;
        }
        let kept = format!("{:?}", self.client).len();
        let tree = format!("{:?}", self.client.tree()).len();
        // 64 alerts of a script's longest text.
        assert!(kept - tree < MAX_KEPT + 64 * 4096, "{} kept", kept - tree);
    }
}

/// A tree that can be walked, named, described and read back.
pub(crate) fn is_sound(tree: &ManagementTree) {
    for (uri, node) in tree.snapshot().walk() {
        let text = uri.to_string();
        assert_eq!(NodeUri::parse(&text).as_ref(), Ok(&uri), "{text}");
        let state = node.state();
        assert_eq!(node.is_interior(), state.format == "node", "{text}");
        assert!(!node.is_interior() || state.value.is_empty(), "{text}");
        assert!(node.is_interior() || node.children().len() == 0, "{text}");
        assert!(Acl::parse(&state.acl).is_some(), "{text}: {}", state.acl);
    }
    for (name, _) in tree.snapshot().root().children() {
        let uri = NodeUri::root().child(name).to_string();
        let Ok(listed) = NodeUri::parse(&format!("{uri}?list=TNDS")) else {
            continue;
        };
        if let Ok(Reading::Document(document)) = tree.get(&listed, Caller::Device) {
            let wbxml = tnds::Document::decode_wbxml(&document.encode_wbxml());
            assert_eq!(wbxml.as_ref(), Ok(&document), "{uri}");
            let mut copy = ManagementTree::new(*tree.limits());
            if copy.load(&document, 0).is_ok() {
                let again = copy.get(&listed, Caller::Device);
                assert!(
                    matches!(&again, Ok(Reading::Document(d)) if names(&d.nodes) == names(&document.nodes)),
                    "{uri} as {again:?}, not {document:?}"
                );
            }
        }
    }
}

fn names(nodes: &[tnds::Node]) -> Vec<(String, usize)> {
    let mut all = Vec::new();
    let mut open: Vec<&tnds::Node> = nodes.iter().collect();
    while let Some(node) = open.pop() {
        all.push((node.name.clone(), node.children.len()));
        open.extend(&node.children);
    }
    all
}
