//! Strategic merge as kyaml does it.
