//! Contents of elementary files: values to octets, octets to fields (3GPP TS 31.102 §4,
//! TS 51.011 §10, ETSI TS 102 221 §13, 3GPP2 C.S0023 §3.4, PKCS #15 §6).

mod directory;
mod read;
mod write;

pub use read::{Home, fields};
pub use write::{
    application, dialling_number, iccid, imsi, imsi_m, plmn, service_centre, services, spn,
};
