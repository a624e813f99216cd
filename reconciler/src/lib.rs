//! Every effect that gitopsc has on a cluster.
//!
//! What is to be done is decided in [`gitopsc_engine`], without a cluster; here is read what it decides on, and
//! done what it decided. Nothing here prints, exits or reads the environment.

pub mod api;
pub mod apply;
mod at_once;
pub mod delete;
pub mod desired;
pub mod events;
pub mod execute;
mod fate;
pub mod former;
pub mod hook;
pub mod http;
pub mod leader;
mod learned;
pub mod lease;
mod leaving;
mod left;
mod listing;
pub mod metrics;
pub mod notify;
pub mod observe;
pub mod owner;
mod pace;
pub mod parents;
mod pods;
pub mod progress;
mod remaining;
pub mod required;
pub mod resources;
pub mod run;
mod secrets;
mod send;
pub mod set;
pub mod source;
mod stamp;
pub mod status;
mod syncs;
mod units;
mod versions;
mod window;
