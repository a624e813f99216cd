//! Talos: what is bundled for it, and what has to hold before a cluster is bootstrapped.

pub mod settings;

pub use settings::Settings;
