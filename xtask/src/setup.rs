//! Sets up what is missing: the wasm target, Trunk, wasm-bindgen, wasm-opt, the packages of
//! the browser tests, a Chromium, and in CI the programs our codecs and card are compared with. What is
//! there already is only looked at, so a second run takes well under a second and needs no
//! network.

use crate::pins::{Pins, text};
use crate::{Outcome, run};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the commands need to find the tools.
pub(crate) struct Tools {
    path: OsString,
    chrome: Option<PathBuf>,
    test_runner: PathBuf,
}

impl Tools {
    /// A command that finds the tools first in its PATH, and the browser in CHROME.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = run::command(program);
        command.env("PATH", &self.path);
        if let Some(chrome) = &self.chrome {
            command.env("CHROME", chrome);
        }
        command
    }

    /// wasm-bindgen's program that runs WebAssembly tests under Node.
    pub(crate) fn test_runner(&self) -> &Path {
        &self.test_runner
    }
}

/// Everything to build and serve the page.
pub(crate) fn for_page() -> Outcome<Tools> {
    let pins = Pins::read()?;
    let cache = cache()?;
    node()?;
    wasm_target()?;

    let trunk = Crate {
        package: "trunk",
        programs: &["trunk"],
        version: &pins.trunk,
        // Without its download and update features Trunk needs far fewer crates; all it would
        // download is set up here.
        options: &["--no-default-features"],
        minutes: 4,
    };
    let wasm_bindgen = Crate {
        package: "wasm-bindgen-cli",
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        version: &pins.wasm_bindgen,
        options: &[],
        minutes: 4,
    };
    let trunk = trunk.provide(&cache)?;
    let wasm_bindgen = wasm_bindgen.provide(&cache)?;
    let test_runner = match &wasm_bindgen {
        Some(folder) => folder.join("wasm-bindgen-test-runner"),
        None => "wasm-bindgen-test-runner".into(),
    };

    let mut folders: Vec<PathBuf> = trunk.into_iter().chain(wasm_bindgen).collect();
    folders.extend(wasm_opt(&cache, &pins.binaryen)?);
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let path = env::join_paths(folders).map_err(|error| {
        format!("The folder of the tools cannot stand in PATH: {error}. Set DMSC_TOOLS to another folder.")
    })?;
    crates()?;
    Ok(Tools {
        path,
        chrome: None,
        test_runner,
    })
}

/// Everything of [`for_page`], and a browser with the means to drive it.
pub(crate) fn for_browser() -> Outcome<Tools> {
    let mut tools = for_page()?;
    e2e_packages()?;
    tools.chrome = Some(chrome()?);
    Ok(tools)
}

/// The folder that all clones of this user share.
fn cache() -> Outcome<PathBuf> {
    let set = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let folder = set("DMSC_TOOLS")
        .or_else(|| Some(set("XDG_CACHE_HOME")?.join("dmsc-explorer/tools")))
        .or_else(|| Some(env::home_dir()?.join(".cache/dmsc-explorer/tools")))
        .ok_or("There is no home folder to keep tools in. Set DMSC_TOOLS to a folder for them.")?;
    fs::create_dir_all(&folder).map_err(|error| {
        format!(
            "The folder for tools, {}, could not be made: {error}. Set DMSC_TOOLS to another.",
            folder.display()
        )
    })?;
    // `cargo install` runs elsewhere, so the folder must not depend on where we are.
    std::path::absolute(&folder)
        .map_err(|error| format!("{} has no absolute path: {error}.", folder.display()))
}

fn node() -> Outcome {
    let missing = "Node.js 20 or later is needed, with npm, to shrink the page and to test it in a browser. Please install it (https://nodejs.org, or your system's packages nodejs and npm)";
    let version = run::output("node", &["--version"]).ok_or(format!("{missing}."))?;
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|n| n.parse().ok());
    match major {
        Some(20..) if run::in_path("npm").is_some() || run::in_path("npm.cmd").is_some() => Ok(()),
        Some(20..) => Err(format!("{missing}; npm was not found.")),
        _ => Err(format!("{missing}; this machine has {version}.")),
    }
}

const WASM: &str = "wasm32-unknown-unknown";

fn wasm_target() -> Outcome {
    let libraries = run::output("rustc", &["--print", "target-libdir", "--target", WASM])
        .ok_or("`rustc` does not know the target wasm32-unknown-unknown. Please install stable Rust with rustup (https://rustup.rs).")?;
    if Path::new(&libraries).is_dir() {
        return Ok(());
    }
    if run::in_path("rustup").is_none() {
        return Err(format!(
            "Rust's standard library for {WASM} is missing and there is no rustup to add it. Please install it from where your Rust comes, or use rustup (https://rustup.rs)."
        ));
    }
    run::run(
        "Adding the WebAssembly target to Rust (some seconds)",
        run::command("rustup").args(["target", "add", WASM]),
    )
}

/// A tool that is a crate.
struct Crate<'a> {
    package: &'a str,
    programs: &'a [&'a str],
    version: &'a str,
    options: &'a [&'a str],
    minutes: u8,
}

impl Crate<'_> {
    /// Builds the tool into the cache, unless it is there or in PATH in the right version.
    /// Gives the folder that PATH needs for it, if any. Each version has a folder of its own,
    /// so that clones which want different ones do not take them from each other.
    fn provide(&self, cache: &Path) -> Outcome<Option<PathBuf>> {
        let home = cache.join(format!("{}-{}", self.package, self.version));
        let bin = home.join("bin");
        let all = |place: &dyn Fn(&str) -> PathBuf| {
            self.programs
                .iter()
                .all(|program| self.is_right(&place(program)))
        };
        if all(&|program| bin.join(program)) {
            return Ok(Some(bin));
        }
        if all(&|program| PathBuf::from(program)) {
            return Ok(None);
        }
        let doing = format!(
            "Building {} {} into {} (once for this machine, about {} minutes on two cores)",
            self.package,
            self.version,
            home.display(),
            self.minutes
        );
        run::run(
            &doing,
            run::command("cargo")
                .args(["install", self.package, "--version", self.version])
                .args(["--locked", "--debug", "--quiet", "--force"])
                .args(self.options)
                .arg("--root")
                .arg(&home)
                // Settings meant for this workspace would make the tool another one.
                .env_remove("CARGO_TARGET_DIR")
                .env_remove("CARGO_BUILD_TARGET")
                .env_remove("RUSTFLAGS"),
        )?;
        Ok(Some(bin))
    }

    fn is_right(&self, program: &Path) -> bool {
        run::output(program, &["--version"])
            .is_some_and(|said| said.split_whitespace().nth(1) == Some(self.version))
    }
}

/// The folder that PATH needs for wasm-opt, if any. It comes from the npm package of Binaryen,
/// the same program compiled to WebAssembly, so it runs wherever Node does.
fn wasm_opt(cache: &Path, version: &str) -> Outcome<Option<PathBuf>> {
    let said = run::output("wasm-opt", &["--version"]).unwrap_or_default();
    if said.split_whitespace().nth(2) == Some(version) {
        return Ok(None);
    }
    let version = format!("{version}.0.0");
    let home = cache.join(format!("binaryen-{version}"));
    let programs = home.join("node_modules/.bin");
    if !programs.join("wasm-opt").exists() {
        run::run(
            &format!(
                "Fetching wasm-opt from the npm package binaryen {version} (about 100 MB on disk)"
            ),
            run::command(npm())
                .args([
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                    "--no-package-lock",
                    "--prefix",
                ])
                .arg(&home)
                .arg(format!("binaryen@{version}")),
        )?;
    }
    Ok(Some(programs))
}

/// Fetches the crates, so that Trunk, which is told to stay offline, finds them.
fn crates() -> Outcome {
    let fetch = ["fetch", "--quiet", "--target", WASM];
    // Where all is there, this needs no network and says nothing.
    if run::output(
        "cargo",
        &[
            "fetch",
            "--quiet",
            "--offline",
            "--locked",
            "--target",
            WASM,
        ],
    )
    .is_some()
    {
        return Ok(());
    }
    run::run(
        "Fetching the crates (some seconds)",
        run::command("cargo").args(fetch),
    )
}

fn e2e_packages() -> Outcome {
    let folder = run::root().join("e2e");
    let lock = text(&folder.join("package-lock.json"))?;
    // npm notes what it installed in a file of its own; ours is kept beside it, whole, so that
    // "the same" needs no knowledge of either format.
    let note = folder.join("node_modules/.installed-from");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    run::run(
        "Fetching the packages of the browser tests with npm (some seconds; no browser is downloaded)",
        run::command(npm())
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&folder),
    )?;
    fs::write(&note, lock)
        .map_err(|error| format!("{} could not be written: {error}.", note.display()))
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
const MAC_BROWSER: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

fn chrome() -> Outcome<PathBuf> {
    if let Some(named) = env::var_os("CHROME").filter(|name| !name.is_empty()) {
        let named = PathBuf::from(named);
        return if named.is_file() {
            Ok(named)
        } else {
            Err(format!(
                "CHROME names {}, which is not a file. Set it to the program of a Chromium or Chrome, or unset it.",
                named.display()
            ))
        };
    }
    let look = || {
        BROWSERS
            .iter()
            .find_map(|name| run::in_path(name))
            .or_else(|| Some(PathBuf::from(MAC_BROWSER)).filter(|file| file.is_file()))
    };
    if let Some(found) = look() {
        return Ok(found);
    }
    let debian = is_debian();
    let sentence = if debian {
        "A Chromium is needed for the browser tests. Please run `sudo apt-get install chromium` once, or set CHROME to the program of any Chromium or Chrome."
    } else {
        "A Chromium or Chrome is needed for the browser tests. Please install one (packages chromium, chromium-browser or google-chrome-stable), or set CHROME to its program."
    };
    if !(debian && may_install()) {
        return Err(sentence.to_owned());
    }
    run::run(
        "Reading Debian's list of packages (some seconds)",
        &mut apt(&["update"]),
    )?;
    run::run(
        "Installing Chromium from Debian's packages (about a minute)",
        &mut apt(&["install", "--no-install-recommends", "chromium"]),
    )?;
    look().ok_or_else(|| sentence.to_owned())
}

/// Programs of others that codecs and card are held against, with Debian's packages.
const PEERS: [(&str, &str); 5] = [
    ("wbxml2xml", "libwbxml2-utils"),
    ("tshark", "tshark"),
    ("pcscd", "pcscd"),
    ("opensc-tool", "opensc"),
    ("pcsc_scan", "pcsc-tools"),
];

/// The virtual reader, a driver of pcscd.
const VPCD: (&str, &str) = (
    "/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
    "vsmartcard-vpcd",
);

/// Programs of others that codecs and card are held against; without them those tests say that
/// they were skipped. They are installed only where a machine is there for testing alone.
pub(crate) fn peers() {
    let mut missing: Vec<&str> = PEERS
        .into_iter()
        .filter(|(program, _)| run::in_path(program).is_none())
        .map(|(_, package)| package)
        .collect();
    if !Path::new(VPCD.0).is_file() {
        missing.push(VPCD.1);
    }
    let is_ci = env::var_os("CI").is_some_and(|value| !value.is_empty());
    if missing.is_empty() || !(is_ci && is_debian() && may_install()) {
        return;
    }
    let mut install = vec!["install", "--no-install-recommends"];
    install.extend(&missing);
    let installed = run::run(
        "Reading Debian's list of packages (some seconds)",
        &mut apt(&["update"]),
    )
    .and_then(|()| {
        run::run(
            &format!(
                "Installing {} from Debian's packages",
                missing.join(" and ")
            ),
            &mut apt(&install),
        )
    });
    if let Err(error) = installed {
        run::say(&format!(
            "  {error} The tests that need {} will fail under CI, and be skipped elsewhere.",
            missing.join(" and ")
        ));
    }
}

fn is_debian() -> bool {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    system.lines().any(|line| line == "ID=debian")
}

/// True for root on a system with Debian's tool for packages.
fn may_install() -> bool {
    run::output("id", &["-u"]).as_deref() == Some("0") && run::in_path("apt-get").is_some()
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = run::command("apt-get");
    command
        .args(["-q", "-y"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}
