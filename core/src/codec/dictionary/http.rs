//! Statuses of HTTP that DM and the card web server meet (RFC 9110 §15).

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "200",
        "OK",
        "The message was taken, and its answer is in the body.",
        "Look into the body: what DM says of its commands stands there.",
    ),
    (
        "204",
        "No Content",
        "The request was done, and there is nothing to say.",
        "In DM a response needs a message; ask why there is none.",
    ),
    (
        "400",
        "Bad Request",
        "The request, or the message in it, cannot be read.",
        "Decode the body and look at the first error; check Host and Content-Length.",
    ),
    (
        "401",
        "Unauthorized",
        "The web server wants credentials of its own.",
        "This is HTTP's authentication, not DM's: give name and password of the server.",
    ),
    (
        "403",
        "Forbidden",
        "The web server does not serve this to anybody who asks so.",
        "Check the protection sets of the card web server and the port that was called.",
    ),
    (
        "404",
        "Not Found",
        "Nothing stands at this path.",
        "Compare the path of the account's AppAddr with that of the server.",
    ),
    (
        "405",
        "Method Not Allowed",
        "The path takes other methods.",
        "DM messages are sent by POST.",
    ),
    (
        "408",
        "Request Timeout",
        "The rest of the request did not come in time.",
        "Check that Content-Length is what is sent.",
    ),
    (
        "411",
        "Length Required",
        "The server takes no body without its length.",
        "Send Content-Length.",
    ),
    (
        "413",
        "Content Too Large",
        "The body is larger than the server takes.",
        "Send smaller messages, or large objects in chunks.",
    ),
    (
        "414",
        "URI Too Long",
        "The target of the request is too long.",
        "Shorten the path or its query.",
    ),
    (
        "415",
        "Unsupported Media Type",
        "The server does not take what Content-Type says.",
        "Use application/vnd.syncml.dm+wbxml or application/vnd.syncml.dm+xml.",
    ),
    (
        "417",
        "Expectation Failed",
        "The server does not do what Expect wants.",
        "Leave the Expect header out.",
    ),
    (
        "421",
        "Misdirected Request",
        "The request names a host that this server is not.",
        "Compare Host with the address of the connection.",
    ),
    (
        "431",
        "Request Header Fields Too Large",
        "The head of the request is too long.",
        "Send fewer or shorter headers.",
    ),
    (
        "500",
        "Internal Server Error",
        "The server, or the application behind it, failed.",
        "The plan of the server is untouched: begin a session anew.",
    ),
    (
        "501",
        "Not Implemented",
        "The server does not know the method or a coding.",
        "Use POST and no transfer coding but chunked.",
    ),
    (
        "503",
        "Service Unavailable",
        "The server is busy, such as with another connection.",
        "Try again later.",
    ),
    (
        "505",
        "HTTP Version Not Supported",
        "The server speaks another version of HTTP.",
        "Use HTTP/1.1.",
    ),
];
