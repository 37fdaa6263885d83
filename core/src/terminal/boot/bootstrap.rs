//! The provisioning files of a card: EF_ODF, the directories of data objects it names, the
//! documents those name (OMA-WAP-PROVSC; PKCS #15 §6).
//!
//! On a logical channel of its own where the card has one, so that the application the terminal
//! works with stays selected. Documents are handed out as they are; padding is left on.

use super::{fcp, select_file, select_name};
use crate::codec::apdu::{CommandApdu, READ_BINARY, ResponseApdu, SELECT, StatusWord};
use crate::codec::pkcs15::{self, DataObject, Document};
use std::collections::VecDeque;

/// MANAGE CHANNEL.
const MANAGE_CHANNEL: u8 = 0x70;

/// Octets of the largest file read.
const MAX_SIZE: usize = 32 * 1024;

/// Files read at most, directories among them.
const MAX_FILES: usize = 32;

/// One provisioning document of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BootstrapFile {
    /// Kind of the document, by its object identifier.
    pub document: Document,
    /// Free text of the directory, for people.
    pub label: String,
    /// Path of the file, from 3F00 or inside the application.
    pub path: Vec<u16>,
    /// All octets of the file.
    pub data: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Odf,
    Dodf,
    Data(Document, DataObject),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Job {
    path: Vec<u16>,
    what: What,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Step {
    OpenChannel,
    SelectName,
    /// The directory of the application by path, when its name does not select it.
    SelectPath,
    /// Selections to go until the file is the current one; the first is the next.
    Select(VecDeque<CommandApdu>),
    Read {
        size: usize,
        data: Vec<u8>,
    },
    /// The user is asked for a PIN; then the file is read again from here.
    Pin {
        size: usize,
        data: Vec<u8>,
    },
    CloseChannel,
    /// The application the terminal works with, when there was no channel beside it.
    Restore,
    #[default]
    Done,
}

/// How far the reading is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bootstrap {
    step: Step,
    gsm: bool,
    class: u8,
    channel: u8,
    /// Path of the application's directory; may be empty.
    df: Vec<u16>,
    network: Option<Vec<u8>>,
    jobs: VecDeque<Job>,
    begun: usize,
    asked_pin: bool,
    /// Paths of the files found.
    paths: Vec<Vec<u16>>,
    files: Vec<BootstrapFile>,
    problems: Vec<String>,
}

impl Bootstrap {
    pub(super) fn new(gsm: bool, df: Vec<u16>, network: Option<Vec<u8>>) -> Self {
        let mut this = Bootstrap {
            gsm,
            class: if gsm { 0xA0 } else { 0x00 },
            df,
            network,
            ..Bootstrap::default()
        };
        this.step = if gsm {
            this.jobs.push_back(Job::odf());
            this.next();
            this.step
        } else {
            Step::OpenChannel
        };
        this
    }

    pub(super) fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    pub(super) fn wants_pin(&self) -> bool {
        matches!(self.step, Step::Pin { .. })
    }

    /// One of the files read lies at this path.
    pub(super) fn has(&self, path: &[u16]) -> bool {
        self.paths.iter().any(|of| of == path)
    }

    /// What was found; the documents in order of the directories.
    pub(super) fn result(&mut self) -> (Vec<BootstrapFile>, Vec<String>) {
        (
            std::mem::take(&mut self.files),
            std::mem::take(&mut self.problems),
        )
    }

    /// The PIN is verified, or the user went on without.
    pub(super) fn handle_pin(&mut self, verified: bool) {
        if let Step::Pin { size, data } = std::mem::take(&mut self.step) {
            self.asked_pin = true;
            if verified {
                self.step = Step::Read { size, data };
            } else {
                self.problem("reading wants a PIN that was not given");
                self.next();
            }
        }
    }

    pub(super) fn command(&self) -> Option<CommandApdu> {
        Some(match &self.step {
            Step::OpenChannel => CommandApdu::new(0x00, MANAGE_CHANNEL, 0x00, 0x00).with_le(1),
            Step::SelectName => select_name(self.class, &pkcs15::AID),
            Step::SelectPath => self.select_path(&self.df),
            Step::Select(commands) => commands.front()?.clone(),
            Step::Read { size, data } => {
                let [p1, p2] = (data.len() as u16).to_be_bytes();
                let le = size.saturating_sub(data.len()).clamp(1, 256);
                CommandApdu::new(self.class, READ_BINARY, p1, p2).with_le(le as u16)
            }
            Step::CloseChannel => CommandApdu::new(0x00, MANAGE_CHANNEL, 0x80, self.channel),
            Step::Restore => select_name(0x00, self.network.as_deref().unwrap_or_default()),
            Step::Pin { .. } | Step::Done => return None,
        })
    }

    pub(super) fn handle_response(&mut self, response: &ResponseApdu) {
        let ok = response.sw.is_normal();
        match std::mem::take(&mut self.step) {
            Step::OpenChannel => {
                if let (true, [channel @ 1..=19]) = (ok, &response.data[..]) {
                    self.channel = *channel;
                    self.class = match channel {
                        0..=3 => *channel,
                        more => 0x40 | (more - 4),
                    };
                }
                self.step = Step::SelectName;
            }
            Step::SelectName if !ok && !self.df.is_empty() => self.step = Step::SelectPath,
            Step::SelectName | Step::SelectPath if ok => {
                self.jobs.push_back(Job::odf());
                self.next();
            }
            Step::SelectName | Step::SelectPath => {
                self.problems.push(format!(
                    "the PKCS#15 application: {}",
                    response.sw.meaning()
                ));
                self.next();
            }
            Step::Select(mut commands) => {
                if !ok {
                    self.problem(&response.sw.meaning());
                    return self.next();
                }
                commands.pop_front();
                if commands.is_empty() {
                    self.selected(&response.data);
                } else {
                    self.step = Step::Select(commands);
                }
            }
            Step::Read { size, mut data } => {
                // Warnings come with data (TS 102 221 §10.2.1.2).
                if ok || response.sw.sw1() == 0x62 {
                    let wanted = size - data.len();
                    let got = response.data.len().min(wanted);
                    data.extend_from_slice(&response.data[..got]);
                    if data.len() == size || got == 0 {
                        self.read(data);
                        self.next();
                    } else {
                        self.step = Step::Read { size, data };
                    }
                } else if is_locked(response.sw) && !self.asked_pin {
                    self.step = Step::Pin { size, data };
                } else {
                    self.problem(&response.sw.meaning());
                    self.next();
                }
            }
            Step::CloseChannel | Step::Restore | Step::Pin { .. } | Step::Done => {}
        }
    }

    /// The file of the current job is selected.
    fn selected(&mut self, template: &[u8]) {
        let size = if self.gsm {
            let octets = template.get(2..4);
            octets.map(|o| usize::from(u16::from_be_bytes([o[0], o[1]])))
        } else {
            fcp::size(template)
        };
        match size {
            Some(size @ 1..=MAX_SIZE) => {
                self.step = Step::Read {
                    size,
                    data: Vec::new(),
                };
            }
            Some(0) => {
                self.problem("the file is empty");
                self.next();
            }
            Some(_) => {
                self.problem("the file is too long");
                self.next();
            }
            None => {
                self.problem("the card does not tell how long it is");
                self.next();
            }
        }
    }

    /// The file of the current job is read.
    fn read(&mut self, data: Vec<u8>) {
        let Some(job) = self.jobs.front().cloned() else {
            return;
        };
        let found = match job.what {
            What::Odf => pkcs15::decode_odf(&data).map(|paths| {
                let jobs = paths.into_iter().map(|path| Job {
                    path,
                    what: What::Dodf,
                });
                jobs.collect::<Vec<_>>()
            }),
            What::Dodf => pkcs15::decode_dodf(&data).map(|objects| {
                let jobs = objects.into_iter().filter_map(|object| {
                    let document = Document::from_oid(&object.oid)?;
                    Some(Job {
                        path: object.path.clone(),
                        what: What::Data(document, object),
                    })
                });
                jobs.collect()
            }),
            What::Data(document, object) => {
                self.files.push(BootstrapFile {
                    document,
                    label: object.label,
                    path: job.path.clone(),
                    data,
                });
                Ok(Vec::new())
            }
        };
        self.paths.push(job.path);
        match found {
            Ok(jobs) => {
                // What a directory names comes before what the next directory names.
                for (at, job) in jobs.into_iter().enumerate() {
                    let at = (at + 1).min(self.jobs.len());
                    self.jobs.insert(at, job);
                }
            }
            Err(error) => self.problem(&error.to_string()),
        }
    }

    /// The next file, or the end.
    fn next(&mut self) {
        if self.begun > 0 {
            self.jobs.pop_front();
        }
        self.begun += 1;
        self.step = match self.jobs.front() {
            Some(job) if self.begun <= MAX_FILES => Step::Select(self.selections(&job.path)),
            _ if self.channel != 0 => Step::CloseChannel,
            _ if self.network.is_some() && !self.gsm => Step::Restore,
            _ => Step::Done,
        };
    }

    /// The commands that select a file.
    fn selections(&self, path: &[u16]) -> VecDeque<CommandApdu> {
        let whole: Vec<u16> = match path {
            [0x3F00, ..] => path.to_vec(),
            _ if !self.df.is_empty() => [&self.df, path].concat(),
            _ => path.to_vec(),
        };
        if self.gsm {
            return whole
                .iter()
                .map(|id| select_file(true, id.to_be_bytes()))
                .collect();
        }
        match whole[..] {
            [id] => {
                let mut command = select_file(false, id.to_be_bytes());
                command.cla = self.class;
                VecDeque::from([command])
            }
            _ => VecDeque::from([self.select_path(&whole)]),
        }
    }

    /// SELECT by path from the MF (TS 102 221 §11.1.1.2).
    fn select_path(&self, path: &[u16]) -> CommandApdu {
        let path = path.strip_prefix(&[0x3F00]).unwrap_or(path);
        let octets: Vec<u8> = path.iter().flat_map(|id| id.to_be_bytes()).collect();
        CommandApdu::new(self.class, SELECT, 0x08, 0x04)
            .with_data(octets)
            .with_le(256)
    }

    fn problem(&mut self, reason: &str) {
        let path = self
            .jobs
            .front()
            .map(|job| &job.path[..])
            .unwrap_or_default();
        let path: Vec<String> = path.iter().map(|id| format!("{id:04X}")).collect();
        self.problems.push(format!("{}: {reason}", path.join("/")));
    }
}

impl Job {
    fn odf() -> Self {
        Job {
            path: vec![pkcs15::EF_ODF],
            what: What::Odf,
        }
    }
}

/// Security status not satisfied, as UICC and SIM say it.
fn is_locked(sw: StatusWord) -> bool {
    sw == StatusWord::SECURITY_STATUS || sw.0 == 0x9804
}
