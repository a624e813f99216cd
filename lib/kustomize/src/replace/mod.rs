//! Replacements: copying a value from one field into others.
