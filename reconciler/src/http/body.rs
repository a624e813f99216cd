//! Reading the body of a request that nobody has vouched for yet: up to a size, a time, and what all of them may hold.

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much all bodies may hold at once.
#[derive(Clone, Debug)]
pub struct Budget {
    bytes: Arc<Semaphore>,
}

impl Budget {
    /// So many bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Budget {
        Budget {
            bytes: Arc::new(Semaphore::new(bytes)),
        }
    }

    fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Unread> {
        let bytes = u32::try_from(bytes).map_err(|_| Unread::Large)?;
        let taken = Arc::clone(&self.bytes).try_acquire_many_owned(bytes);
        taken.map_err(|_| Unread::Busy)
    }
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is larger than allowed.
    Large,
    /// It did not come in time.
    Slow,
    /// Others hold what is there for bodies.
    Busy,
    /// The other side broke off.
    Broken,
}

/// A body, with what it holds of the budget.
#[derive(Debug)]
pub struct Held {
    bytes: Vec<u8>,
    _taken: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The whole of `body`, which is at most `most` bytes long and comes `within` that time.
///
/// # Errors
/// See [`Unread`].
pub async fn read<B>(
    body: B,
    most: usize,
    within: Duration,
    budget: &Budget,
) -> Result<Held, Unread>
where
    B: Body<Data = Bytes> + Unpin,
{
    // What says that it is too large is not waited for.
    let said = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if said > most {
        return Err(Unread::Large);
    }
    let read = tokio::time::timeout(within, to_end(body, most, budget));
    read.await.unwrap_or(Err(Unread::Slow))
}

async fn to_end<B>(mut body: B, most: usize, budget: &Budget) -> Result<Held, Unread>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut held = Held {
        bytes: Vec::new(),
        _taken: None,
    };
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if held.bytes.len() + data.len() > most {
            return Err(Unread::Large);
        }
        let taken = budget.take(data.len())?;
        match &mut held._taken {
            Some(before) => before.merge(taken),
            before => *before = Some(taken),
        }
        held.bytes.extend_from_slice(&data);
    }
    Ok(held)
}
