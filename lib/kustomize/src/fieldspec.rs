//! Field specs: which field of which kind, and the walk to it.
