//! Status and alert codes of DM 1.2 (OMA-TS-DM_RepPro-V1_2_1 §6, §7).

use std::fmt;

/// A status code, decimal as the standard prints it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusCode(pub u16);

/// An alert code, decimal as the standard prints it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertCode(pub u16);

macro_rules! codes {
    ($of:ident: $($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        impl $of {
            $($(#[$doc])* #[doc = $text] pub const $name: $of = $of($code);)*

            /// The standard's words for the code; empty when it names none.
            pub fn meaning(self) -> &'static str {
                match self.0 {
                    $($code => $text,)*
                    _ => "",
                }
            }
        }
    };
}

codes! { StatusCode:
    OK = 200, "OK";
    ACCEPTED = 202, "accepted for processing";
    AUTHENTICATED = 212, "authentication accepted for the session";
    CHUNK_ACCEPTED = 213, "chunk accepted and buffered";
    CANCELLED_BY_USER = 214, "operation cancelled by the user";
    NOT_EXECUTED = 215, "not executed";
    ROLLED_BACK = 216, "atomic roll back OK";
    NOT_MODIFIED = 304, "not modified";
    BAD_REQUEST = 400, "bad request";
    INVALID_CREDENTIALS = 401, "invalid credentials";
    FORBIDDEN = 403, "forbidden";
    NOT_FOUND = 404, "not found";
    NOT_ALLOWED = 405, "command not allowed on this target";
    NOT_SUPPORTED = 406, "optional feature not supported";
    AUTHENTICATION_REQUIRED = 407, "authentication required";
    TIMED_OUT = 408, "request timed out";
    INCOMPLETE = 412, "incomplete command";
    TOO_LARGE = 413, "request entity too large";
    URI_TOO_LONG = 414, "URI too long";
    UNSUPPORTED_TYPE = 415, "unsupported media type or format";
    CANNOT_DISPLAY = 416, "alert cannot be shown";
    ALREADY_EXISTS = 418, "already exists";
    DEVICE_FULL = 420, "device full";
    SIZE_MISMATCH = 424, "size mismatch";
    PERMISSION_DENIED = 425, "permission denied";
    COMMAND_FAILED = 500, "command failed";
    NOT_IMPLEMENTED = 501, "command not implemented";
    UNAVAILABLE = 503, "service unavailable";
    DTD_NOT_SUPPORTED = 505, "DTD version not supported";
    PROCESSING_ERROR = 506, "processing error";
    ATOMIC_FAILED = 507, "atomic failed";
    STORE_FAILURE = 510, "data store failure";
    SERVER_FAILURE = 511, "server failure";
    PROTOCOL_NOT_SUPPORTED = 513, "protocol version not supported";
    CANCELLED = 514, "operation cancelled";
    ROLL_BACK_FAILED = 516, "atomic roll back failed";
    ATOMIC_RESPONSE_TOO_LARGE = 517, "atomic response too large to fit";
}

codes! { AlertCode:
    DISPLAY = 1100, "display";
    CONFIRM_OR_REJECT = 1101, "confirm or reject";
    TEXT_INPUT = 1102, "text input";
    SINGLE_CHOICE = 1103, "single choice";
    MULTIPLE_CHOICE = 1104, "multiple choice";
    SERVER_INITIATED = 1200, "server-initiated management";
    CLIENT_INITIATED = 1201, "client-initiated management";
    NEXT_MESSAGE = 1222, "next message";
    SESSION_ABORT = 1223, "session abort";
    CLIENT_EVENT = 1224, "client event";
    NO_END_OF_DATA = 1225, "no end of data";
    GENERIC = 1226, "generic alert";
}

impl StatusCode {
    /// Any 2xx, known or not, but 214 to 216: those say that nothing was done
    /// (OMA-TS-DM_RepPro-V1_2_1 §6).
    pub fn is_success(self) -> bool {
        let undone = [
            StatusCode::CANCELLED_BY_USER,
            StatusCode::NOT_EXECUTED,
            StatusCode::ROLLED_BACK,
        ];
        (200..300).contains(&self.0) && !undone.contains(&self)
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for AlertCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
