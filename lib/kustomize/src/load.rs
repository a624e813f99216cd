//! Finding what a kustomization names: links resolved, load restrictions kept, cycles seen.
//!
//! The rules are those of Kustomize's file loader (api/internal/loader): a path is cleaned lexically, then
//! its links are followed; a file must then lie in or below the directory of the kustomization that
//! names it, unless restrictions are lifted; a base must be a directory that is neither the directory
//! that names it nor one above, nor above any that led here.

use crate::codes;
use crate::files::{Content, Files, Parsed, ReadError};
use crate::options::LoadRestriction;
use gitopsc_core::links::{self, Lead};
use gitopsc_core::{Diagnostic, Entry, Fault, Span, TreePath};
use gitopsc_yaml::Limits;
use std::sync::Arc;

/// How deep bases may lie below each other.
pub const MAX_DEPTH: usize = 256;

/// A directory of a build: its own path with links resolved, and the directories that led to it.
#[derive(Clone, Debug)]
pub struct Directory {
    path: TreePath,
    referrers: Vec<TreePath>,
}

impl Directory {
    /// The resolved path.
    #[must_use]
    pub fn path(&self) -> &TreePath {
        &self.path
    }
}

/// Resolves paths of one build.
#[derive(Clone, Copy)]
pub struct Loader<'f> {
    files: &'f dyn Files,
    restriction: LoadRestriction,
    root_path: Option<&'f str>,
}

/// Why something named in a kustomization cannot be had. Paths are seen from the kustomization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// The entry is the empty string.
    Empty,
    /// Nothing is at this path.
    NotFound(TreePath),
    /// A file was wanted.
    NotAFile(TreePath),
    /// A directory was wanted.
    NotADirectory(TreePath),
    /// A base is named by an absolute path.
    AbsoluteBase,
    /// The file, links resolved, lies outside the directory of the kustomization that names it.
    Restricted(TreePath),
    /// The base is the directory itself, one above it, or above one that led to it.
    Cycle(TreePath),
    /// Bases lie deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Links lead in a circle.
    LinkLoop(TreePath),
    /// It is there and cannot be read.
    Fault(Fault),
    /// It is there and cannot be used, for the reason given.
    Refused(Box<Diagnostic>),
    /// It was decrypted, and nothing secret belongs there.
    Encrypted(TreePath),
}

impl From<Fault> for LoadError {
    fn from(fault: Fault) -> LoadError {
        LoadError::Fault(fault)
    }
}

impl From<ReadError> for LoadError {
    fn from(error: ReadError) -> LoadError {
        match error {
            ReadError::Fault(fault) => LoadError::Fault(fault),
            ReadError::Refused(reason) => LoadError::Refused(reason),
        }
    }
}

impl LoadError {
    /// The diagnostic for it, pointing at the entry that names the path.
    #[must_use]
    pub fn diagnostic(&self, span: Span) -> Diagnostic {
        if let LoadError::Refused(reason) = self {
            return reason.as_ref().clone().at(span, "named here");
        }
        let (code, message, hint) = self.words();
        let diagnostic = Diagnostic::error(code, message)
            .at(span, "named here")
            .hint(hint);
        match self {
            LoadError::Fault(_) => diagnostic.io(),
            _ => diagnostic,
        }
    }

    /// The same with its path seen from `directory`.
    fn seen_from(mut self, directory: &TreePath) -> LoadError {
        match &mut self {
            LoadError::NotFound(path)
            | LoadError::NotAFile(path)
            | LoadError::NotADirectory(path)
            | LoadError::Restricted(path)
            | LoadError::Cycle(path)
            | LoadError::LinkLoop(path)
            | LoadError::Encrypted(path)
            | LoadError::Fault(Fault { path, .. }) => *path = path.relative_to(directory),
            LoadError::Empty
            | LoadError::AbsoluteBase
            | LoadError::TooDeep
            | LoadError::Refused(_) => {}
        }
        self
    }

    fn words(&self) -> (gitopsc_core::Code, String, String) {
        match self {
            LoadError::Empty => (
                codes::FILE_NOT_FOUND,
                "an empty path names nothing".to_owned(),
                "remove the entry".to_owned(),
            ),
            LoadError::NotFound(path) => (
                codes::FILE_NOT_FOUND,
                format!("`{path}` does not exist"),
                "correct the path, which is relative to this file, or add what is missing".to_owned(),
            ),
            LoadError::NotAFile(path) => (
                codes::NOT_A_FILE,
                format!("`{path}` is not a file"),
                "name a file".to_owned(),
            ),
            LoadError::NotADirectory(path) => (
                codes::NOT_A_DIRECTORY,
                format!("`{path}` is not a directory"),
                "name a directory that holds a kustomization".to_owned(),
            ),
            LoadError::AbsoluteBase => (
                codes::ABSOLUTE_BASE,
                "a base cannot be named by an absolute path".to_owned(),
                "write the path relative to this file".to_owned(),
            ),
            LoadError::Restricted(path) => (
                codes::LOAD_RESTRICTED,
                format!("`{path}` is not in or below the directory of this kustomization"),
                "move the file below it, make its directory a base, or build with --load-restrictor LoadRestrictionsNone"
                    .to_owned(),
            ),
            LoadError::Cycle(path) => (
                codes::BASE_CYCLE,
                format!("`{path}` is built by way of itself"),
                "a base cannot be the directory that names it, nor one above".to_owned(),
            ),
            LoadError::TooDeep => (
                codes::BASES_TOO_DEEP,
                format!("bases lie more than {MAX_DEPTH} deep"),
                "flatten the chain of bases".to_owned(),
            ),
            LoadError::LinkLoop(path) => (
                codes::SYMLINK_LOOP,
                format!("the symbolic links of `{path}` lead in a circle"),
                "correct the link".to_owned(),
            ),
            LoadError::Fault(fault) => (
                codes::UNREADABLE,
                format!("`{}` cannot be read: {}", fault.path, fault.reason),
                "check the permissions, and that nothing changes the files meanwhile".to_owned(),
            ),
            LoadError::Refused(reason) => (
                reason.code,
                reason.message.clone(),
                reason.hint.clone().unwrap_or_default(),
            ),
            LoadError::Encrypted(path) => (
                codes::ENCRYPTED_CONFIGURATION,
                format!("`{path}` is encrypted, and configures the build"),
                "keep it in plain text: only resources, patches and the files of generators may be encrypted"
                    .to_owned(),
            ),
        }
    }
}

impl<'f> Loader<'f> {
    /// A loader over `files`; `root_path` is the absolute path of the tree's root, where it has one.
    #[must_use]
    pub fn new(
        files: &'f dyn Files,
        restriction: LoadRestriction,
        root_path: Option<&'f str>,
    ) -> Loader<'f> {
        Loader {
            files,
            restriction,
            root_path,
        }
    }

    /// The files behind this loader.
    #[must_use]
    pub fn files(&self) -> &'f dyn Files {
        self.files
    }

    /// The directory at which a build begins.
    ///
    /// # Errors
    /// It is not there or no directory.
    pub fn top(&self, path: &TreePath) -> Result<Directory, LoadError> {
        Ok(Directory {
            path: self.directory(&TreePath::root(), path.as_str())?,
            referrers: Vec::new(),
        })
    }

    /// The base that `from` names as `path`.
    ///
    /// # Errors
    /// It is not there, no directory, or leads in a circle.
    pub fn base(&self, from: &Directory, path: &str) -> Result<Directory, LoadError> {
        self.find_base(from, path)
            .map_err(|error| error.seen_from(&from.path))
    }

    fn find_base(&self, from: &Directory, path: &str) -> Result<Directory, LoadError> {
        if path.is_empty() {
            return Err(LoadError::Empty);
        }
        if links::is_absolute(path) {
            return Err(LoadError::AbsoluteBase);
        }
        let base = self.directory(&from.path, path)?;
        let mut referrers = from.referrers.clone();
        referrers.push(from.path.clone());
        if referrers.iter().any(|visited| visited.is_within(&base)) {
            return Err(LoadError::Cycle(base));
        }
        if referrers.len() > MAX_DEPTH {
            return Err(LoadError::TooDeep);
        }
        Ok(Directory {
            path: base,
            referrers,
        })
    }

    /// The file that `from` names as `path`, links resolved.
    ///
    /// # Errors
    /// It is not there, no file, or outside of what `from` may load.
    pub fn file(&self, from: &Directory, path: &str) -> Result<TreePath, LoadError> {
        self.find_file(from, path)
            .map_err(|error| error.seen_from(&from.path))
    }

    fn find_file(&self, from: &Directory, path: &str) -> Result<TreePath, LoadError> {
        if path.is_empty() {
            return Err(LoadError::NotAFile(from.path.clone()));
        }
        let below;
        let (start, path) = if links::is_absolute(path) {
            below = links::below_root(self.root_path.unwrap_or_default(), path);
            (&TreePath::root(), below.as_str())
        } else {
            (&from.path, path)
        };
        let (real, entry) = self.resolve(start, path)?;
        if entry != Entry::File {
            return Err(LoadError::NotAFile(start.join(path)));
        }
        let inside = real
            .parent()
            .is_some_and(|directory| directory.is_within(&from.path));
        if self.restriction == LoadRestriction::RootOnly && !inside {
            return Err(LoadError::Restricted(real));
        }
        Ok(real)
    }

    /// The content of the file that `from` names as `path`.
    ///
    /// # Errors
    /// As [`Loader::file`], or it cannot be read.
    pub fn read(&self, from: &Directory, path: &str) -> Result<Content, LoadError> {
        self.content(from, &self.file(from, path)?)
    }

    fn content(&self, from: &Directory, file: &TreePath) -> Result<Content, LoadError> {
        let read = self.files.read(file).map_err(LoadError::from);
        read.and_then(|content| content.ok_or_else(|| LoadError::NotFound(file.clone())))
            .map_err(|error| error.seen_from(&from.path))
    }

    /// The content of a file that configures the build: it is not decrypted, so that what is wrong with it
    /// can be said.
    ///
    /// # Errors
    /// As [`Loader::read`], or it was decrypted.
    pub fn read_plain(&self, from: &Directory, path: &str) -> Result<Content, LoadError> {
        self.read(from, path)
            .and_then(|content| plain(content, path))
    }

    /// The documents of the kustomization file that `from` has as `path`.
    ///
    /// # Errors
    /// As [`Loader::read_plain`]. That it is no YAML is inside the result.
    pub fn configuration(
        &self,
        from: &Directory,
        path: &str,
        limits: &Limits,
    ) -> Result<Arc<Parsed>, LoadError> {
        let file = self.file(from, path)?;
        let content = plain(self.content(from, &file)?, path)?;
        Ok(self.files.configuration(&file, &content, limits))
    }

    /// The documents of the file that `from` names as `path`.
    ///
    /// # Errors
    /// As [`Loader::file`], or it cannot be read. That it is no YAML is inside the result.
    pub fn documents(&self, from: &Directory, path: &str) -> Result<Arc<Parsed>, LoadError> {
        self.source(from, path).map(|(_, parsed)| parsed)
    }

    /// The same with the resolved path of the file.
    ///
    /// # Errors
    /// As [`Loader::documents`].
    pub fn source(
        &self,
        from: &Directory,
        path: &str,
    ) -> Result<(TreePath, Arc<Parsed>), LoadError> {
        let file = self.file(from, path)?;
        match self.files.documents(&file) {
            Ok(Some(parsed)) => Ok((file, parsed)),
            Ok(None) => Err(LoadError::NotFound(file).seen_from(&from.path)),
            Err(error) => Err(LoadError::from(error).seen_from(&from.path)),
        }
    }

    fn directory(&self, from: &TreePath, path: &str) -> Result<TreePath, LoadError> {
        match self.resolve(from, path)? {
            (real, Entry::Directory) => Ok(real),
            _ => Err(LoadError::NotADirectory(from.join(path))),
        }
    }

    /// Follows all links of `path`, seen from `from`, to which none leads; what stands there in the end is no link.
    fn resolve(&self, from: &TreePath, path: &str) -> Result<(TreePath, Entry), LoadError> {
        let kind = |path: &TreePath| self.files.kind(path);
        match links::follow_from(kind, self.root_path, from, path)? {
            Lead::To(real, entry) => Ok((real, entry)),
            Lead::Nothing(_) => Err(LoadError::NotFound(from.join(path))),
            Lead::Circle => Err(LoadError::LinkLoop(from.join(path))),
        }
    }
}

/// `content` of the file named `path`, if nothing of it was decrypted.
fn plain(content: Content, path: &str) -> Result<Content, LoadError> {
    match content.secret {
        None => Ok(content),
        Some(_) => Err(LoadError::Encrypted(TreePath::new(path))),
    }
}

#[cfg(test)]
mod tests {
    use super::{LoadError, Loader};
    use crate::options::LoadRestriction;
    use crate::testing::MemoryFiles;
    use gitopsc_core::TreePath;
    use gitopsc_core::tree::MemoryTree;

    fn files() -> MemoryFiles {
        let tree = MemoryTree::new([
            ("a/k/x.yaml", ""),
            ("a/k/sub/y.yaml", ""),
            ("a/z.yaml", ""),
            ("b/w.yaml", ""),
        ]);
        let tree = tree
            .with_link("a/k/linked", "sub")
            .with_link("a/k/out", "../../b")
            .with_link("a/k/loop", "loop");
        MemoryFiles::new(tree.with_link("a/k/absolute", "/work/repo/b/w.yaml"))
    }

    fn file(path: &str, restriction: LoadRestriction) -> Result<String, LoadError> {
        let files = files();
        let loader = Loader::new(&files, restriction, Some("/work/repo"));
        let directory = loader.top(&TreePath::new("a/k"))?;
        loader.file(&directory, path).map(|path| path.to_string())
    }

    #[test]
    fn links_are_followed_before_restrictions_are_checked() {
        let only = LoadRestriction::RootOnly;
        assert_eq!(file("linked/y.yaml", only).as_deref(), Ok("a/k/sub/y.yaml"));
        assert!(matches!(
            file("out/w.yaml", only),
            Err(LoadError::Restricted(_))
        ));
        assert!(matches!(
            file("../z.yaml", only),
            Err(LoadError::Restricted(_))
        ));
        assert!(matches!(
            file("absolute", only),
            Err(LoadError::Restricted(_))
        ));
        assert_eq!(
            file("absolute", LoadRestriction::None).as_deref(),
            Ok("b/w.yaml")
        );
        assert_eq!(
            file("/work/repo/a/k/x.yaml", only).as_deref(),
            Ok("a/k/x.yaml")
        );
        assert!(matches!(file("loop", only), Err(LoadError::LinkLoop(_))));
        assert!(matches!(file("sub", only), Err(LoadError::NotAFile(_))));
    }

    #[test]
    fn a_base_is_neither_itself_nor_above() {
        let files = files();
        let loader = Loader::new(&files, LoadRestriction::RootOnly, None);
        let top = loader.top(&TreePath::new("a/k")).unwrap();
        assert!(matches!(loader.base(&top, "."), Err(LoadError::Cycle(_))));
        assert!(matches!(loader.base(&top, ".."), Err(LoadError::Cycle(_))));
        assert!(matches!(
            loader.base(&top, "x.yaml"),
            Err(LoadError::NotADirectory(_))
        ));
        let sub = loader.base(&top, "sub").unwrap();
        assert!(matches!(
            loader.base(&sub, "../../k"),
            Err(LoadError::Cycle(_))
        ));
        assert_eq!(
            loader.base(&sub, "../../../b").unwrap().path().as_str(),
            "b"
        );
    }
}
