//! Transformer configuration: which fields each transformer touches; defaults, merging, `configurations` and `crds`.
