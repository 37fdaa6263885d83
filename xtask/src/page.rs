//! What Trunk does not do for the page: joins its style sheets before a build, and after it packs
//! the names of imports and names the worker's files by what is in them. Trunk calls both (Trunk.toml).

use crate::{Outcome, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the joined style sheet goes; index.html names it.
const SHEET: &str = "target/page.css";

/// Style sheets that stand before those of the panes, in this order.
const FIRST: [&str; 3] = ["tokens.css", "layout.css", "components.css"];

/// Joins the style sheets of the page and of its panes to one.
pub(crate) fn styles() -> Outcome {
    let root = run::root();
    let mut files: Vec<PathBuf> = FIRST
        .iter()
        .map(|name| root.join("static/style").join(name))
        .collect();
    let panes = root.join("src/panes");
    let mut folders: Vec<PathBuf> = fs::read_dir(&panes)
        .map_err(|error| format!("{} cannot be read: {error}.", panes.display()))?
        .flatten()
        .map(|entry| entry.path().join("style.css"))
        .filter(|file| file.is_file())
        .collect();
    folders.sort();
    files.append(&mut folders);
    let mut sheet = String::new();
    for file in &files {
        sheet.push_str(&packed(&read(file)?));
    }
    let target = root.join(SHEET);
    // Written only when it is another, so that whoever watches it has nothing to do.
    if fs::read_to_string(&target).is_ok_and(|old| old == sheet) {
        return Ok(());
    }
    fs::create_dir_all(root.join("target"))
        .and_then(|()| fs::write(&target, sheet))
        .map_err(|error| format!("{} cannot be written: {error}.", target.display()))
}

/// A style sheet without comments, ends of lines and indentation.
fn packed(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut sheet = lines.collect::<Vec<_>>().join("\n");
    for (long, short) in [
        (" {", "{"),
        ("{\n", "{"),
        (";\n", ";"),
        (";}", "}"),
        (": ", ":"),
        ("; ", ";"),
        ("{ ", "{"),
        (" }", "}"),
        (";}", "}"),
    ] {
        // What stands in quotation marks has none of these.
        sheet = sheet.replace(long, short);
    }
    sheet.push('\n');
    sheet
}

/// Gives the worker's files in the folder of a build names with a hash, so that a browser that
/// keeps old files never joins two versions, and tells the page.
pub(crate) fn worker() -> Outcome {
    let folder = std::env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or("`worker` is called by Trunk, which names the folder in TRUNK_STAGING_DIR.")?;
    if !folder.join("engine.js").is_file() {
        // Another page than that of the product, and without a worker.
        return Ok(());
    }
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let file = entry.path();
        let name = file.to_string_lossy();
        let program = name
            .strip_suffix(".js")
            .map(|stem| format!("{stem}_bg.wasm"));
        if let Some(program) = program.map(PathBuf::from).filter(|file| file.is_file()) {
            number_imports(&file, &program)?;
        }
    }
    let script = rename(&folder, "engine", ".js")?;
    let program = rename(&folder, "engine", "_bg.wasm")?;
    let starter = folder.join("engine-start.js");
    let text = read(&starter)?
        .replace("ENGINE_JS", &script)
        .replace("ENGINE_WASM", &program);
    write(&starter, &text)?;
    let starter = rename(&folder, "engine-start", ".js")?;
    let page = folder.join("index.html");
    let text = read(&page)?;
    let mark = "<template ";
    if !text.contains(mark) {
        return Err(format!("{} has no `{mark}`.", page.display()));
    }
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let file = entry.path();
        if file.extension().is_some_and(|end| end == "js") {
            write(&file, &without_remarks(&read(&file)?))?;
        }
    }
    write(
        &page,
        &text.replace(mark, &format!("{mark}data-engine=\"./{starter}\" ")),
    )
}

/// Puts numbers in the place of the hashes by which wasm-bindgen tells apart what a program takes
/// from its script: nothing else in either file is as hard to compress.
fn number_imports(script: &Path, program: &Path) -> Outcome {
    let bytes = fs::read(program)
        .map_err(|error| format!("{} cannot be read: {error}.", program.display()))?;
    let (text, bytes) = numbered(&read(script)?, bytes);
    write(script, &text)?;
    fs::write(program, bytes)
        .map_err(|error| format!("{} cannot be written: {error}.", program.display()))
}

/// Digits in such a hash, and in the number for it: with as many, no length changes.
const HASH: usize = 16;

fn numbered(script: &str, mut program: Vec<u8>) -> (String, Vec<u8>) {
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let names = script.split(|c| !in_name(c));
    let hashes = names
        .filter(|name| name.starts_with("__wb"))
        .filter_map(|name| name.rsplit_once('_').map(|(_, hash)| hash))
        .filter(|hash| hash.len() == HASH && hash.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let mut numbers: BTreeMap<&str, String> = BTreeMap::new();
    for hash in hashes {
        let next = format!("{:0HASH$}", numbers.len());
        numbers.entry(hash).or_insert(next);
    }
    let mut text = script.to_owned();
    for (hash, number) in &numbers {
        text = text.replace(hash, number);
    }
    for at in 0..program.len().saturating_sub(HASH - 1) {
        let here = &mut program[at..at + HASH];
        let number = std::str::from_utf8(here)
            .ok()
            .and_then(|text| numbers.get(text));
        if let Some(number) = number {
            here.copy_from_slice(number.as_bytes());
        }
    }
    (text, program)
}

/// A script without the lines that are remarks, and without indentation. What wasm-bindgen writes
/// has no text of several lines.
fn without_remarks(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let remark = |line: &str| ["/*", "*", "//"].iter().any(|mark| line.starts_with(mark));
    let lines = lines.filter(|line| !line.is_empty() && !remark(line));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// Puts a hash between the two parts of a file's name; gives the new name.
fn rename(folder: &Path, name: &str, end: &str) -> Outcome<String> {
    let old = folder.join(format!("{name}{end}"));
    let bytes =
        fs::read(&old).map_err(|error| format!("{} cannot be read: {error}.", old.display()))?;
    let new = format!("{name}-{:016x}{end}", hash(&bytes));
    fs::rename(&old, folder.join(&new))
        .map_err(|error| format!("{} cannot be renamed: {error}.", old.display()))?;
    Ok(new)
}

/// FNV-1a, 64 bits: tells versions apart, and guards against nothing.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

fn read(file: &Path) -> Outcome<String> {
    fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))
}

fn write(file: &Path, text: &str) -> Outcome {
    fs::write(file, text).map_err(|error| format!("{} cannot be written: {error}.", file.display()))
}

#[cfg(test)]
mod tests {
    use super::{hash, numbered, packed};

    #[test]
    fn comments_and_indentation_are_left_out() {
        let sheet = "/* a */\n.b, .c:hover { color: red; }\n@media (x) {\n  .d::before { content: \"e\"; }\n}\n";
        let short = ".b, .c:hover{color:red}\n@media (x){.d::before{content:\"e\"}\n}\n";
        assert_eq!(packed(sheet), short);
    }

    #[test]
    fn script_and_program_go_on_naming_the_same() {
        let (text, program) = numbered(
            "__wbg_a_b_00112233445566aa: 1, __wbg_b_ffeeddccbbaa9988(); x_00112233445566ab; __wbg_a_b_00112233445566aa",
            b"\x1b__wbg_b_ffeeddccbbaa9988__wbg_a_b_00112233445566aa 00112233445566ab".to_vec(),
        );
        let (a, b) = ("0000000000000000", "0000000000000001");
        assert_eq!(
            text,
            format!("__wbg_a_b_{a}: 1, __wbg_b_{b}(); x_00112233445566ab; __wbg_a_b_{a}")
        );
        let program = String::from_utf8(program).unwrap();
        assert_eq!(
            program,
            format!("\x1b__wbg_b_{b}__wbg_a_b_{a} 00112233445566ab")
        );
    }

    #[test]
    fn the_hash_is_that_of_its_description() {
        assert_eq!(hash(b""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(hash(b"a"), 0xAF63_DC4C_8601_EC8C);
    }
}
