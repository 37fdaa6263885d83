//! Life cycle status of a file (ETSI TS 102 221 §11.1.1.4.9, ISO/IEC 7816-4 table 14).

/// Where in its life a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeCycle {
    /// Nothing is said.
    NoInformation,
    /// It is being created.
    Creation,
    /// It is being initialised.
    Initialisation,
    /// In use.
    Activated,
    /// In use, but nobody may read or write it.
    Deactivated,
    /// Its use has ended.
    Terminated,
    /// Any other byte.
    Unknown(u8),
}

impl LifeCycle {
    /// The byte; where several mean the same, the lowest that says all.
    pub fn code(self) -> u8 {
        match self {
            LifeCycle::NoInformation => 0x00,
            LifeCycle::Creation => 0x01,
            LifeCycle::Initialisation => 0x03,
            LifeCycle::Activated => 0x05,
            LifeCycle::Deactivated => 0x04,
            LifeCycle::Terminated => 0x0C,
            LifeCycle::Unknown(code) => code,
        }
    }

    /// From the byte.
    pub fn from_code(code: u8) -> Self {
        match code {
            0x00 => LifeCycle::NoInformation,
            0x01 => LifeCycle::Creation,
            0x03 => LifeCycle::Initialisation,
            0x05 | 0x07 => LifeCycle::Activated,
            0x04 | 0x06 => LifeCycle::Deactivated,
            0x0C..=0x0F => LifeCycle::Terminated,
            code => LifeCycle::Unknown(code),
        }
    }
}
