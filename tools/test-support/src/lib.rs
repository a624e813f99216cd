//! Folder cases as tests.
