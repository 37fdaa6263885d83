//! Statuses of HTTP that DM and the card web server meet (RFC 9110 §15).

use super::Told;

pub(super) fn clause(code: &str) -> &'static str {
    match code {
        "431" => "RFC 6585 §5",
        _ => "RFC 9110 §15",
    }
}

pub(super) const ROWS: &[Told] = &[
    (
        "200",
        "The message was taken, and its answer is in the body.",
        "Look into the body: what DM says of its commands stands there.",
    ),
    (
        "204",
        "The request was done, and there is nothing to say.",
        "In DM a response needs a message; ask why there is none.",
    ),
    (
        "400",
        "The request, or the message in it, cannot be read.",
        "Decode the body and look at the first error; check Host and Content-Length.",
    ),
    (
        "401",
        "The web server wants credentials of its own.",
        "This is HTTP's authentication, not DM's: give name and password of the server.",
    ),
    (
        "403",
        "The web server does not serve this to anybody who asks so.",
        "Check the protection sets of the card web server and the port that was called.",
    ),
    (
        "404",
        "Nothing stands at this path.",
        "Compare the path of the account's AppAddr with that of the server.",
    ),
    (
        "405",
        "The path takes other methods.",
        "DM messages are sent by POST.",
    ),
    (
        "408",
        "The rest of the request did not come in time.",
        "Check that Content-Length is what is sent.",
    ),
    (
        "411",
        "The server takes no body without its length.",
        "Send Content-Length.",
    ),
    (
        "413",
        "The body is larger than the server takes.",
        "Send smaller messages, or large objects in chunks.",
    ),
    (
        "414",
        "The target of the request is too long.",
        "Shorten the path or its query.",
    ),
    (
        "415",
        "The server does not take what Content-Type says.",
        "Use application/vnd.syncml.dm+wbxml or application/vnd.syncml.dm+xml.",
    ),
    (
        "417",
        "The server does not do what Expect wants.",
        "Leave the Expect header out.",
    ),
    (
        "421",
        "The request names a host that this server is not.",
        "Compare Host with the address of the connection.",
    ),
    (
        "431",
        "The head of the request is too long.",
        "Send fewer or shorter headers.",
    ),
    (
        "500",
        "The server, or the application behind it, failed.",
        "The plan of the server is untouched: begin a session anew.",
    ),
    (
        "501",
        "The server does not know the method or a coding.",
        "Use POST and no transfer coding but chunked.",
    ),
    (
        "503",
        "The server is busy, such as with another connection.",
        "Try again later.",
    ),
    (
        "505",
        "The server speaks another version of HTTP.",
        "Use HTTP/1.1.",
    ),
];
