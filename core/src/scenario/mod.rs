//! The flow engine: joins the actors, moves the bytes, writes the trace.
