//! A mirror in the hands of one who fetches into it.

use super::{Lease, disk, make, remove};
use crate::source::error::SourceError;
use gix::open::Options;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A mirror in the hands of one who fetches into it.
#[derive(Debug)]
pub(crate) struct Held {
    /// The folder of all of its repositories.
    place: PathBuf,
    number: u64,
    /// Whether the repository is new, and goes again unless it is settled.
    new: bool,
    lease: Lease,
    /// Locked for as long as it is open.
    lock: Arc<File>,
}

/// The most bytes of an object, a file mostly: it is held in memory while a pack is looked through, however small it was
/// sent.
pub(in crate::source) const LARGEST_OBJECT: u64 = 128 << 20;

/// With so many packs a repository is made anew: each look for an object goes through all of them.
const MOST_PACKS: usize = 200;

impl Held {
    /// The repository that is used last, or a new one if there is none that can be used.
    pub(super) fn current(place: PathBuf, lock: Arc<File>) -> Result<Held, SourceError> {
        let number = numbers(&place)?.into_iter().max();
        let usable = number.filter(|number| is_usable(&place.join(number.to_string())));
        match usable {
            Some(number) => {
                let repository = place.join(number.to_string());
                clear_leftovers(&repository)?;
                let lease = Lease::new(&repository)?;
                Ok(Held {
                    place,
                    number,
                    new: false,
                    lease,
                    lock,
                })
            }
            None => Held::made(place, number.unwrap_or(0) + 1, lock),
        }
    }

    /// A new one in place of this, which stays as it is until the new one is settled.
    pub(crate) fn anew(&self) -> Result<Held, SourceError> {
        Held::made(self.place.clone(), self.number + 1, Arc::clone(&self.lock))
    }

    fn made(place: PathBuf, number: u64, lock: Arc<File>) -> Result<Held, SourceError> {
        let path = place.join(format!("{number}.new"));
        remove(&path)?;
        make(&path).map_err(disk("make", &path))?;
        let options = gix::create::Options::default();
        let made = gix::ThreadSafeRepository::init_opts(
            &path,
            gix::create::Kind::Bare,
            options,
            Options::isolated(),
        );
        made.map_err(|error| unreadable(&path, &error))?;
        Ok(Held {
            lease: Lease::new(&path)?,
            place,
            number,
            new: true,
            lock,
        })
    }

    /// Whether there was nothing in it.
    pub(crate) fn is_new(&self) -> bool {
        self.new
    }

    /// Where the repository is.
    pub(crate) fn path(&self) -> PathBuf {
        let ending = if self.new { ".new" } else { "" };
        self.place.join(format!("{}{ending}", self.number))
    }

    /// The repository, opened without regard to any configuration but its own.
    pub(crate) fn repository(&self) -> Result<gix::Repository, SourceError> {
        let path = self.path();
        let options = Options::isolated().with(gix::sec::Trust::Full);
        let limit = format!("gitoxide.objects.allocLimit={LARGEST_OBJECT}");
        let options = options.open_path_as_is(true).config_overrides([limit]);
        let opened = gix::open_opts(&path, options);
        opened.map_err(|error| unreadable(&path, &error))
    }

    /// Keeps the repository: everything that was to be fetched is in it.
    pub(crate) fn settle(mut self) -> Result<(PathBuf, Lease), SourceError> {
        if self.new {
            let path = self.path();
            self.new = false;
            let kept = self.path();
            fs::rename(&path, &kept).map_err(disk("rename", &path))?;
        }
        Ok((self.path(), self.lease.clone()))
    }
}

impl Drop for Held {
    /// A new one that was not settled has nothing that is of use.
    fn drop(&mut self) {
        if self.new {
            // What stays is removed when the next one is made.
            let _ = remove(&self.path());
        }
    }
}

fn unreadable(path: &Path, error: &gix::Error) -> SourceError {
    SourceError::Damaged {
        path: path.to_owned(),
        why: error.to_string().into(),
    }
}

/// The numbers of the repositories in `place`.
pub(super) fn numbers(place: &Path) -> Result<Vec<u64>, SourceError> {
    let entries = fs::read_dir(place).map_err(disk("list", place))?;
    let mut numbers = Vec::new();
    for entry in entries {
        let name = entry.map_err(disk("list", place))?.file_name();
        numbers.extend(name.to_str().and_then(|name| name.parse::<u64>().ok()));
    }
    Ok(numbers)
}

fn is_usable(repository: &Path) -> bool {
    let packs = fs::read_dir(repository.join("objects/pack"));
    let packs = packs.map(|packs| packs.count() / 2);
    packs.is_ok_and(|packs| packs <= MOST_PACKS) && !repository.with_extension("bad").exists()
}

/// Removes what a fetch left that was killed: halves of packs, and locks of references that nobody holds any more.
fn clear_leftovers(repository: &Path) -> Result<(), SourceError> {
    remove_files(&repository.join("objects/pack"), |name| {
        !name.starts_with("pack-")
    })?;
    remove_files(&repository.join("refs/gitopsc"), |name| {
        name.ends_with(".lock")
    })?;
    remove_files(repository, |name| name.ends_with(".lock"))
}

fn remove_files(folder: &Path, is_left: impl Fn(&str) -> bool) -> Result<(), SourceError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(disk("list", folder)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(disk("list", folder))?;
        if entry.file_name().to_str().is_some_and(&is_left) {
            fs::remove_file(entry.path()).map_err(disk("remove", &entry.path()))?;
        }
    }
    Ok(())
}
