//! The External Card Management System: the trigger from outside (OMA-AD-DM_SC-V1_0 §5.4.1.1).
//!
//! Knows its account with the DM Client and nothing else.
