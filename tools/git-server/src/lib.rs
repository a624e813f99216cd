//! Git servers on loopback, for this repository's tests only.
//!
//! A [`Repository`] is made by the `git` program; a [`HttpsServer`] serves those in a folder by `git http-backend`,
//! behind a [`Gate`] that a test writes: it asks for credentials, redirects, fails or is slow. A [`ConnectProxy`]
//! stands before it. An `SshServer` is OpenSSH's own where that is installed. They listen on 127.0.0.1, at a port that the system chooses, and
//! end when they are dropped. It must not know who fetches.

mod backend;
mod certificate;
mod connection;
mod gate;
mod https;
mod proxy;
mod repository;
mod request;
#[cfg(unix)]
mod ssh;
#[cfg(unix)]
mod sshd;

pub use gate::Gate;
pub use https::HttpsServer;
pub use proxy::ConnectProxy;
pub use repository::{Repository, git_is_missing};
pub use request::Request;
#[cfg(unix)]
pub use ssh::{SshServer, SshSettings, make_key};
