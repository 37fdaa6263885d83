//! Names of what stands in COSE_Sign1 messages, orders and receipts (RFC 9052 §3.1).

/// Octets of a key identifier.
pub const KID_LENGTH: usize = 8;

/// Octets of a signature r‖s of ES256 (RFC 9053 §2.1).
pub const SIGNATURE_LENGTH: usize = 64;

/// Meta Type of the generic alert that carries an order.
pub const ORDER_TYPE: &str = "Reversed-Domain-Name: example.dmsc.order";

/// Node of a device below which it keeps receipts, each by its number.
pub const RECEIPTS: &str = "./DMSC/Receipt";

/// Leaf of an account's Ext that holds the public key of the server's receipts.
pub const RECEIPT_KEY: &str = "ReceiptKey";

/// Name of a member of an order's payload.
pub fn order_name(key: u64) -> Option<&'static str> {
    Some(match key {
        1 => "version",
        2 => "ServerID",
        3 => "SessionID",
        4 => "DevId",
        5 => "time",
        6 => "text",
        _ => return None,
    })
}

/// Name of a member of a receipt's payload.
pub fn receipt_name(key: u64) -> Option<&'static str> {
    Some(match key {
        1 => "version",
        2 => "seq",
        3 => "previous",
        4 => "SessionID",
        5 => "DevId",
        6 => "transcript",
        7 => "order",
        8 => "consent",
        9 => "statuses",
        10 => "time",
        _ => return None,
    })
}
