//! Webhooks: how a forge says that a repository has changed, so that nobody has to wait for the next look at it.
//!
//! Each Sync that names a token has a path of its own. What is sent there has to be signed with the token, and to be
//! about the branch and the repository of the Sync; then an annotation is written on the Sync, and whoever leads sees
//! that. So any replica may answer. What came is only ever a reason to look: nothing of it is believed.

mod address;
mod delivery;
mod forges;
mod matching;
mod path;
mod receive;
mod signature;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod wake;

pub use delivery::{Delivery, Forge, News, Pushed, Rejection, recognise};
pub use matching::{Watched, is_meant};
pub use path::path_of;
pub use receive::{Receiver, WITHIN};
pub use signature::sign;
pub use table::{Entry, Table};
pub use tokens::keep;
pub use wake::wake;
