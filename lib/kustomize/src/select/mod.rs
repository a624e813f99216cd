//! Selectors of patches and replacements.
