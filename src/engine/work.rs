//! Answers a question with the core. The only place of the page's package that knows it.

use super::guide;
use super::{
    Ask, Catalogue, Control, FileParts, Played, Problem, ScenarioInfo, SettingInfo, Stage, Tell,
    Wanted,
};
use dmsc_core::codec::{hex, wbxml};
use dmsc_core::scenario::{
    self, CATALOGUE, DEFAULT_SEED, Edit, EditError, Scenario, SettingKey, SettingKind, Settings,
    Setup,
};
use dmsc_core::trace::card::CardFile;
use dmsc_core::trace::{Content, Trace};
use std::borrow::Cow;

/// Answers; `tell` may be called several times, and the last time with the answer.
pub(super) fn answer(ask: Ask, tell: &mut dyn FnMut(Tell)) {
    let last = match ask {
        Ask::Catalogue => Tell::Catalogue(catalogue()),
        Ask::Run(wanted) => {
            tell(Tell::Progress(Stage::Playing));
            match play(&wanted) {
                Ok(played) => {
                    tell(Tell::Progress(Stage::Played(
                        played.trace.steps.len() as u32
                    )));
                    Tell::Run(Box::new(played))
                }
                Err(problem) => Tell::Refused(problem),
            }
        }
        Ask::Fields(content, bytes) => Tell::Fields(content.fields(&bytes)),
        Ask::Xml(content, bytes) => Tell::Xml(xml(content, &bytes)),
        Ask::File(file) => Tell::File(parts(&file)),
    };
    tell(last);
}

/// What there is to play, in plain words.
pub(super) fn catalogue() -> Catalogue {
    let info = |key: &SettingKey| SettingInfo {
        key: key.id().to_owned(),
        title: key.title().to_owned(),
        kind: match key.row().kind {
            SettingKind::Choice(words) => {
                Control::Choice(words.iter().map(|&word| word.to_owned()).collect())
            }
            SettingKind::Switch => Control::Choice(vec!["on".to_owned(), "off".to_owned()]),
            SettingKind::Number { min, max, unit } => Control::Number {
                min,
                max,
                unit: unit.to_owned(),
            },
            SettingKind::File { .. } => Control::File,
        },
        note: key.row().note.to_owned(),
    };
    Catalogue {
        scenarios: CATALOGUE
            .iter()
            .map(|scenario| ScenarioInfo {
                id: scenario.id.to_owned(),
                title: scenario.title.to_owned(),
                settings: scenario.settings.iter().map(info).collect(),
            })
            .collect(),
        defaults: Settings::default().entries(),
        seed: DEFAULT_SEED,
    }
}

/// Makes a run.
pub(super) fn play(wanted: &Wanted) -> Result<Played, Problem> {
    let mut problems = Vec::new();
    let mut wrong = |problem: Problem| match wanted.strict {
        true => Err(problem),
        false => {
            problems.push(problem);
            Ok(())
        }
    };
    let mut scenario = &CATALOGUE[0];
    if let Some(id) = &wanted.scenario {
        match Scenario::find(id) {
            Some(found) => scenario = found,
            None => wrong(Problem::NoScenario {
                id: id.clone(),
                known: CATALOGUE.iter().map(|one| one.id.to_owned()).collect(),
            })?,
        }
    }
    let mut settings = Settings::default();
    for (key, value) in &wanted.settings {
        // A request repeats the name of the document; the document itself comes beside it.
        if wanted.strict && key == SettingKey::Provisioning.id() {
            continue;
        }
        if let Err(error) = settings.set(key, value) {
            wrong(Problem::Setting(error.to_string()))?;
        }
    }
    if let Some((name, bytes)) = &wanted.file
        && let Err(error) = settings.load_provisioning(name, bytes)
    {
        wrong(Problem::File(error.to_string()))?;
    }
    // An edit that is none never stops a run: it stays in the address and is said.
    let (mut edits, mut left_out) = (Vec::<Edit>::new(), Vec::new());
    for text in &wanted.edits {
        match text.parse() {
            Ok(edit) => edits.push(edit),
            Err(error) => {
                let error: EditError = error;
                left_out.push(Problem::Edit(error.to_string()));
            }
        }
    }
    let trace = scenario::run(&Setup {
        scenario,
        settings,
        seed: wanted.seed.unwrap_or(DEFAULT_SEED),
        edits,
    });
    problems.append(&mut left_out);
    problems.extend(trace.problems.iter().cloned().map(Problem::Edit));
    Ok(played(trace, problems))
}

/// A trace with all that the page shows of it.
pub(super) fn played(trace: Trace, problems: Vec<Problem>) -> Played {
    let files = trace.card.files();
    Played {
        texts: trace
            .steps
            .iter()
            .map(|step| [step.title(), step.detail()])
            .collect(),
        guide: guide::of_story(&trace.scenario),
        summaries: files.into_iter().map(|file| summary(file)).collect(),
        trace,
        problems,
    }
}

/// The SyncML that bytes carry, as XML text.
fn xml(content: Content, bytes: &[u8]) -> Option<Result<String, String>> {
    let body = match content {
        Content::SyncmlWbxml | Content::SyncmlXml => bytes,
        Content::HttpRequest | Content::HttpResponse => body(bytes)?,
        _ => return None,
    };
    Some(if body.first() == Some(&b'<') {
        Ok(String::from_utf8_lossy(body).into_owned())
    } else {
        wbxml::to_xml(body).map_err(|error| error.to_string())
    })
}

/// What follows the head of an HTTP message; `None` when there is nothing.
fn body(message: &[u8]) -> Option<&[u8]> {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n")?;
    message.get(end + 4..).filter(|body| !body.is_empty())
}

/// What a file of the card means.
pub(super) fn parts(file: &CardFile) -> FileParts {
    FileParts {
        records: (0..file.contents.len()).map(|at| file.fields(at)).collect(),
        rule: file.rule_words(),
        parameters: file.parameters(),
    }
}

/// Octets of a file that means nothing known, in its one line.
const SHOWN: usize = 20;

/// What a file holds, in one line; of a directory, its application.
fn summary(file: &CardFile) -> String {
    if file.is_directory() {
        let aid = file.aid.as_deref();
        return aid.map_or_else(String::new, |aid| format!("AID {}", hex::encode(aid)));
    }
    let used: Vec<usize> = (0..file.contents.len())
        .filter(|at| file.contents[*at].iter().any(|octet| *octet != 0xFF))
        .collect();
    let Some(first) = used.first() else {
        return "empty".to_owned();
    };
    let octets = &file.contents[*first];
    let fields = file.fields(*first);
    let values = values(&fields);
    let mut text: Cow<'_, str> = if values.is_empty() {
        let mut shown = hex::spaced(&octets[..octets.len().min(SHOWN)]);
        if octets.len() > SHOWN {
            shown.push_str(" …");
        }
        shown.into()
    } else {
        values.join(" · ").into()
    };
    if used.len() > 1 {
        text.to_mut()
            .push_str(&format!(" and {} more", used.len() - 1));
    }
    text.into_owned()
}

/// What matters of the fields: their values, or where a field only holds others, theirs.
fn values(fields: &[dmsc_core::codec::Field]) -> Vec<&str> {
    const MOST: usize = 4;
    let all = match fields {
        [one] if !one.children.is_empty() => &one.children,
        _ => fields,
    };
    let flat = all.iter().filter(|field| field.children.is_empty());
    let values: Vec<&str> = flat
        .map(|field| field.value.as_str())
        .filter(|value| !value.is_empty())
        .collect();
    // Words are what people know a file by; octets count where there are none.
    let words: Vec<&str> = values
        .iter()
        .copied()
        .filter(|value| !is_hex(value))
        .take(MOST)
        .collect();
    if words.is_empty() {
        values.into_iter().take(MOST).collect()
    } else {
        words
    }
}

fn is_hex(value: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
    value
        .split(' ')
        .all(|pair| pair.len() == 2 && pair.bytes().all(digit))
}
