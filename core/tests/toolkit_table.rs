//! `docs/toolkit.md`: each toolkit command and envelope with its clause and the tests that show
//! the card asking and the terminal answering, made from what is here. `DMSC_REFRESH=1` writes
//! it anew.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fmt::Write;
use std::path::Path;

const BYTES: &str = "terminal_commands::commands_are_answered_byte_for_byte";
const USER: &str = "terminal_commands::users_answer_byte_for_byte";
const EVERY: &str = "terminal::every_step_reaches_its_command";
const SETUP: &str = "card::boot_sets_up_events_channel_and_timer";
const PIECES: &str = "card::a_request_comes_in_pieces_and_the_answer_goes_in_pieces";
const ADMIN: &str = "terminal::a_remote_server_administers_the_web_server";

/// Name, clause, test of the card, test of the terminal.
const COMMANDS: &[[&str; 4]] = &[
    [
        "REFRESH",
        "TS 102 223 §6.4.7",
        EVERY,
        "boot::a_refresh_of_the_files_reads_them_again",
    ],
    ["MORE TIME", "TS 102 223 §6.4.4", EVERY, BYTES],
    ["POLL INTERVAL", "TS 102 223 §6.4.6", EVERY, BYTES],
    ["POLLING OFF", "TS 102 223 §6.4.14", EVERY, BYTES],
    ["SET UP EVENT LIST", "TS 102 223 §6.4.16", SETUP, BYTES],
    [
        "SEND SHORT MESSAGE",
        "TS 102 223 §6.4.10",
        "terminal::a_trigger_without_local_ports_goes_by_message_or_waits",
        EVERY,
    ],
    ["LAUNCH BROWSER", "TS 102 223 §6.4.26", EVERY, EVERY],
    ["DISPLAY TEXT", "TS 102 223 §6.4.1", EVERY, USER],
    [
        "GET INKEY",
        "TS 102 223 §6.4.2",
        "terminal::the_menu_starts_a_session",
        USER,
    ],
    [
        "GET INPUT",
        "TS 102 223 §6.4.3",
        "terminal::the_menu_leads_through_code_and_list_and_back",
        USER,
    ],
    [
        "SELECT ITEM",
        "TS 102 223 §6.4.9",
        "terminal::the_menu_leads_through_code_and_list_and_back",
        USER,
    ],
    [
        "SET UP MENU",
        "TS 102 223 §6.4.8",
        "terminal::the_menu_is_set_up_with_what_one_command_takes",
        "terminal::the_menu_starts_a_session",
    ],
    [
        "PROVIDE LOCAL INFORMATION",
        "TS 102 223 §6.4.15",
        "terminal::local_information_ends_in_a_text",
        BYTES,
    ],
    ["TIMER MANAGEMENT", "TS 102 223 §6.4.21", EVERY, BYTES],
    ["OPEN CHANNEL", "TS 102 223 §6.4.27", SETUP, BYTES],
    ["CLOSE CHANNEL", "TS 102 223 §6.4.28", ADMIN, BYTES],
    ["RECEIVE DATA", "TS 102 223 §6.4.29", PIECES, BYTES],
    ["SEND DATA", "TS 102 223 §6.4.30", PIECES, ADMIN],
    ["GET CHANNEL STATUS", "TS 102 223 §6.4.31", EVERY, BYTES],
];

/// Name, clause, test.
const ENVELOPES: &[[&str; 3]] = &[
    [
        "SMS-PP download",
        "TS 31.111 §7.1",
        "terminal::a_short_message_for_the_card_arrives",
    ],
    [
        "menu selection",
        "TS 102 223 §7.2",
        "terminal::a_menu_choice_waits_while_another_runs",
    ],
    [
        "call control",
        "TS 102 223 §7.3",
        "terminal::call_control_is_no_business_of_this_card",
    ],
    [
        "timer expiration",
        "TS 102 223 §7.4",
        "card::a_timer_ends_in_one_datagram",
    ],
    ["data available", "TS 102 223 §7.5.10", PIECES],
    [
        "channel status",
        "TS 102 223 §7.5.11",
        "card::a_dropped_link_that_listens_again_is_not_opened_twice",
    ],
    [
        "user activity",
        "TS 102 223 §7.5.5",
        "terminal_commands::events_are_told_as_the_card_asked",
    ],
    [
        "browser termination",
        "TS 102 223 §7.5.9",
        "terminal_commands::events_are_told_as_the_card_asked",
    ],
];

/// What the web server does, clause, test.
const WEB: &[[&str; 3]] = &[
    [
        "GET, HEAD, POST, PUT, DELETE",
        "RFC 9110 §9.3",
        "scws::methods_do_what_they_say",
    ],
    [
        "partial and pipelined requests",
        "RFC 9112 §9.3",
        "scws::requests_come_in_any_pieces_and_answers_in_their_order",
    ],
    [
        "basic authentication",
        "RFC 7617",
        "scws::basic_wants_name_and_password",
    ],
    [
        "digest authentication",
        "RFC 7616",
        "scws::digest_wants_a_proof_for_each_request",
    ],
    ["full administration", "OMA SCWS 1.1", ADMIN],
];

fn core() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The test is where the table says.
fn check(test: &str) {
    let (file, name) = test.split_once("::").unwrap();
    let path = core().join(format!("tests/{file}.rs"));
    let source = std::fs::read_to_string(&path).unwrap();
    let found = source.contains(&format!("#[test]\nfn {name}()"));
    assert!(found, "{test} is no test");
}

fn made() -> String {
    let mut text = String::from(
        "# What the toolkit does\n\nMade by `DMSC_REFRESH=1 cargo test -p dmsc-core --test toolkit_table`. Tests are files and\nfunctions of `core/tests`.\n",
    );
    let mut section = |title: &str, heads: &[&str], rows: &mut dyn Iterator<Item = Vec<&str>>| {
        let _ = write!(text, "\n## {title}\n\n| {} |\n", heads.join(" | "));
        let _ = writeln!(text, "|{}", "---|".repeat(heads.len()));
        for row in rows {
            let [name, clause, tests @ ..] = &row[..] else {
                panic!("{row:?}");
            };
            let tests: Vec<String> = tests.iter().map(|test| format!("`{test}`")).collect();
            let _ = writeln!(text, "| {name} | {clause} | {} |", tests.join(" | "));
        }
    };
    section(
        "Proactive commands",
        &["command", "clause", "the card asks", "the terminal answers"],
        &mut COMMANDS.iter().map(|row| row.to_vec()),
    );
    section(
        "Envelopes",
        &["envelope", "clause", "test"],
        &mut ENVELOPES.iter().map(|row| row.to_vec()),
    );
    section(
        "Card web server",
        &["what", "clause", "test"],
        &mut WEB.iter().map(|row| row.to_vec()),
    );
    text
}

#[test]
fn the_table_says_what_the_tests_show() {
    let vectors = include_str!("vectors/toolkit.txt");
    for [name, _, card, terminal] in COMMANDS {
        check(card);
        check(terminal);
        let vector = format!("| {name}");
        assert!(vectors.contains(&vector), "{name} has no worked bytes");
    }
    for [name, _, test] in ENVELOPES {
        check(test);
        let vector = format!("| {name}");
        assert!(vectors.contains(&vector), "{name} has no worked bytes");
    }
    WEB.iter().for_each(|[_, _, test]| check(test));
    let path = core().join("../docs/toolkit.md");
    if std::env::var_os("DMSC_REFRESH").is_some() {
        std::fs::write(&path, made()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), made());
}

/// Every type of command that has a name in the table has one here.
#[test]
fn no_command_is_left_out() {
    let vectors = include_str!("vectors/toolkit.txt").lines();
    for line in vectors.filter(|line| line.starts_with("command")) {
        let text = line.split(" | ").nth(2).unwrap();
        let name = text.split(',').next().unwrap();
        let known = COMMANDS.iter().any(|row| row[0] == name) || name == "SET UP CALL";
        assert!(known, "{name} is not in the table");
    }
}
