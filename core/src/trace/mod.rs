//! The trace: plain data, one step for each thing that crosses an interface.
