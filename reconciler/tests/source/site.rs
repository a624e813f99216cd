//! A repository behind a server, and a folder of mirrors.

use gitopsc_git_server::{Gate, HttpsServer, Repository, Request, git_is_missing};
use gitopsc_reconciler::source::{
    Access, Fetched, Limits, Mirrors, Reference, SourceClass, SourceError, Wanted, fetch,
};
use gitopsc_test_support::chance::Chance;
use gitopsc_test_support::{Missing, Outcome, Test};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Long enough for everything that is not about time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What no text may show.
pub(crate) const PASSWORD: &str = "hunter2-very-secret";

/// `Authorization` for the user `me` with that password.
pub(crate) const BASIC: &str = "Basic bWU6aHVudGVyMi12ZXJ5LXNlY3JldA==";

/// A test that needs the `git` program.
pub(crate) fn test(name: &str, body: impl FnOnce() + Send + 'static) -> Test {
    Test::new(name, || match git_is_missing() {
        Some(needed) => Missing(needed.to_owned()).into(),
        None => {
            body();
            Outcome::Passed
        }
    })
}

/// A repository `site.git` behind a server, and a folder of mirrors.
pub(crate) struct Site {
    pub server: HttpsServer,
    pub repository: Repository,
    pub mirrors: Mirrors,
    /// The hash of the first commit.
    pub first: String,
    folder: TempDir,
}

impl Site {
    /// With one commit, behind a server that answers everybody.
    pub(crate) fn new() -> Site {
        Site::behind(|_| Gate::Serve)
    }

    pub(crate) fn behind(gate: impl Fn(&Request) -> Gate + Send + Sync + 'static) -> Site {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::new(folder.path(), "site");
        let first = repository.commit(
            "web.yaml",
            "kind: Service\n",
            "Add a service\n\nIt is small.",
        );
        repository.push();
        Site {
            server: HttpsServer::start(folder.path(), gate),
            repository,
            mirrors: mirrors(folder.path(), Limits::default()),
            first,
            folder,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn mirror_folder(&self) -> PathBuf {
        self.folder.path().join("mirrors")
    }

    /// Access that trusts the server, with the entries of a Secret.
    pub(crate) fn access(&self, entries: &[(&str, &str)]) -> Access {
        let entries = entries.iter().map(|(key, value)| (*key, value.as_bytes()));
        let access = match entries.len() {
            0 => Access::anonymous(),
            _ => Access::from_secret(entries).unwrap(),
        };
        access.trusting(self.server.authority().as_bytes()).unwrap()
    }

    /// The branch `main`, without credentials.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            url: self.server.url("site.git").into(),
            reference: branch("main"),
            access: self.access(&[]),
            timeout: PATIENCE,
            verify: None,
            previous: None,
        }
    }

    pub(crate) fn fetch(&self, wanted: &Wanted) -> Result<Fetched, SourceError> {
        fetch(&self.mirrors, wanted)
    }

    /// That `wanted` fails so, with a text that has these words and no secret.
    pub(crate) fn fails(&self, wanted: &Wanted, class: SourceClass, words: &str) {
        let error = self.fetch(wanted).unwrap_err();
        let text = format!("{error}");
        assert_eq!(error.class(), class, "{text}");
        assert!(text.contains(words), "{text}");
        assert!(!format!("{text} {error:?}").contains(PASSWORD), "{text}");
    }
}

pub(crate) fn mirrors(folder: &Path, limits: Limits) -> Mirrors {
    Mirrors::open(&folder.join("mirrors"), limits).unwrap()
}

pub(crate) fn branch(name: &str) -> Reference {
    Reference::Branch(name.into())
}

/// So many bytes of text that cannot be compressed to much less than half.
pub(crate) fn incompressible(seed: u64, bytes: usize) -> String {
    let mut chance = Chance::new(seed, 0);
    let digits = std::iter::repeat_with(|| chance.below(16)).take(bytes);
    let digits = digits.map(|digit| char::from_digit(digit as u32, 16).unwrap());
    digits.collect()
}

/// The content of a file of what was fetched, as Git reads it.
pub(crate) fn content(fetched: &Fetched, path: &str) -> String {
    let shown = std::process::Command::new("git")
        .arg("--git-dir")
        .arg(&fetched.repository)
        .args(["show", &format!("{}:{path}", fetched.commit.id)])
        .output()
        .unwrap();
    assert!(
        shown.status.success(),
        "{}",
        String::from_utf8_lossy(&shown.stderr)
    );
    String::from_utf8(shown.stdout).unwrap()
}
