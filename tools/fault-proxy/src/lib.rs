//! A proxy between a client and an API server that fails on purpose and counts what was asked.
//!
//! Clients reach it over plain HTTP on loopback; it reaches the server over TLS, and passes headers, so a
//! client's token is the client's. Without faults it changes nothing, and streams without waiting.
//!
//! ```no_run
//! use gitopsc_fault_proxy::{Fault, FaultProxy, Rule, Verb};
//! let proxy = FaultProxy::start("https://127.0.0.1:6443", "-----BEGIN CERTIFICATE-----...");
//! proxy.add(Rule::new(Fault::CutAfter).verb(Verb::Apply).path("/configmaps/web$").nth(2));
//! println!("{}", proxy.url());
//! assert_eq!(proxy.seen().writes().count(), 0);
//! ```
//!
//! It knows how requests of Kubernetes are spelled, and nothing of who sends them or why.

mod answer;
mod body;
mod fault;
mod forward;
mod proxy;
mod random;
mod request;
mod rule;
mod seen;

pub use fault::{Answer, Fault};
pub use proxy::FaultProxy;
pub use random::Random;
pub use request::{Request, Verb};
pub use rule::{Rule, Times};
pub use seen::{Entry, Seen};
