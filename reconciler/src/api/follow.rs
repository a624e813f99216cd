//! A list, and then every change of it: the one loop that watches.
//!
//! A watch ends for many reasons. Whatever ends one, another one begins; where that is too old, or fell silent, after a
//! new list. Where it may not watch everywhere, it watches each namespace that it was told of. What is forbidden may
//! be allowed later.

use super::{Api, ApiError, Change, Class, Collection, Kind, List, retry};
use gitopsc_core::{EcoString, Json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// What is followed.
#[derive(Clone, Debug)]
pub struct Following {
    /// The kind.
    pub kind: Kind,
    /// Which objects of it.
    pub list: List,
    /// Where they may be, for who may not watch everywhere.
    pub namespaces: Arc<BTreeSet<EcoString>>,
    /// The version at which they were listed already.
    pub from: Option<EcoString>,
}

/// What is seen of what is followed.
#[derive(Clone, Copy, Debug)]
pub enum Sight<'s> {
    /// A list begins: what is not seen until its end is not there.
    Listing,
    /// The object is so.
    Is(&'s Json),
    /// The object is gone, or has lost what the list selects by: only a read tells which.
    Left(&'s Json),
    /// The list of this namespace, of all if that is empty, is over; it was so at this version.
    Listed(&'s str, &'s str),
    /// Nothing can be seen now, for this reason.
    Blind(&'s ApiError),
}

/// A watch that says nothing for so long has gone silent: the server sends bookmarks in between.
const SILENT: Duration = Duration::from_secs(120);

/// How long to wait before something is tried again that no waiting is sure to help.
const FORBIDDEN: Duration = Duration::from_secs(5);

impl Api {
    /// Follows what `following` names until nobody listens to `sender`, to which goes what `see` makes of each sight.
    pub async fn follow<T, S>(&self, following: Following, sender: mpsc::Sender<T>, see: S)
    where
        T: Send + 'static,
        S: FnMut(Sight<'_>) -> Option<T> + Clone + Send + 'static,
    {
        let from = following.from.clone();
        let mut one = One::new(self, following, "", sender, see);
        one.until_forbidden(from).await;
        let mut narrower = JoinSet::new();
        for mut place in one.in_each_namespace() {
            narrower.spawn(async move { place.in_one_place().await });
        }
        if narrower.is_empty() {
            return one.in_one_place().await;
        }
        while narrower.join_next().await.is_some() {}
    }
}

/// What is followed in one place.
struct One<T, S> {
    api: Api,
    following: Following,
    namespace: EcoString,
    sender: mpsc::Sender<T>,
    see: S,
}

impl<T, S> One<T, S>
where
    T: Send + 'static,
    S: FnMut(Sight<'_>) -> Option<T> + Clone + Send + 'static,
{
    fn new(
        api: &Api,
        following: Following,
        namespace: &str,
        sender: mpsc::Sender<T>,
        see: S,
    ) -> One<T, S> {
        One {
            api: api.clone(),
            following,
            namespace: namespace.into(),
            sender,
            see,
        }
    }

    /// The same in each namespace, if it is everywhere and its kind has namespaces.
    fn in_each_namespace(&self) -> Vec<One<T, S>> {
        let kind = &self.following.kind;
        let everywhere = Collection::of(kind, "");
        if !kind.namespaced || self.following.list.collection != everywhere {
            return Vec::new();
        }
        let within = |namespace: &EcoString| {
            let list = List {
                collection: Collection::of(kind, namespace),
                ..self.following.list.clone()
            };
            let following = Following {
                list,
                ..self.following.clone()
            };
            let (sender, see) = (self.sender.clone(), self.see.clone());
            One::new(&self.api, following, namespace, sender, see)
        };
        self.following.namespaces.iter().map(within).collect()
    }

    /// Follows until nobody listens. What is forbidden may be allowed later.
    async fn in_one_place(&mut self) {
        while !self.sender.is_closed() {
            self.until_forbidden(None).await;
            self.pause(FORBIDDEN).await;
        }
    }

    /// Follows until nobody listens, or it is forbidden. Whatever else ends a watch, another one begins.
    async fn until_forbidden(&mut self, mut from: Option<EcoString>) {
        let mut failures = 0;
        while !self.sender.is_closed() {
            match self.watch_once(from.take(), &mut failures).await {
                Ok(version) => from = version,
                Err(error) => {
                    self.tell(Sight::Blind(&error)).await;
                    if error.class() == Class::Forbidden {
                        return;
                    }
                    failures += 1;
                    let wait = retry::after(&error, failures, Duration::MAX);
                    self.pause(wait.unwrap_or(FORBIDDEN)).await;
                }
            }
        }
    }

    /// Waits, unless nobody listens any more.
    async fn pause(&mut self, wait: Duration) {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = self.sender.closed() => {}
        }
    }

    /// One list, unless it is known where to go on, and one watch. Gives where to go on.
    async fn watch_once(
        &mut self,
        from: Option<EcoString>,
        failures: &mut u32,
    ) -> Result<Option<EcoString>, ApiError> {
        let mut version = match from {
            Some(version) => version,
            None => self.list().await?,
        };
        let mut watch = match self.api.watch(&self.following.list, &version).await {
            Err(error) if error.class() == Class::Expired => return Ok(None),
            opened => opened?,
        };
        *failures = 0;
        loop {
            let next = match tokio::time::timeout(SILENT, watch.next()).await {
                // Only a new list tells what was missed.
                Err(_) => return Ok(None),
                Ok(Err(error)) if error.class() == Class::Expired => return Ok(None),
                Ok(next) => next?,
            };
            match next {
                None => return Ok(Some(version)),
                Some(Change::Bookmark(at)) => version = at,
                Some(Change::Is(object)) => {
                    version = version_of(&object);
                    self.tell(Sight::Is(&object)).await;
                }
                Some(Change::Left(object)) => {
                    version = version_of(&object);
                    self.tell(Sight::Left(&object)).await;
                }
            }
        }
    }

    async fn list(&mut self) -> Result<EcoString, ApiError> {
        let see = &mut self.see;
        let mut seen: Vec<T> = see(Sight::Listing).into_iter().collect();
        let listed = self.api.list(&self.following.list, |object| {
            seen.extend(see(Sight::Is(object)));
        });
        let version = listed.await?;
        seen.extend(see(Sight::Listed(&self.namespace, &version)));
        for seen in seen {
            // Nobody listens any more: the next look at the channel ends the watch.
            let _ = self.sender.send(seen).await;
        }
        Ok(version)
    }

    async fn tell(&mut self, sight: Sight<'_>) {
        if let Some(told) = (self.see)(sight) {
            let _ = self.sender.send(told).await;
        }
    }
}

fn version_of(object: &Json) -> EcoString {
    let version = object.str_at(&["metadata", "resourceVersion"]);
    version.unwrap_or_default().into()
}
