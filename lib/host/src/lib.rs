//! The host: the one crate of the library that touches files and the network.
//!
//! Folders and Git revisions as source trees ([`FolderTree`], [`GitTree`]), the way from an argument to
//! one ([`Place`]), what Git ignores ([`Ignored`]), output that is whole or not there ([`write_file`],
//! [`write_files`], [`write_folder`]), stores of blobs ([`oci`]), what is behind a URL ([`Fetcher`]). Everything
//! blocks. It must not know what is in the files, and nothing of Kubernetes.
//!
//! ```
//! use gitopsc_core::{SourceTree, TreePath};
//! use gitopsc_host::{Place, write_folder};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let repository = folder.path().join("repository");
//! std::fs::create_dir_all(repository.join("cluster/apps/web"))?;
//! std::fs::write(repository.join("cluster/apps/web/web.yaml"), "kind: Service\n")?;
//!
//! let place = Place::find(&repository.join("cluster"), Some(&repository))?;
//! let source = place.target.join("apps/web/web.yaml");
//! assert_eq!(source, TreePath::new("cluster/apps/web/web.yaml"));
//! let bytes = place.tree.read(&source)?.ok_or("nothing there")?;
//!
//! let out = folder.path().join("out");
//! let written = write_folder(&out, [(TreePath::new("apps/web/v1_service_web.yaml"), bytes)])?;
//! assert_eq!(written.files, 1);
//! # Ok(()) }
//! ```

mod fetch;
mod folder;
mod git;
mod names;
pub mod oci;
mod output;
mod place;

pub use fetch::{FetchError, Fetcher, LARGEST_ANSWER, host_certificates};
pub use folder::FolderTree;
pub use git::{Configuration, GitError, GitTree, History, Ignored, Relation, git_root};
pub use output::{MARKER, OutputError, Written, write_file, write_files, write_folder};
pub use place::{Place, PlaceError};
