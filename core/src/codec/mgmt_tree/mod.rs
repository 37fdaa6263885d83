//! `MgmtTree`: the envelope that a tree with values (OMA-TS-DM_TNDS-V1_2_1 §5) and a device
//! description (OMA-TS-DM_TND-V1_2_1 §9) share, with the elements that are the same in both.
//!
//! Knows neither kind of node; `tnds` and `ddf` say what stands inside.

mod forms;
mod read;
mod write;

pub(crate) use forms::Nodes;
pub(crate) use read::Reader;
pub(crate) use write::{format, value};

/// The formats a node can have (DM TND §7.7.2).
pub const FORMATS: [&str; 11] = [
    "b64", "bin", "bool", "chr", "int", "node", "null", "xml", "date", "time", "float",
];

/// One `MgmtTree` with nodes of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MgmtTree<N> {
    /// `1.2`.
    pub ver_dtd: String,
    /// Manufacturer of the devices the document is for.
    pub man: Option<String>,
    /// Model of the devices the document is for.
    pub model: Option<String>,
    /// At least one.
    pub nodes: Vec<N>,
}
