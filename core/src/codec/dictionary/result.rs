//! General results of toolkit commands (TS 102 223 §8.12).

use super::Told;

pub(super) fn clause(code: &str) -> &'static str {
    match code {
        // Of networks: SS, SMS and USSD.
        "14" | "34" | "35" | "37" => "TS 31.111 §8.12",
        _ => "TS 102 223 §8.12",
    }
}

pub(super) const ROWS: &[Told] = &[
    (
        "00",
        "The terminal did what the card wanted.",
        "Nothing is to be done.",
    ),
    (
        "01",
        "The terminal did it, and did not understand all of it.",
        "Leave out what is optional, or look which object it does not know.",
    ),
    (
        "02",
        "The terminal did it and cannot tell all that was asked.",
        "Do without the rest.",
    ),
    (
        "03",
        "The terminal read more files again than the card named.",
        "Nothing is to be done.",
    ),
    (
        "04",
        "The icon was not shown, the text was.",
        "Nothing is to be done.",
    ),
    (
        "05",
        "Call control of the card changed what was done.",
        "Look at the answer to the call control envelope.",
    ),
    (
        "06",
        "The device is in limited service.",
        "Try again in full service.",
    ),
    (
        "07",
        "The terminal chose other values, such as a smaller buffer.",
        "Use the values in the response.",
    ),
    (
        "08",
        "The NAA that was to be refreshed does not run.",
        "Nothing is to be done.",
    ),
    (
        "09",
        "The tone was not played, the text was shown.",
        "Nothing is to be done.",
    ),
    (
        "10",
        "The user ended the toolkit session.",
        "Stop the application's dialog.",
    ),
    ("11", "The user went back.", "Show the step before."),
    ("12", "The user did nothing in time.", "Ask again later."),
    (
        "13",
        "The user wants help on the question.",
        "Show the help text and ask again.",
    ),
    (
        "14",
        "The user ended the USSD or supplementary service.",
        "Stop it.",
    ),
    (
        "20",
        "The terminal cannot do it now; the second byte says why.",
        "Give the command again when the terminal speaks next.",
    ),
    ("21", "The network cannot do it now.", "Try again later."),
    ("22", "The user said no.", "Do not ask again at once."),
    (
        "23",
        "The user cleared the call before it was there.",
        "Nothing is to be done.",
    ),
    (
        "24",
        "A timer that does not run was read or stopped.",
        "Start the timer first.",
    ),
    (
        "25",
        "Call control does not allow it now.",
        "Look at the call control of the card.",
    ),
    (
        "26",
        "The browser could not be started; the second byte says why.",
        "Check URL and bearer.",
    ),
    (
        "27",
        "The multimedia message could not be carried now.",
        "Try again later.",
    ),
    (
        "30",
        "The terminal never does this.",
        "Look at TERMINAL PROFILE before giving the command.",
    ),
    (
        "31",
        "The terminal does not know the command's type.",
        "Look at TERMINAL PROFILE; the type is in the command details.",
    ),
    (
        "32",
        "A value in the command means nothing to the terminal.",
        "Decode the command and check each object.",
    ),
    (
        "33",
        "The number in the command details is none of a command.",
        "Use 01 where one command is fetched at a time.",
    ),
    (
        "34",
        "The network refused the service; the second byte is its cause.",
        "Look up the cause in TS 24.080.",
    ),
    (
        "35",
        "The message was not sent; the second byte is the RP cause.",
        "Look up the cause in TS 24.011; check the SMSC.",
    ),
    (
        "36",
        "An object that the command needs is missing.",
        "Compare the command with TS 102 223 §6.6.",
    ),
    (
        "37",
        "The network refused the USSD string.",
        "Check the string.",
    ),
    (
        "38",
        "The second reader or its card failed; the second byte says why.",
        "Look at the second card.",
    ),
    (
        "39",
        "Call control never allows it.",
        "Look at the call control of the card.",
    ),
    (
        "3A",
        "The channel could not be used; the second byte says why, such as 10, port not available.",
        "Check port, channel number and how many channels the terminal has.",
    ),
    (
        "3B",
        "The radio in use cannot carry it.",
        "Try again in another network.",
    ),
    (
        "3C",
        "The frames of the command do not fit the screen's.",
        "Give the command without frames.",
    ),
    (
        "3D",
        "The multimedia message was not carried.",
        "Check the message and the account of the device.",
    ),
];
