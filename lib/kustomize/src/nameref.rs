//! Name references: repairing who refers to what was renamed.
