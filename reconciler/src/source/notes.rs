//! What in the files of a commit needs more than its Git objects.

use gitopsc_core::EcoString;
use gix::ObjectId;
use gix::objs::tree::EntryKind;

/// What in the files of a commit needs more than its Git objects. Paths are from the root, ascending, and at most
/// [`Notes::MOST`] of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Submodules. Their files are not there.
    pub submodules: Vec<EcoString>,
    /// Files that are pointers of Git LFS. Their contents are not there.
    pub lfs_pointers: Vec<EcoString>,
}

impl Notes {
    /// The most paths that are told of each kind.
    pub const MOST: usize = 20;
}

/// A pointer is [smaller than this](https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md), in bytes.
const LARGEST_POINTER: u64 = 1024;

const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What is in the files of `commit`. It goes through all folders, so it finds out if one is missing.
///
/// # Errors
/// Something cannot be read.
pub(super) fn of(commit: &gix::Commit<'_>) -> gix::Result<Notes> {
    let mut walk = Walk {
        repository: commit.repo,
        submodules: Vec::new(),
        files: Vec::new(),
        has_lfs: false,
    };
    let mut folders = vec![(commit.tree_id()?.detach(), String::new())];
    while let Some((id, prefix)) = folders.pop() {
        walk.folder(id, &prefix, &mut folders)?;
    }
    let mut notes = Notes {
        submodules: walk.submodules,
        lfs_pointers: Vec::new(),
    };
    // Whether a file is a pointer shows in its content; that is looked at only where Git is told of LFS at all.
    for (path, id) in walk.files.into_iter().filter(|_| walk.has_lfs) {
        if is_pointer(commit.repo, id)? {
            notes.lfs_pointers.push(path);
        }
    }
    for paths in [&mut notes.submodules, &mut notes.lfs_pointers] {
        paths.sort_unstable();
        paths.truncate(Notes::MOST);
    }
    Ok(notes)
}

struct Walk<'r> {
    repository: &'r gix::Repository,
    submodules: Vec<EcoString>,
    files: Vec<(EcoString, ObjectId)>,
    /// Whether the attributes of a folder name LFS.
    has_lfs: bool,
}

impl Walk<'_> {
    /// Takes down what is in a folder; those in it are put to `folders`.
    fn folder(
        &mut self,
        id: ObjectId,
        prefix: &str,
        folders: &mut Vec<(ObjectId, String)>,
    ) -> gix::Result<()> {
        let tree = self.repository.find_object(id)?.try_into_tree()?;
        for entry in tree.iter() {
            let entry = entry?;
            let (name, id) = (entry.filename(), entry.object_id());
            let path = format!("{prefix}{name}");
            match entry.kind() {
                EntryKind::Tree => folders.push((id, format!("{path}/"))),
                EntryKind::Commit => self.submodules.push(path.into()),
                EntryKind::Blob | EntryKind::BlobExecutable => {
                    if name == ".gitattributes" && !self.has_lfs {
                        let blob = self.repository.find_object(id)?;
                        self.has_lfs = blob.data.windows(10).any(|text| text == b"filter=lfs");
                    }
                    self.files.push((path.into(), id));
                }
                EntryKind::Link => {}
            }
        }
        Ok(())
    }
}

fn is_pointer(repository: &gix::Repository, id: ObjectId) -> gix::Result<bool> {
    if repository.find_header(id)?.size() >= LARGEST_POINTER {
        return Ok(false);
    }
    Ok(repository.find_object(id)?.data.starts_with(POINTER))
}
