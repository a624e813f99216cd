//! Whether what was pushed is what a Sync looks at.

use super::address::is_same;
use super::delivery::Pushed;
use crate::resources::GitReference;
use gitopsc_core::EcoString;

/// What a Sync looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// The URL of the repository.
    pub url: EcoString,
    /// Which revision of it.
    pub reference: GitReference,
}

/// Whether `pushed` may have changed what is `watched`.
///
/// # Errors
/// Why not, for who looks at the log of the forge.
pub fn is_meant(pushed: &Pushed, watched: &Watched) -> Result<(), String> {
    let mut addresses = pushed.repository.iter();
    if !addresses.any(|address| is_same(address, &watched.url)) {
        return Err("it is about another repository".to_owned());
    }
    let reference = &watched.reference;
    if let Some(commit) = &reference.commit {
        return Err(format!(
            "the commit {commit} is looked at, and never changes"
        ));
    }
    let (sought, is_sought): (String, fn(&str, &str) -> bool) = match reference {
        GitReference { tag: Some(tag), .. } => (format!("refs/tags/{tag}"), str::eq),
        GitReference {
            semver: Some(_), ..
        } => ("refs/tags/".to_owned(), |of, tags| of.starts_with(tags)),
        GitReference { branch, .. } => {
            let branch = branch.as_deref().unwrap_or("main");
            (format!("refs/heads/{branch}"), str::eq)
        }
    };
    let mut pushed = pushed.references.iter();
    match pushed.any(|of| is_sought(of, &sought)) {
        true => Ok(()),
        false => Err(format!("{sought} is looked at, and was not pushed")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Watched, is_meant};
    use crate::hook::Pushed;
    use crate::resources::GitReference;

    fn wakes(reference: GitReference, pushed: &str) -> bool {
        let pushed = Pushed {
            references: vec!["refs/notes/commits".into(), pushed.into()],
            repository: vec!["https://git.test/ada/cluster".into()],
        };
        let watched = Watched {
            url: "git@git.test:ada/cluster.git".into(),
            reference,
        };
        is_meant(&pushed, &watched).is_ok()
    }

    fn named(set: impl FnOnce(&mut GitReference)) -> GitReference {
        let mut reference = GitReference::default();
        set(&mut reference);
        reference
    }

    #[test]
    fn a_sync_is_woken_by_what_may_have_changed_its_reference() {
        let main = GitReference::default;
        assert!(wakes(main(), "refs/heads/main"));
        assert!(!wakes(main(), "refs/heads/feature/main"));
        assert!(!wakes(main(), "refs/tags/main"));
        let branch = || named(|of| of.branch = Some("release/1".to_owned()));
        assert!(wakes(branch(), "refs/heads/release/1"));
        assert!(!wakes(branch(), "refs/heads/main"));
        let tag = || named(|of| of.tag = Some("v1".to_owned()));
        assert!(wakes(tag(), "refs/tags/v1"));
        assert!(!wakes(tag(), "refs/heads/v1"));
        let range = || named(|of| of.semver = Some(">=1".to_owned()));
        assert!(wakes(range(), "refs/tags/v2"));
        assert!(!wakes(range(), "refs/heads/main"));
        let commit = named(|of| of.commit = Some("0".repeat(40)));
        assert!(!wakes(commit, "refs/heads/main"));
    }
}
