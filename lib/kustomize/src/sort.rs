//! The order of output.
