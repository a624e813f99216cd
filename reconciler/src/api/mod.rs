//! The API server, as few verbs over JSON.
//!
//! Requests and answers are `Json` values, whatever their kind: members are of kinds that nobody compiled in.
//! What only reads is repeated for a while if the server is in trouble. What writes is one request, tried once, since its
//! answer may be all that was lost; [`retry`] says when to try again. This module decides nothing: what a refusal means
//! for a plan is said by who asked.

mod connect;
mod error;
mod follow;
mod kinds;
mod list;
mod path;
mod request;
mod requests;
pub mod retry;
mod schema;
mod watch;

pub use connect::{ConnectError, Identity, Target, connect};
pub use error::{ApiError, Cause, Class, Refusal};
pub use follow::{Following, Sight};
pub use kinds::{Kind, Kinds};
pub use list::{List, Representation};
pub use path::{Collection, Resource};
pub use request::{Deletion, Owned, Patch};
pub use requests::Requests;
pub use watch::{Change, Watch};

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A connection to one API server as one user. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    client: kube::Client,
    /// How often the server has asked for fewer requests; shared by all clones.
    too_many: Arc<AtomicUsize>,
    requests: Requests,
}

/// The name under which fields are owned.
pub const FIELD_MANAGER: &str = "gitopsc";

impl Api {
    fn new(client: kube::Client, requests: Requests) -> Api {
        Api {
            client,
            too_many: Arc::default(),
            requests,
        }
    }

    /// How often the server has answered 429 (Too Many Requests) so far.
    #[must_use]
    pub fn too_many(&self) -> usize {
        self.too_many.load(Ordering::Relaxed)
    }
}
