//! The file system of the card (ETSI TS 102 221 §8, §11.1): what the files are, which of them is
//! selected, how they are described, and what can be done with them.
//!
//! Knows no classes, no channels and no toolkit: the operations are functions, for commands of a
//! terminal and for remote management alike.

mod administer;
mod binary;
mod fcp;
mod file;
mod identity;
mod objects;
mod operate;
mod record;
mod search;
mod select;
mod system;
mod template;
mod transfer;

pub(super) use administer::{create_file, delete_file, resize_file};
pub(super) use binary::{read_binary, update_binary};
pub(super) use fcp::{aid, template};
pub(super) use file::{Body, Directory, File, LifeCycle, Objects, Records, Rule};
pub(super) use identity::suci;
pub(super) use objects::{Block, is_own_tag, retrieve_data, set_data};
pub(super) use operate::{Access, activate};
pub(super) use record::{increase, read_record, update_record};
pub(super) use search::{search_record, seek};
pub(super) use select::{Selection, select};
pub(super) use system::{ADF, Files, MAX_BODY, MAX_DEPTH, MAX_FILES, MAX_TOTAL, MF, MF_ID};
