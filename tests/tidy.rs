//! The rules of the project that no compiler checks. They read the files as text, know no
//! more of Rust than where a comment ends, and each says what is wrong, where, and what to do.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

// ---------------------------------------------------------------- the rules

/// Who may use whom in the core; what is not named here may use nothing of ours.
const LAYERS: &[(&str, &[&str])] = &[
    ("codec", &[]),
    ("tree", &["codec"]),
    ("tls", &["codec"]),
    ("trace", &["tree", "codec"]),
    ("export", &["trace", "codec"]),
    ("timing", &["trace", "reader", "codec"]),
    ("dm", &["codec"]),
    ("client", &["dm", "codec", "tree"]),
    ("server", &["dm", "codec"]),
    ("card", &["tls", "codec"]),
    ("terminal", &["codec"]),
    ("ecms", &["codec"]),
    ("reader", &["codec"]),
    (
        "scenario",
        &[
            "card", "server", "client", "terminal", "ecms", "reader", "trace", "tls", "tree",
            "codec",
        ],
    ),
];

/// Crates that would give the core a browser, a clock, dice or a thread pool. `time` is none of
/// them: without its feature `std` it is a calendar, and only `std` asks what time it is.
const NOT_IN_CORE: &[&str] = &[
    "web-sys",
    "js-sys",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "gloo",
    "yew",
    "tokio",
    "rand",
    "getrandom",
    "chrono",
    "async-std",
    "futures",
];

/// The same from the standard library, and platform switches.
const NOT_SAID_IN_CORE: &[(&str, &str)] = &[
    (
        "std::time",
        "time is a logical tick that comes from outside",
    ),
    (
        "DateTime::now",
        "time is a logical tick that comes from outside",
    ),
    ("std::thread", "the caller moves the actors"),
    (
        "std::fs",
        "bytes come from outside; tests in core/tests may read files",
    ),
    ("std::net", "bytes come from outside"),
    ("std::env", "settings come from outside"),
    ("target_family", "the core is the same everywhere"),
    ("target_arch", "the core is the same everywhere"),
];

/// What the page's own program may know of the core: plain data.
const IN_PAGE: &[&str] = &["trace", "tree", "codec"];

/// What of the codecs it may know: fields as they are, hex, and the names of codes. Nothing that
/// takes bytes apart.
const IN_PAGE_OF_CODEC: &[&str] = &["Field", "hex", "syncml", "toolkit"];

/// The one file of the page's package that may know all of the core; the worker's program and the
/// engine in place answer with it.
const KNOWS_THE_CORE: &str = "src/engine/work.rs";

/// Words by which devices are reached: only `src/link` may say them.
const DEVICES: &[&str] = &[
    "WebSocket",
    "web_sys::Usb",
    "web_sys::Serial",
    ".usb()",
    ".serial()",
    "\"usb\"",
    "\"serial\"",
];

/// Words for timers, the address bar and storage: only `src/hooks` and `src/link` may say them.
const TIMERS_AND_ADDRESS: &[&str] = &[
    "gloo::timers",
    "gloo_timers",
    "set_timeout",
    "set_interval",
    "request_animation_frame",
    ".location()",
    ".history()",
    "local_storage",
    "session_storage",
];

/// Addresses that a page file may name; none of them is ever asked.
const HARMLESS_ADDRESSES: &[&str] = &[
    "http://127.0.0.1",
    "http://localuicc",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
];

/// The longest ARCHITECTURE.md that is still read.
const ARCHITECTURE_LINES: usize = 80;

#[test]
fn core_depends_on_nothing_of_the_outside() {
    let manifest = read(&root().join("core/Cargo.toml"));
    let bad: Vec<String> = dependencies(&manifest)
        .into_iter()
        .filter(|name| NOT_IN_CORE.contains(&name.as_str()))
        .map(|name| format!("core/Cargo.toml depends on {name}: the core knows no browser, clock, randomness or I/O. Do that in src/ or companion/ and hand the core the result."))
        .collect();
    report(&bad);
}

#[test]
fn core_says_nothing_of_the_outside() {
    let mut bad = Vec::new();
    for file in rust_files("core/src") {
        for (number, line) in code(&read(&file)).lines().enumerate() {
            for (words, reason) in NOT_SAID_IN_CORE {
                if line.contains(words) {
                    bad.push(format!(
                        "{}:{} says `{words}`: {reason}. Take it as an argument.",
                        shown(&file),
                        number + 1
                    ));
                }
            }
        }
    }
    report(&bad);
}

#[test]
fn layers_only_point_down() {
    let mut bad = Vec::new();
    for file in rust_files("core/src") {
        let Some(layer) = layer_of(&file) else {
            continue;
        };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            bad.push(format!("{} is of no known layer: add `{layer}` to LAYERS in tests/tidy.rs and to ARCHITECTURE.md.", shown(&file)));
            continue;
        };
        for used in modules_used(&without_tests(&code(&read(&file))), "crate::") {
            let known = LAYERS.iter().any(|(name, _)| *name == used);
            if known && used != layer && !allowed.contains(&used.as_str()) {
                bad.push(format!("{} uses crate::{used}, but {layer} may use only [{}]. Pass plain data, or join the two in scenario.", shown(&file), allowed.join(", ")));
            }
        }
    }
    report(&bad);
}

#[test]
fn every_layer_is_a_folder_with_a_mod_rs() {
    let mut bad = Vec::new();
    for folder in folders(&root().join("core/src")) {
        let rust = fs::read_dir(&folder)
            .unwrap()
            .flatten()
            .any(|entry| entry.path().extension().is_some_and(|e| e == "rs"));
        if rust && !folder.join("mod.rs").is_file() {
            bad.push(format!("{} has no mod.rs: move {}.rs to {}/mod.rs, so that the listing of core/src is the architecture.", shown(&folder), shown(&folder), shown(&folder)));
        }
    }
    report(&bad);
}

#[test]
fn the_page_knows_plain_data_only() {
    let mut bad = Vec::new();
    for file in rust_files("src") {
        let name = shown(&file);
        if name == KNOWS_THE_CORE {
            continue;
        }
        let text = without_tests(&code(&read(&file)));
        for used in modules_used(&text, "dmsc_core::") {
            if !IN_PAGE.contains(&used.as_str()) {
                bad.push(format!("{name} uses dmsc_core::{used}: the page sees the trace, snapshots and fields, and asks the engine for the rest. Let {KNOWS_THE_CORE} answer it with plain data."));
            }
        }
        let grouped = text.replace("dmsc_core::{codec::", "dmsc_core::codec::");
        for used in modules_used(&grouped, "dmsc_core::codec::") {
            if !IN_PAGE_OF_CODEC.contains(&used.as_str()) {
                bad.push(format!("{name} uses dmsc_core::codec::{used}: taking bytes apart is the engine's. Ask for it ahead (src/desk.rs)."));
            }
        }
        for (number, line) in text.lines().enumerate() {
            for words in [
                "file.fields(",
                "step.fields(",
                ".parameters()",
                ".rule_words()",
                "::decode(",
            ] {
                if line.contains(words) {
                    bad.push(format!("{name}:{} says `{words}`, which takes bytes apart: ask the engine for it ahead (src/desk.rs).", number + 1));
                }
            }
        }
    }
    report(&bad);
}

#[test]
fn panes_and_components_ask_nobody_but_the_desk() {
    let mut bad = Vec::new();
    for file in ["src/components", "src/panes"]
        .into_iter()
        .flat_map(rust_files)
    {
        let text = without_tests(&code(&read(&file)));
        for words in ["crate::desk", "InWorker", "InPlace", "dyn Engine"] {
            if text.contains(words) {
                bad.push(format!("{} says `{words}`: a view reads the state and gives orders; what it needs of the engine is asked for by src/desk.rs.", shown(&file)));
            }
        }
    }
    report(&bad);
}

#[test]
fn every_pane_is_a_folder_a_row_and_a_style_sheet() {
    let table = read(&root().join("src/panes/mod.rs"));
    let mut bad = Vec::new();
    let folders = fs::read_dir(root().join("src/panes")).unwrap().flatten();
    for folder in folders
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
    {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        if !table.contains(&format!("    {name}::PANE,")) {
            bad.push(format!(
                "{} has no line in PANES: add `{name}::PANE,` to src/panes/mod.rs.",
                shown(&folder)
            ));
        }
        for file in ["mod.rs", "style.css"] {
            if !folder.join(file).is_file() {
                bad.push(format!(
                    "{} has no {file}: a pane is a folder with its view and its style.",
                    shown(&folder)
                ));
            }
        }
    }
    report(&bad);
}

#[test]
fn only_links_and_hooks_touch_the_browser() {
    let mut bad = Vec::new();
    for file in rust_files("src") {
        let name = shown(&file);
        let (link, hook) = (name.starts_with("src/link"), name.starts_with("src/hooks"));
        for (number, line) in code(&read(&file)).lines().enumerate() {
            for words in DEVICES
                .iter()
                .filter(|words| !link && line.contains(**words))
            {
                bad.push(format!(
                    "{name}:{} says `{words}`: only src/link touches devices.",
                    number + 1
                ));
            }
            for words in TIMERS_AND_ADDRESS
                .iter()
                .filter(|words| !link && !hook && line.contains(**words))
            {
                bad.push(format!("{name}:{} says `{words}`: timers, address and storage live in src/hooks, where dropping ends them.", number + 1));
            }
        }
    }
    report(&bad);
}

#[test]
fn every_rust_file_says_what_it_is() {
    let mut bad = Vec::new();
    for folder in ["src", "core", "companion", "xtask", "tests", "fuzz"] {
        for file in rust_files(folder) {
            if !read(&file).starts_with("//!") {
                bad.push(format!("{} does not begin with `//!`: say what it models, what it does not know, and the document and clause.", shown(&file)));
            }
        }
    }
    report(&bad);
}

#[test]
fn every_source_file_is_part_of_the_program() {
    let mut bad = Vec::new();
    for folder in ["src", "core/src", "companion/src", "xtask/src"] {
        for file in rust_files(folder) {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let Some(parent) = file.parent() else {
                continue;
            };
            let is_program = parent.ends_with("src/bin");
            if is_program || ["mod", "lib", "main"].contains(&&*stem) {
                continue;
            }
            let declared = ["mod.rs", "lib.rs", "main.rs"].iter().any(|name| {
                let file = parent.join(name);
                file.exists()
                    && read(&file)
                        .lines()
                        .any(|line| line.trim().ends_with(&format!("mod {stem};")))
            });
            if !declared {
                bad.push(format!(
                    "{} is named by no `mod`: the compiler does not read it. Name it or delete it.",
                    shown(&file)
                ));
            }
        }
    }
    report(&bad);
}

#[test]
fn the_page_names_no_foreign_address() {
    let mut files = files_below(&root().join("static/style"));
    files.push(root().join("index.html"));
    files.push(root().join("static/start.js"));
    files.push(root().join("static/engine-start.js"));
    let panes = files_below(&root().join("src/panes")).into_iter();
    files.extend(panes.filter(|file| file.extension().is_some_and(|e| e == "css")));
    let mut bad = Vec::new();
    for file in files {
        for address in addresses(&read(&file)) {
            if !HARMLESS_ADDRESSES
                .iter()
                .any(|harmless| address.starts_with(harmless))
            {
                bad.push(format!("{} names {address}: the page works offline and asks nobody. Put the file into static/.", shown(&file)));
            }
        }
    }
    report(&bad);
}

#[test]
fn the_page_keeps_its_policy() {
    let page = read(&root().join("index.html"));
    let mut bad = Vec::new();
    for source in [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval';",
        "style-src 'self';",
        "connect-src 'self';",
        "worker-src 'self';",
    ] {
        if !page.contains(source) {
            bad.push(format!("index.html no longer has `{source}` in its Content-Security-Policy: put it back, and solve what it stopped another way."));
        }
    }
    if page.contains("blob:") {
        bad.push("index.html allows `blob:`: the engine's worker is a file of the page's own, and nothing else needs it.".to_owned());
    }
    report(&bad);
}

#[test]
fn documents_are_there_and_short() {
    let mut bad = Vec::new();
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
    ] {
        if !root().join(name).is_file() {
            bad.push(format!("{name} is missing: write it."));
        }
    }
    let lines = fs::read_to_string(root().join("ARCHITECTURE.md"))
        .unwrap_or_default()
        .lines()
        .count();
    if lines > ARCHITECTURE_LINES {
        bad.push(format!("ARCHITECTURE.md has {lines} lines, more than {ARCHITECTURE_LINES}: say only what the files cannot say themselves."));
    }
    report(&bad);
}

#[test]
fn the_readme_names_only_what_is_there() {
    let readme = read(&root().join("README.md"));
    let mut bad = Vec::new();
    for target in links(&readme) {
        let path = target.split('#').next().unwrap_or_default();
        if !path.is_empty() && !path.contains("://") && !root().join(path).exists() {
            bad.push(format!("README.md links to {path}, which does not exist: make it (the picture by `cargo xtask picture`) or drop the link."));
        }
    }
    report(&bad);
}

/// Circles of files inside a folder that stay, each with its reason.
const CIRCLES: &[(&str, &[&str], &str)] = &[
    (
        "core/src/card",
        &["files", "memory", "security"],
        "a rule of a file asks what was verified, and both are kept in the memory that a loss of power tears",
    ),
    (
        "core/src/card/commands",
        &["gsm", "gsm_response"],
        "an answer of class A0 is shaped while its command is carried out",
    ),
    (
        "core/src/card/security",
        &["pin", "rights"],
        "a PIN opens rights, and a right may be to change a PIN",
    ),
    (
        "core/src/trace",
        &["event", "kind"],
        "the rows of a table stand below the facts they are of, and make the kinds",
    ),
    (
        "core/src/tree",
        &["account", "commands", "standard"],
        "an account is read from a tree and written into one by its commands",
    ),
];

/// No circle of files inside a folder: who reads one file need not read the one that reads it.
/// Files and folders beside each other use each other by `super::` or by their whole path; the
/// folder's own `mod.rs` is the door and counts as none of them.
#[test]
fn no_files_go_round_in_a_circle() {
    let mut bad = Vec::new();
    for folder in all_folders(&root().join("core/src")) {
        let uses = uses_inside(&folder);
        for circle in circles(&uses) {
            let place = shown(&folder);
            let known = CIRCLES
                .iter()
                .any(|(at, files, _)| *at == place && *files == circle);
            if !known {
                bad.push(format!(
                    "{place}: {} use each other in a circle: move what both need into a file below them, or name the circle with its reason in CIRCLES.",
                    circle.join(", ")
                ));
            }
        }
    }
    report(&bad);
}

/// A folder and all below it.
fn all_folders(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![folder.to_owned()];
    for below in folders(folder) {
        all.extend(all_folders(&below));
    }
    all
}

/// Who uses whom among the files and folders of a folder, by name.
fn uses_inside(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let inside = shown(folder);
    let path: String = inside
        .split('/')
        .skip(2)
        .map(|part| format!("{part}::"))
        .collect();
    let whole = format!("crate::{path}");
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in rust_files(&inside) {
        let below = file.strip_prefix(folder).unwrap();
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let name = parts[0].trim_end_matches(".rs").to_owned();
        if matches!(name.as_str(), "mod" | "lib" | "tests") || parts.iter().any(|p| p == "tests.rs")
        {
            continue;
        }
        let text = without_tests(&code(&read(&file)));
        // One word for each depth, so that each is found alone.
        let text = text
            .replace("super::super::super::", "super3::")
            .replace("super::super::", "super2::");
        // A `mod.rs` stands one step higher than the files beside it.
        let depth =
            parts.len() - usize::from(parts.len() > 1 && parts[parts.len() - 1] == "mod.rs");
        let start = match depth {
            1 => "super::",
            2 => "super2::",
            _ => "super3::",
        };
        let found = uses.entry(name).or_default();
        found.extend(modules_used(&text, start));
        found.extend(modules_used(&text, &whole));
    }
    let names: BTreeSet<String> = uses.keys().cloned().collect();
    for (name, used) in &mut uses {
        used.retain(|other| names.contains(other) && other != name);
    }
    uses
}

/// Groups of which each member reaches each other.
fn circles(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let reach = |from: &String| {
        let mut seen: BTreeSet<&String> = BTreeSet::new();
        let mut waiting: Vec<&String> = uses[from].iter().collect();
        while let Some(next) = waiting.pop() {
            if seen.insert(next) {
                waiting.extend(&uses[next]);
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        uses.keys().map(|name| (name, reach(name))).collect();
    let mut all: BTreeSet<Vec<String>> = BTreeSet::new();
    for (name, others) in &reached {
        if others.contains(name) {
            let circle = others.iter().filter(|other| reached[*other].contains(name));
            all.insert(circle.map(|other| (*other).clone()).collect());
        }
    }
    all.into_iter().collect()
}

/// What a manifest names is used, and no package of ours is there in two versions.
#[test]
fn every_dependency_is_used_and_there_once() {
    let lock = read(&root().join("Cargo.lock"));
    let mut bad = Vec::new();
    for (manifest, sources) in [
        ("Cargo.toml", &["src", "tests"][..]),
        ("core/Cargo.toml", &["core"]),
        ("companion/Cargo.toml", &["companion"]),
        ("xtask/Cargo.toml", &["xtask"]),
    ] {
        let text = read(&root().join(manifest));
        let code: String = sources
            .iter()
            .flat_map(|folder| rust_files(folder))
            .map(|file| read(&file))
            .collect();
        for name in dependencies(&text.replace("dev-dependencies", "dependencies")) {
            if !name.starts_with(char::is_alphanumeric) {
                continue;
            }
            // A crate may have another name than its package.
            let word = match name.as_str() {
                "md-5" => "md5".to_owned(),
                name => name.replace('-', "_"),
            };
            // What the macros of others name is not in our text.
            let by_macro = matches!(word.as_str(), "wasm_bindgen" | "wasm_bindgen_futures");
            let used = [format!("{word}::"), format!("use {word}")]
                .iter()
                .any(|form| code.contains(form));
            if !used && !by_macro {
                bad.push(format!(
                    "{manifest} depends on {name}, which nothing there uses: take it out."
                ));
            }
            let versions = lock.matches(&format!("\nname = \"{name}\"\n")).count();
            if versions > 1 && !DOUBLED.contains(&name.as_str()) {
                bad.push(format!("{manifest}: Cargo.lock has {name} in {versions} versions: bring the pins together, or name it in DOUBLED."));
            }
        }
    }
    report(&bad);
}

/// Dependencies of ours that others bring in another version.
const DOUBLED: &[&str] = &["base64", "getrandom", "gloo", "nom"];

/// Files that say the id of a story and mean the word.
const ALSO_A_WORD: &[(&str, &str)] = &[
    ("core/src/card/profile/read.rs", "ciphered"),
    ("core/src/codec/shown/secured_packet.rs", "ciphered"),
];

/// A story is one file: nothing else of the program compares with its id.
#[test]
fn only_a_story_says_its_id() {
    let stories = rust_files("core/src/scenario/stories");
    let ids: Vec<String> = stories
        .iter()
        .filter_map(|file| {
            let text = read(file);
            let (_, rest) = text.split_once("id: \"")?;
            rest.split_once('"').map(|(id, _)| id.to_owned())
        })
        .collect();
    assert!(ids.len() > 1, "the stories say their ids");
    let mut bad = Vec::new();
    let folders = ["core/src", "src", "companion/src"];
    for file in folders.into_iter().flat_map(rust_files) {
        if stories.contains(&file) {
            continue;
        }
        let text = without_tests(&code(&read(&file)));
        for id in ids.iter().filter(|id| text.contains(&format!("\"{id}\""))) {
            if ALSO_A_WORD.contains(&(&shown(&file), id)) {
                continue;
            }
            bad.push(format!(
                "{} says \"{id}\": what is special about a story stands in its own file.",
                shown(&file)
            ));
        }
    }
    report(&bad);
}

#[test]
fn files_speak_of_the_project_alone() {
    // Put together here, so that this file does not contain them.
    let words = [concat!("issue", " #"), concat!("../", "shared")];
    let mut bad = Vec::new();
    for file in files_below(root()) {
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        for word in words
            .iter()
            .filter(|word| text.to_lowercase().contains(**word))
        {
            bad.push(format!("{} says `{word}`, which means nothing to a reader of the project: say the reason itself.", shown(&file)));
        }
    }
    report(&bad);
}

#[test]
fn the_lock_of_npm_names_no_mirror() {
    let lock = read(&root().join("e2e/package-lock.json"));
    if lock.contains("\"resolved\"") {
        report(&["e2e/package-lock.json has `resolved` addresses, perhaps of a mirror nobody else reaches: delete those lines; the sums in `integrity` stay.".to_owned()]);
    }
}

/// Folders of which the comments of public items are read alone, in a list.
const DOCUMENTED: &[&str] = &[
    "core/src/dm",
    "core/src/client",
    "core/src/server",
    "core/src/card",
    "core/src/terminal",
    "core/src/ecms",
    "core/src/reader",
    "core/src/tree",
    "core/src/trace",
    "core/src/scenario",
    "companion/src",
];

/// Beginnings that lean on something said elsewhere, or say nothing.
const NOT_A_BEGINNING: &[&str] = &[
    "It ",
    "Its ",
    "They ",
    "Their ",
    "That ",
    "This ",
    "These ",
    "The other",
    "The same",
    "The one ",
    "Another",
    "Nobody",
    "Somebody",
    "Whoever",
    "Whose",
    "Which",
    "Where.",
    "What.",
    "Why.",
    "Who.",
    "From.",
    "To.",
    "Of ",
    "As ",
    "Such as",
    "For people",
    "In order.",
    "At least one.",
    "A fact.",
    "The actor.",
];

#[test]
fn comments_of_public_items_make_sense_alone() {
    let mut bad = Vec::new();
    for file in DOCUMENTED.iter().flat_map(|folder| rust_files(folder)) {
        for (line, comment) in public_comments(&without_tests(&read(&file))) {
            let riddle = NOT_A_BEGINNING.iter().find(|b| comment.starts_with(**b));
            if let Some(beginning) = riddle.copied().or_else(|| riddle_of_once(&comment)) {
                bad.push(format!("{}:{line} begins with `{}`, which means nothing in a list: begin with a noun or a verb of the item.", shown(&file), beginning.trim()));
            }
        }
    }
    report(&bad);
}

/// "What a client is told once." names neither what nor when.
fn riddle_of_once(comment: &str) -> Option<&'static str> {
    (comment.starts_with("What ") && comment.ends_with(" once.")).then_some("What … once")
}

// ---------------------------------------------------------------- reading the files

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn report(bad: &[String]) {
    assert!(bad.is_empty(), "\n\n  {}\n", bad.join("\n  "));
}

fn read(file: &Path) -> String {
    fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("{} could not be read: {error}", shown(file)))
}

/// The name of a file as the project's own.
fn shown(file: &Path) -> String {
    file.strip_prefix(root())
        .unwrap_or(file)
        .to_string_lossy()
        .replace('\\', "/")
}

/// All files of the project below a folder: not what is built, fetched or kept by git.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return files;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if ![
                ".git",
                "target",
                "dist",
                "node_modules",
                "results",
                "bench-results",
                "corpus",
                "artifacts",
            ]
            .contains(&name.as_str())
            {
                files.extend(files_below(&path));
            }
        } else if name != ".git" {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    files_below(&root().join(folder))
        .into_iter()
        .filter(|file| file.extension().is_some_and(|e| e == "rs"))
        .collect()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let below = files_below(folder);
    let set: BTreeSet<PathBuf> = below
        .iter()
        .filter_map(|file| file.parent())
        .filter(|parent| *parent != folder)
        .map(Path::to_owned)
        .collect();
    set.into_iter().collect()
}

/// `core/src/card/files.rs` and `core/src/card.rs` are of the layer `card`; `lib.rs` of none.
fn layer_of(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(root().join("core/src")).ok()?;
    let first = inside
        .components()
        .next()?
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    let layer = first.strip_suffix(".rs").unwrap_or(&first);
    (layer != "lib").then(|| layer.to_owned())
}

/// The names below `[dependencies]` and `[target.….dependencies]`, but not the `dev-` ones.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section == "dependencies"
                || section.ends_with(".dependencies")
                || section == "build-dependencies";
            if let Some(name) = section.strip_prefix("dependencies.") {
                names.push(name.to_owned());
            }
        } else if inside
            && let Some((name, _)) = line.split_once(['=', '.', ' '])
            && !line.starts_with('#')
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// The text without comments; lines keep their numbers.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut end = line.len();
        for (at, _) in line.match_indices("//") {
            // Two slashes after a colon stand in an address, not before a comment.
            if at == 0 || !line[..at].ends_with(':') {
                end = at;
                break;
            }
        }
        out.push_str(&line[..end]);
        out.push('\n');
    }
    out
}

/// The text up to its tests, which stand at the end of a file and may join what they like.
fn without_tests(text: &str) -> String {
    let module = text.match_indices("#[cfg(test)]").find(|(at, mark)| {
        let rest = text[at + mark.len()..].trim_start();
        rest.starts_with("mod ")
            && rest
                .split(['{', ';'])
                .next()
                .is_some_and(|head| rest[head.len()..].starts_with('{'))
    });
    module.map_or(text, |(at, _)| &text[..at]).to_owned()
}

/// The first names after `start`, also in a group: `crate::{card, codec::hex}` gives two.
fn modules_used(text: &str, start: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in text.match_indices(start) {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &text[at + start.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut fresh, mut name) = (1, true, String::new());
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if fresh && depth == 1 && (c.is_alphanumeric() || c == '_') {
                    name.push(c);
                } else if !name.is_empty() {
                    used.insert(std::mem::take(&mut name));
                    fresh = false;
                }
                if depth == 1 && c == ',' {
                    fresh = true;
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            let name: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            used.insert(name);
        }
    }
    used.remove("");
    used
}

/// The comments (`///`) of public items, of fields and variants too, with their lines. Knows of
/// Rust that an item of a file begins at the margin, and what is in a `pub enum` is public.
fn public_comments(text: &str) -> Vec<(usize, String)> {
    let (mut found, mut comment, mut in_enum) = (Vec::new(), Vec::new(), false);
    for (number, line) in text.lines().enumerate() {
        let inner = line.trim_start();
        if let Some(words) = inner.strip_prefix("///") {
            comment.push((number + 1, words.trim()));
            continue;
        }
        let is_attribute = inner.starts_with("#[") || inner.starts_with(')') || inner.is_empty();
        if is_attribute && !comment.is_empty() {
            continue;
        }
        if inner.len() == line.len() && line.starts_with(|c: char| c.is_alphabetic()) {
            in_enum = line.starts_with("pub enum ");
        }
        let is_public = inner.starts_with("pub ") || in_enum && inner.len() < line.len();
        if let Some((at, _)) = comment.first().filter(|_| is_public) {
            let words: Vec<&str> = comment.iter().map(|(_, words)| *words).collect();
            found.push((*at, words.join(" ").trim().to_owned()));
        }
        comment.clear();
    }
    found
}

fn addresses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for scheme in ["http://", "https://", "url(//", "=\"//"] {
        for (at, _) in text.match_indices(scheme) {
            found.push(
                text[at..]
                    .chars()
                    .take_while(|c| {
                        !c.is_whitespace() && !"\"'<>)".contains(*c) || text[at..].starts_with('=')
                    })
                    .take(60)
                    .collect(),
            );
        }
    }
    found
}

/// The targets of Markdown links and pictures.
fn links(markdown: &str) -> Vec<&str> {
    markdown
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect()
}

// ---------------------------------------------------------------- the rules can fail

#[test]
fn dependencies_are_found_but_not_those_of_tests() {
    let manifest = "[dependencies]\nnom = \"8\"\nserde.workspace = true\n[target.'cfg(unix)'.dependencies]\nrand = \"1\"\n[dependencies.yew]\nversion = \"1\"\n[dev-dependencies]\ntokio = \"1\"\n";
    assert_eq!(dependencies(manifest), ["nom", "serde", "rand", "yew"]);
}

#[test]
fn uses_are_found_alone_and_in_groups() {
    let text = "use crate::{card::{files, x}, codec, r#type};\nfn f() { crate::server::go(); not_crate::tree::x(); }";
    let used: Vec<String> = modules_used(text, "crate::").into_iter().collect();
    assert!(
        ["card", "codec", "server"]
            .iter()
            .all(|name| used.iter().any(|one| one == name)),
        "{used:?}"
    );
    assert!(
        !used
            .iter()
            .any(|one| one == "files" || one == "tree" || one == "x"),
        "{used:?}"
    );
}

#[test]
fn comments_and_tests_are_not_code() {
    assert_eq!(
        code("a // crate::card\nlet u = \"http://x\"; // b"),
        "a \nlet u = \"http://x\"; \n"
    );
    assert_eq!(
        without_tests("a\n#[cfg(test)]\nmod tests {\n crate::card\n}"),
        "a\n"
    );
    assert_eq!(
        without_tests("#[cfg(test)]\nmod tests;\nuse crate::card;"),
        "#[cfg(test)]\nmod tests;\nuse crate::card;"
    );
}

#[test]
fn addresses_and_links_are_found() {
    assert_eq!(
        addresses("a url(https://fonts.example/x) b"),
        ["https://fonts.example/x"]
    );
    assert_eq!(addresses("<script src=\"//cdn.example/x\">").len(), 1);
    assert_eq!(
        links("![p](docs/page.png) [a](b#c)"),
        ["docs/page.png", "b#c"]
    );
}

#[test]
fn comments_are_found_at_public_items_alone() {
    let text = "/// One\n/// more.\n#[derive(Debug)]\npub enum A {\n    /// Two.\n    B,\n}\n\n/// Not.\nstruct C {\n    /// Three.\n    pub d: u8,\n    /// Not.\n    e: u8,\n}\n/// Not.\npub(super) fn f() {}\n";
    let found: Vec<String> = public_comments(text).into_iter().map(|(_, c)| c).collect();
    assert_eq!(found, ["One more.", "Two.", "Three."]);
    assert!(riddle_of_once("What a client is told once.").is_some());
    assert!(riddle_of_once("What a client has.").is_none());
}
