//! Servers that stand in for what runs behind a Service: admission webhooks, conversion of custom
//! resources, aggregated APIs.
//!
//! The control plane for tests gives Services addresses of loopback, so a test listens on a Service's
//! cluster address itself. It chooses the address, lets the system choose the port, and makes the Service
//! with both. On systems other than Linux only 127.0.0.1 is there; such tests are ignored (`needs Linux`).

mod answers;
mod certificate;
mod server;

pub use answers::{Decision, admission, conversion};
pub use server::{Asked, Reply, StandIn};
