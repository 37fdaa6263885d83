//! Alerts of DM (OMA-TS-DM_Protocol-V1_2_1 §6 to §10, OMA-TS-DM_RepPro-V1_2_1 §7).

use super::Told;

pub(super) fn clause(code: &str) -> &'static str {
    match code {
        "1100" | "1101" | "1102" | "1103" | "1104" => "DM Protocol §10",
        "1222" => "DM Protocol §6.2",
        "1225" => "DM Protocol §7",
        "1223" => "DM Protocol §8.1",
        "1226" => "DM Protocol §8.7",
        "1224" => "DM RepPro §7",
        _ => "DM Protocol §8",
    }
}

pub(super) const ROWS: &[Told] = &[
    (
        "1100",
        "The server shows the user a text.",
        "Nothing is to be answered; MINDT says how long it is seen at least.",
    ),
    (
        "1101",
        "The server asks the user yes or no.",
        "After a no, what waits behind the question in the same Sequence or Atomic gets 215.",
    ),
    (
        "1102",
        "The server asks the user for a text.",
        "Look at MAXLEN and IT when an answer is taken as cancelled.",
    ),
    (
        "1103",
        "The server lets the user choose one of a list.",
        "The answer is the number of the choice, from 1.",
    ),
    (
        "1104",
        "The server lets the user choose any of a list.",
        "The answers are numbers from 1; none is an answer too.",
    ),
    (
        "1200",
        "The device opens a session because it was notified.",
        "It belongs in the first message, after a notification; else 1201.",
    ),
    (
        "1201",
        "The device opens a session of its own will.",
        "It belongs in the first message; the server may have nothing to do.",
    ),
    (
        "1222",
        "One side asks for the rest of the other's package.",
        "Answer with the next message; two sides that both send it wait for each other.",
    ),
    (
        "1223",
        "One side ends the session now.",
        "Look at what stands before it: the Status of its header or the user's answer says why.",
    ),
    (
        "1224",
        "The device tells the server of an event in the session.",
        "The Type of its Item says which.",
    ),
    (
        "1225",
        "A chunk of a large object came, and then something else than its rest.",
        "Send the object again from its first chunk.",
    ),
    (
        "1226",
        "The device reports on something, such as the end of an Exec.",
        "Type, Correlator and Data of its Items say what.",
    ),
];
