//! What the standards ask and which test shows it.
//!
//! Each list `docs/requirements/NAME.txt` has one requirement a line. A test says what it shows
//! in its doc comment: `/// Shows DM-17, DM-18.` From both the table `docs/requirements/NAME.md`
//! is made, and this fails when it would be another, when a test names what no list has, and
//! when something mandatory has no test. `DMSC_REFRESH=1 cargo test --test requirements` writes
//! the tables anew.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const LISTS: &str = "docs/requirements";
const TESTS: [&str; 4] = ["core", "companion", "src", "tests"];
const MARK: &str = "/// Shows ";

/// One line of a list.
struct Requirement {
    id: String,
    /// Who has to: `client`, `server`, `card` …
    who: String,
    /// `must`, `should` or `may`.
    force: String,
    clause: String,
    text: String,
}

struct List {
    file: PathBuf,
    title: String,
    /// Lines of the introduction.
    about: Vec<String>,
    requirements: Vec<Requirement>,
}

/// A test by its file and name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Test {
    file: String,
    name: String,
}

#[test]
fn every_requirement_has_its_test() {
    let mut wrong = Vec::new();
    let lists = lists(&mut wrong);
    assert!(!lists.is_empty(), "{LISTS} has no list");
    let shown = shown(&mut wrong);
    let known: BTreeSet<&str> = lists
        .iter()
        .flat_map(|list| list.requirements.iter().map(|r| r.id.as_str()))
        .collect();
    for (id, tests) in &shown {
        if !known.contains(id.as_str()) {
            let Test { file, name } = &tests[0];
            wrong.push(format!("{file}: {name} shows {id}, which no list has"));
        }
    }
    for list in &lists {
        for open in list
            .requirements
            .iter()
            .filter(|r| r.force == "must" && !shown.contains_key(&r.id))
        {
            wrong.push(format!(
                "{}: no test shows {}: {}",
                list.title, open.id, open.text
            ));
        }
        let file = list.file.with_extension("md");
        let table = table(list, &shown);
        if std::env::var_os("DMSC_REFRESH").is_some() {
            fs::write(&file, &table).unwrap();
        } else if fs::read_to_string(&file).unwrap_or_default() != table {
            wrong.push(format!(
                "{} is not what the tests say now: run DMSC_REFRESH=1 cargo test --test requirements",
                file.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn lists(wrong: &mut Vec<String>) -> Vec<List> {
    let mut files: Vec<PathBuf> = fs::read_dir(root().join(LISTS))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    let mut ids = BTreeSet::new();
    files
        .into_iter()
        .map(|file| {
            let mut list = List {
                title: String::new(),
                about: Vec::new(),
                requirements: Vec::new(),
                file,
            };
            let text = fs::read_to_string(&list.file).unwrap();
            for (number, line) in text.lines().enumerate() {
                if let Some(title) = line.strip_prefix("# ") {
                    list.title = title.to_owned();
                } else if let Some(about) = line.strip_prefix("> ") {
                    list.about.push(about.to_owned());
                } else if !line.is_empty() {
                    match requirement(line) {
                        Some(r) if ids.insert(r.id.clone()) => list.requirements.push(r),
                        _ => wrong.push(format!(
                            "{}:{}: not `ID | who | must, should or may | clause | text`, or an ID \
                             that is taken",
                            list.file.display(),
                            number + 1
                        )),
                    }
                }
            }
            list
        })
        .collect()
}

fn requirement(line: &str) -> Option<Requirement> {
    let parts: Vec<&str> = line.splitn(5, '|').map(str::trim).collect();
    let [id, who, force, clause, text] = parts[..] else {
        return None;
    };
    let whole = parts.iter().all(|part| !part.is_empty());
    (whole && ["must", "should", "may"].contains(&force)).then(|| Requirement {
        id: id.to_owned(),
        who: who.to_owned(),
        force: force.to_owned(),
        clause: clause.to_owned(),
        text: text.to_owned(),
    })
}

/// What each test says it shows.
fn shown(wrong: &mut Vec<String>) -> BTreeMap<String, Vec<Test>> {
    let mut shown: BTreeMap<String, Vec<Test>> = BTreeMap::new();
    for folder in TESTS {
        for path in rust_files(&root().join(folder)) {
            let file = path.strip_prefix(root()).unwrap().display().to_string();
            let text = fs::read_to_string(&path).unwrap();
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            for (at, line) in lines.iter().enumerate() {
                let Some(ids) = line.strip_prefix(MARK).filter(|ids| begins_with_id(ids)) else {
                    continue;
                };
                let Some(name) = test_below(&lines[at + 1..]) else {
                    wrong.push(format!("{file}:{}: no test follows", at + 1));
                    continue;
                };
                // A list may go on in the next lines of the comment.
                let more = lines[at + 1..]
                    .iter()
                    .map_while(|line| line.strip_prefix("/// "));
                let ids = std::iter::once(ids)
                    .chain(more)
                    .collect::<Vec<_>>()
                    .join(" ");
                let ids = ids.split_once('.').map_or(ids.as_str(), |(ids, _)| ids);
                for id in ids.split(',') {
                    shown.entry(id.trim().to_owned()).or_default().push(Test {
                        file: file.clone(),
                        name: name.to_owned(),
                    });
                }
            }
        }
    }
    for tests in shown.values_mut() {
        tests.sort();
        tests.dedup();
    }
    shown
}

/// Other comments may begin with the same word.
fn begins_with_id(text: &str) -> bool {
    text.split_once('-').is_some_and(|(name, rest)| {
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_uppercase())
            && rest.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// The name of the test whose comment and attributes these lines begin with.
fn test_below<'t>(lines: &[&'t str]) -> Option<&'t str> {
    let mut is_test = false;
    for line in lines {
        if line.starts_with("#[ignore") {
            return None;
        }
        is_test |= *line == "#[test]" || line.starts_with("#[wasm_bindgen_test");
        if let Some(rest) = line
            .strip_prefix("fn ")
            .or_else(|| line.strip_prefix("async fn "))
        {
            return rest.split('(').next().filter(|_| is_test);
        }
        if !line.starts_with("//") && !line.starts_with("#[") {
            return None;
        }
    }
    None
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn table(list: &List, shown: &BTreeMap<String, Vec<Test>>) -> String {
    let mut out = format!("# {}\n\n", list.title);
    for line in &list.about {
        writeln!(out, "{line}").unwrap();
    }
    let count = |force: &str| {
        let all: Vec<_> = list
            .requirements
            .iter()
            .filter(|r| r.force == force)
            .collect();
        let with = all.iter().filter(|r| shown.contains_key(&r.id)).count();
        (with, all.len())
    };
    let (must, musts) = count("must");
    let (should, shoulds) = count("should");
    let (may, mays) = count("may");
    writeln!(
        out,
        "\nShown by tests: {must} of {musts} mandatory, {should} of {shoulds} recommended, {may} of \
         {mays} optional. Made from `{}` and the tests by `cargo test --test requirements`; do not \
         edit.\n\n| | who | | clause | requirement | shown by |\n|---|---|---|---|---|---|",
        list.file.file_name().unwrap().to_string_lossy(),
    )
    .unwrap();
    for r in &list.requirements {
        let tests: Vec<String> = shown
            .get(&r.id)
            .into_iter()
            .flatten()
            .map(|test| format!("`{}` {}", test.file, test.name))
            .collect();
        let tests = if tests.is_empty() {
            "–".to_owned()
        } else {
            tests.join("<br>")
        };
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {tests} |",
            r.id, r.who, r.force, r.clause, r.text
        )
        .unwrap();
    }
    out
}

/// The rules above find what they are to find.
#[test]
fn marks_are_read() {
    assert_eq!(test_below(&["/// More.", "#[test]", "fn a() {"]), Some("a"));
    assert_eq!(test_below(&["fn a() {"]), None);
    assert_eq!(test_below(&["#[test]", "#[ignore]", "fn a() {"]), None);
    assert_eq!(test_below(&["let x = 1;", "#[test]", "fn a() {"]), None);
    assert!(begins_with_id("PRO-1, PRO-2."));
    assert!(!begins_with_id("a-1 question") && !begins_with_id("A question"));
    assert!(requirement("A-1 | client | must | §1 | Does.").is_some());
    assert!(requirement("A-1 | client | shall | §1 | Does.").is_none());
    assert!(requirement("A-1 | client | must | §1").is_none());
}
