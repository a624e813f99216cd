//! Telling others what becomes of a revision: the forge that it came from, a chat, a program.
//!
//! What is told is made of the status of a Sync by a pure function, and so is the request. It is sent beside everything
//! else, tried again for a while, and dropped with a line in the log in the end: nobody waits for it.

mod address;
mod outbox;
mod request;
#[cfg(test)]
mod tests;
mod told;

pub use outbox::{Item, Notices, Secrets, deliver};
pub use request::{Outgoing, Unsendable, request};
pub use told::{Told, Verdict};
