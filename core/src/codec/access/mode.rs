//! Access mode byte: what may be done with a file (ETSI TS 102 221 §9.2.2, ISO/IEC 7816-4
//! §5.4.3.1).

/// Read and search an EF; delete a child of a DF.
pub const READ: u8 = 0x01;
/// Update an EF; create an EF in a DF.
pub const UPDATE: u8 = 0x02;
/// Write or append to an EF; create a DF in a DF.
pub const WRITE: u8 = 0x04;
/// Deactivate the file.
pub const DEACTIVATE: u8 = 0x08;
/// Activate the file.
pub const ACTIVATE: u8 = 0x10;
/// Terminate the file.
pub const TERMINATE: u8 = 0x20;
/// Delete the file.
pub const DELETE: u8 = 0x40;

/// The modes of an EF by the words a profile has for them.
pub(in crate::codec) const FILE_MODES: [(u8, &str); 7] = [
    (READ, "read"),
    (UPDATE, "update"),
    (WRITE, "write"),
    (DEACTIVATE, "deactivate"),
    (ACTIVATE, "activate"),
    (TERMINATE, "terminate"),
    (DELETE, "delete"),
];
