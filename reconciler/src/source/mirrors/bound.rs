//! How much room mirrors take, and which go.

use super::held::numbers;
use super::{Mirrors, disk, lease_of, lock, remove};
use crate::source::error::SourceError;
use gitopsc_core::EcoString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

struct Mirror {
    repository: PathBuf,
    bytes: u64,
    used: SystemTime,
    /// Whether a later one takes its place.
    is_past: bool,
}

impl Mirrors {
    /// Makes room: removes those that have been replaced, and of the others those used longest ago until all take
    /// less than they may. None goes that is in use.
    ///
    /// # Errors
    /// `repository`, fetched from `url`, is too large by itself; it is made anew the next time. Or the disk fails.
    pub(crate) fn bound(&self, repository: &Path, url: &EcoString) -> Result<(), SourceError> {
        {
            let _alone = self.alone()?;
            let mut mirrors = self.all()?;
            mirrors.sort_by_key(|mirror| (!mirror.is_past, mirror.used));
            let mut bytes: u64 = mirrors.iter().map(|mirror| mirror.bytes).sum();
            for mirror in &mirrors {
                let goes = mirror.is_past || bytes > self.limits.bytes;
                if goes && self.put_out(mirror)? {
                    bytes = bytes.saturating_sub(mirror.bytes);
                }
            }
            self.remove_empty()?;
        }
        // Nobody waits while files are deleted.
        self.clear_away()?;
        if size(repository).map_err(disk("measure", repository))? > self.limits.bytes {
            self.distrust(repository);
            return Err(SourceError::TooLarge {
                url: url.clone(),
                most: self.limits.bytes,
            });
        }
        Ok(())
    }

    /// Deletes what is on its way out.
    pub(super) fn clear_away(&self) -> Result<(), SourceError> {
        for entry in entries(&self.folder)? {
            if name(&entry).starts_with("removed-") {
                remove(&entry)?;
            }
        }
        Ok(())
    }

    fn all(&self) -> Result<Vec<Mirror>, SourceError> {
        let mut mirrors = Vec::new();
        for place in self.places()? {
            let numbers = numbers(&place)?;
            let last = numbers.iter().max().copied();
            for number in numbers {
                let repository = place.join(number.to_string());
                let lease = fs::metadata(lease_of(&repository));
                mirrors.push(Mirror {
                    bytes: size(&repository).map_err(disk("measure", &repository))?,
                    used: lease
                        .and_then(|lease| lease.modified())
                        .unwrap_or(SystemTime::UNIX_EPOCH),
                    is_past: Some(number) != last,
                    repository,
                });
            }
        }
        Ok(mirrors)
    }

    /// Removes the folders of repositories of which no mirror is left, as of credentials that were replaced.
    fn remove_empty(&self) -> Result<(), SourceError> {
        for place in self.places()? {
            // Whoever makes the first one holds the lock.
            if numbers(&place)?.is_empty() && lock(&place.join("lock"))?.is_some() {
                remove(&place)?;
            }
        }
        Ok(())
    }

    /// The folders of all repositories.
    fn places(&self) -> Result<Vec<PathBuf>, SourceError> {
        let mut places = entries(&self.folder)?;
        places.retain(|place| place.is_dir() && !name(place).starts_with("removed-"));
        Ok(places)
    }

    /// Puts a mirror where it is deleted, unless somebody uses it.
    fn put_out(&self, mirror: &Mirror) -> Result<bool, SourceError> {
        let lease = lease_of(&mirror.repository);
        let Some(_unused) = lock(&lease)? else {
            return Ok(false);
        };
        let place = mirror.repository.parent().unwrap_or(&self.folder);
        let out = format!("removed-{}-{}", name(place), name(&mirror.repository));
        let out = self.folder.join(out);
        remove(&out)?;
        fs::rename(&mirror.repository, &out).map_err(disk("rename", &mirror.repository))?;
        for left in [lease, mirror.repository.with_extension("bad")] {
            match fs::remove_file(&left) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(disk("remove", &left)(error));
                }
                _ => {}
            }
        }
        Ok(true)
    }
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let entries = fs::read_dir(folder).map_err(disk("list", folder))?;
    let entries: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    entries.map_err(disk("list", folder))
}

/// The bytes of all files below `path`.
fn size(path: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        bytes += match entry.metadata() {
            Ok(found) if found.is_dir() => size(&entry.path())?,
            Ok(found) => found.len(),
            // What goes away while it is measured takes no room.
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
    }
    Ok(bytes)
}
