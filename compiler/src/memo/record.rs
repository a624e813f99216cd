//! A view of the memo that records what one unit asked for.

use super::Memo;
use crate::digest::InputDigest;
use gitopsc_core::{Digest, Entry, Fault, FileId, Span, TreePath};
use gitopsc_kustomize::{Content, Files, Parsed, ReadError};
use gitopsc_yaml::Limits;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The memo as one unit sees it: every question is noted.
pub struct Recorded<'m> {
    memo: &'m Memo<'m>,
    asked: Mutex<Asked>,
}

/// What was asked for.
#[derive(Default)]
struct Asked {
    /// The place of a path among all; for look-ups only.
    places: HashMap<TreePath, usize>,
    /// Each path, and whether its content was asked for, in the order of first questions.
    all: Vec<(TreePath, bool)>,
}

impl<'m> Recorded<'m> {
    /// A view of `memo` through which nothing was asked yet.
    #[must_use]
    pub fn new(memo: &'m Memo<'m>) -> Recorded<'m> {
        Recorded {
            memo,
            asked: Mutex::default(),
        }
    }

    /// The digest of all that was asked for: of each path what stands there, and where it was read, its
    /// content. Options are not part of it.
    #[must_use]
    pub fn digest(&self) -> InputDigest {
        let mut asked = super::lock(&self.asked).all.clone();
        asked.sort_unstable();
        let parts = asked.par_iter().map(|(path, content)| {
            let answer = self.answer(path, *content);
            [path.as_str().as_bytes().to_vec(), answer]
        });
        let parts: Vec<[Vec<u8>; 2]> = parts.collect();
        Digest::of_parts(parts.into_iter().flatten())
    }

    fn answer(&self, path: &TreePath, content: bool) -> Vec<u8> {
        if let (true, Some(digest)) = (content, self.memo.digest(path)) {
            return digest.as_bytes().to_vec();
        }
        let words = match self.memo.kind(path) {
            Ok(None) => "absent".to_owned(),
            Ok(Some(Entry::File)) => "file".to_owned(),
            Ok(Some(Entry::Directory)) => "directory".to_owned(),
            Ok(Some(Entry::Symlink(target))) => format!("link to {target}"),
            Ok(Some(Entry::Other)) => "other".to_owned(),
            Err(_) => "unreadable".to_owned(),
        };
        words.into_bytes()
    }

    fn note(&self, path: &TreePath, content: bool) {
        let mut asked = super::lock(&self.asked);
        match asked.places.get(path).copied() {
            Some(place) => asked.all[place].1 |= content,
            None => {
                let place = asked.all.len();
                asked.places.insert(path.clone(), place);
                asked.all.push((path.clone(), content));
            }
        }
    }
}

impl Files for Recorded<'_> {
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
        self.note(path, false);
        self.memo.kind(path)
    }

    fn read(&self, path: &TreePath) -> Result<Option<Content>, ReadError> {
        self.note(path, true);
        self.memo.content(path)
    }

    fn documents(&self, path: &TreePath) -> Result<Option<Arc<Parsed>>, ReadError> {
        self.note(path, true);
        self.memo.documents(path)
    }

    fn configuration(&self, path: &TreePath, content: &Content, _: &Limits) -> Arc<Parsed> {
        // The limits of a compilation are those of all its builds.
        self.memo.configuration(path, content)
    }

    fn inline(&self, within: Span) -> FileId {
        self.memo.inline(within)
    }
}
