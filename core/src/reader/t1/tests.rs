//! Dialogues by hand: each line what goes in, and all that comes out.

use super::*;
use crate::codec::hex;
use crate::reader::Failure;

/// Blocks without node address and check: `C1FE` is a request of 254 octets.
fn block(text: &str) -> Vec<u8> {
    let (pcb, inf) = hex::decode(text)
        .map(|bytes| (bytes[0], bytes[1..].to_vec()))
        .unwrap();
    let mut bytes = vec![0, pcb, inf.len() as u8];
    bytes.extend(inf);
    bytes.push(bytes.iter().fold(0, |sum, byte| sum ^ byte));
    bytes
}

fn out(end: &mut Endpoint) -> Vec<String> {
    std::iter::from_fn(|| end.poll())
        .map(|output| match output {
            Output::Send { bytes, waiting } => {
                let inf = hex::encode(&bytes[3..bytes.len() - 1]);
                let time = if waiting > 1 {
                    format!(" ×{waiting}")
                } else {
                    String::new()
                };
                format!("{:02X}{inf}{time}", bytes[1])
            }
            Output::Message(bytes) => format!("message {}", hex::encode(&bytes)),
            other => format!("{other:?}"),
        })
        .collect()
}

/// Plays blocks in; `-` is silence, `!` a damaged block, `>` a message of our own.
fn play(end: &mut Endpoint, turns: &[(&str, &[&str])]) {
    for (n, (input, wanted)) in turns.iter().enumerate() {
        match *input {
            "-" => end.handle_timeout(),
            "!" => end.handle_block(&[0, 0, 0, 1]),
            "+" => end.handle_more_time(5),
            text => match text.strip_prefix('>') {
                Some(message) => end.handle_message(&hex::decode(message).unwrap()),
                None => end.handle_block(&block(text)),
            },
        }
        assert_eq!(out(end), *wanted, "turn {n}: {input}");
    }
}

fn reader() -> Endpoint {
    Endpoint::new(Role::Reader, Parameters::default())
}

fn card() -> Endpoint {
    Endpoint::new(Role::Card, Parameters::default())
}

fn small(role: Role) -> Endpoint {
    let parameters = Parameters {
        ifsc: 2,
        ..Parameters::default()
    };
    Endpoint::new(role, parameters)
}

/// Shows TPDU-4.
#[test]
fn a_damaged_answer_is_asked_for_again() {
    play(
        &mut reader(),
        &[
            (">AABB", &["00AABB"]),
            ("!", &["81"]),
            ("-", &["82"]),
            ("009000", &["message 9000"]),
            (">CC", &["40CC"]),
            // The card did not get it.
            ("91", &["40CC"]),
            ("409000", &["message 9000"]),
        ],
    );
}

#[test]
fn a_card_repeats_what_is_asked_for() {
    play(
        &mut card(),
        &[
            ("!", &["81"]),
            // Our R-block did not arrive: the reader asks for an I-block there is none of.
            ("80", &["80"]),
            ("00AABB", &["message AABB"]),
            // It works, and hears nothing.
            ("00AABB", &[]),
            (">9000", &["009000"]),
            ("80", &["009000"]),
            // The one before once more: the next is expected.
            ("00AABB", &["92"]),
            ("40CC", &["message CC"]),
        ],
    );
}

/// Shows TPDU-6.
#[test]
fn a_card_chooses_the_size_of_what_it_gets() {
    play(
        &mut reader(),
        &[
            (">0102030405", &["000102030405"]),
            ("C102", &["E102"]),
            // It did not get the whole of it; from now on pieces are small.
            ("80", &["200102"]),
            ("90", &["600304"]),
            ("80", &["0005"]),
            ("009000", &["message 9000"]),
        ],
    );
}

/// Shows TPDU-6.
#[test]
fn time_is_asked_for_and_given() {
    play(
        &mut reader(),
        &[
            (">AA", &["00AA"]),
            ("C305", &["E305 ×5"]),
            ("C3FF", &["E3FF ×255"]),
            ("009000", &["message 9000"]),
        ],
    );
    play(
        &mut card(),
        &[
            ("00AA", &["message AA"]),
            ("+", &["C305"]),
            // Lost or wrong: asked for again.
            ("!", &["C305"]),
            ("E304", &["C305"]),
            ("80", &["C305"]),
            // The answer is there before the time is given.
            (">9000", &[]),
            ("E305", &["009000"]),
        ],
    );
}

/// Shows TPDU-6.
#[test]
fn a_chain_may_be_given_up() {
    // By the card, which gets the reader's command: it has the word, and gives it back.
    play(
        &mut small(Role::Reader),
        &[
            (">010203", &["200102"]),
            ("C2", &["E2"]),
            ("90", &["Failed(Aborted)"]),
            // The line goes on where it was.
            (">04", &["4004"]),
            ("009000", &["message 9000"]),
        ],
    );
    // Or answers after all.
    play(
        &mut small(Role::Reader),
        &[
            (">010203", &["200102"]),
            ("C2", &["E2"]),
            ("006F00", &["message 6F00"]),
        ],
    );
    // By the reader, which gets the card's response.
    play(
        &mut card(),
        &[
            ("00AA", &["message AA"]),
            (
                &format!(">{}", "11".repeat(40)),
                &[&format!("20{}", "11".repeat(32))],
            ),
            ("C2", &["E2"]),
            ("40BB", &["message BB"]),
            (">9000", &["409000"]),
        ],
    );
}

/// Shows TPDU-5.
#[test]
fn more_than_a_message_holds_is_given_up() {
    for role in [Role::Card, Role::Reader] {
        let parameters = Parameters {
            ifsc: 254,
            ifsd: 254,
            ..Parameters::default()
        };
        let mut end = Endpoint::new(role, parameters);
        if role == Role::Reader {
            play(&mut end, &[(">AA", &["C1FE"]), ("E1FE", &["00AA"])]);
        }
        let mut pieces = 0;
        let said = loop {
            let pcb = if pieces % 2 == 0 { "20" } else { "60" };
            end.handle_block(&block(&format!("{pcb}{}", "5A".repeat(254))));
            pieces += 1;
            let said = out(&mut end);
            if !matches!(said[0].as_str(), "80" | "90") {
                break said;
            }
        };
        assert_eq!(pieces, MAX_MESSAGE / 254 + 1);
        assert_eq!(said, ["C2"]);
        end.handle_block(&block("E2"));
        let said = out(&mut end);
        match role {
            Role::Reader => assert_eq!(said, ["Failed(TooLong)"]),
            Role::Card => assert!(said[0] == "80" || said[0] == "90", "{said:?}"),
        }
    }
}

/// Shows TPDU-6.
#[test]
fn a_reader_resynchronises_and_begins_anew() {
    let mut end = small(Role::Reader);
    play(
        &mut end,
        &[
            (">010203", &["200102"]),
            ("90", &["4003"]),
            ("!", &["81"]),
            ("-", &["82"]),
            ("!", &["C0"]),
            // Something else, then silence: asked for twice more.
            ("009000", &["C0"]),
            ("-", &["C0"]),
            ("E0", &["Restarted", "200102"]),
            ("90", &["4003"]),
            ("009000", &["message 9000"]),
        ],
    );
    // Only a card's silence to all of it ends the message.
    play(
        &mut end,
        &[
            (">04", &["0004"]),
            ("-", &["92"]),
            ("-", &["92"]),
            ("-", &["C0"]),
            ("-", &["C0"]),
            ("-", &["C0"]),
            ("-", &["Failed(NotSynchronised)"]),
            ("-", &[]),
        ],
    );
}

#[test]
fn a_card_forgets_when_it_is_resynchronised() {
    play(
        &mut card(),
        &[
            ("00AA", &["message AA"]),
            ("C0", &["Dropped", "E0"]),
            // The answer nobody waits for any more.
            (">9000", &[]),
            ("00AA", &["message AA"]),
            (">9000", &["009000"]),
            ("C0", &["E0"]),
            ("00BB", &["message BB"]),
        ],
    );
}

/// Shows TPDU-6.
#[test]
fn requests_without_end_are_left() {
    for request in ["C301", "C120", "20"] {
        let mut end = reader();
        end.handle_message(&[0xAA]);
        out(&mut end);
        let mut turn = 0;
        let failed = loop {
            let pcb = match request {
                "20" if turn % 2 == 1 => "60",
                same => same,
            };
            end.handle_block(&block(pcb));
            turn += 1;
            if out(&mut end).contains(&format!("Failed({:?})", Failure::NoProgress)) {
                break turn;
            }
            assert!(turn < 5000, "no end of {request}");
        };
        assert_eq!(failed, usize::from(MAX_IDLE) + 1, "{request}");
    }
}

#[test]
fn nobody_gives_orders_that_are_not_theirs() {
    // A card may not resynchronise, a reader may not ask for time.
    play(
        &mut reader(),
        &[(">AA", &["00AA"]), ("C0", &["82"]), ("E301", &["82"])],
    );
    play(&mut card(), &[("C301", &["82"]), ("E301", &["82"])]);
    // Before anything was understood the card says it three times and falls silent.
    play(
        &mut card(),
        &[
            ("!", &["81"]),
            ("!", &["81"]),
            ("!", &["81"]),
            ("!", &[]),
            ("00AA", &["message AA"]),
        ],
    );
}
