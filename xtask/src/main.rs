//! `cargo xtask`: sets up what a fresh machine lacks, then runs ordinary commands that also
//! work by hand. It knows commands and tools, and nothing of the product.

mod page;
mod pins;
mod run;
mod script;
mod serve;
mod setup;
mod test;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  serve [--port N] [--dev]   build the page and serve it on 127.0.0.1 (port 8080, or the next free one)
  test                       run every test: native, WebAssembly, and the built page in a browser
  build                      build the release page into dist/
  size                       build it and compare the size of the first load with its limits
  timing                     build it and an empty page, and measure loading and interaction of
                             both on a slowed processor and a slow line
  shots [ADDRESS …]          build it and take screenshots into e2e/results/; an ADDRESS is of
                             the page, like '#/remote-trigger/3'
  picture [ADDRESS]          build it and take the picture of the README, docs/page.png
  styles, worker             what Trunk calls before and after each build
  setup                      only set up what the commands above need

Tools are kept in $DMSC_TOOLS, else $XDG_CACHE_HOME/dmsc-explorer/tools, else
~/.cache/dmsc-explorer/tools. CHROME names the browser for the tests; else one is looked for in PATH.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("\n[xtask] {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// What every step of this program returns: nothing more to say, or one sentence for the
/// person at the terminal.
type Outcome<T = ()> = Result<T, String>;

fn dispatch(words: &[&str]) -> Outcome {
    match words {
        ["serve", options @ ..] => serve::serve(options),
        ["test"] => test::test(),
        ["build"] => {
            let tools = setup::for_page()?;
            script::build_page(&tools)
        }
        ["size"] => script::on_page("size.mjs", &[]),
        ["timing"] => script::timing(),
        ["shots", addresses @ ..] => script::on_page("shots.mjs", addresses),
        ["picture"] => script::on_page("picture.mjs", &[]),
        ["picture", address] => script::on_page("picture.mjs", &[address]),
        ["styles"] => page::styles(),
        ["worker"] => page::worker(),
        ["setup"] => setup::for_browser().map(|_| ()),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(format!(
            "There is no command `{}`.\n\n{HELP}",
            words.join(" ")
        )),
    }
}
