//! What a skipped test says it needs, and whether that is really missing.

use gitopsc_test_support::{control_plane, oracle::oracle, workspace};
use std::process::Command;

/// Whether what `reason` names, such as `needs ../shared/trees`, is not there. A reason in other words is none.
pub(crate) fn is_missing(reason: &str) -> bool {
    let Some(needed) = reason.strip_prefix("needs ") else {
        return false;
    };
    if needed.starts_with("../shared/") {
        return !workspace().join(needed).exists();
    }
    if let Some(name) = needed.strip_prefix("the oracle ") {
        return oracle(name).is_err();
    }
    if needed.starts_with("the Go module ") {
        // Whoever says so has just tried to get it.
        return true;
    }
    match needed {
        "Unix" => !cfg!(unix),
        "Windows" => !cfg!(windows),
        "a user other than root" => is_root(),
        // Whoever says so has just tried to get it.
        "cargo-deny"
        | "the advisory database"
        | "the git program"
        | "the gpg program"
        | "the ssh-keygen program"
        | "OpenSSH's server or Go"
        | "the right to make symbolic links"
        | "the right to give files away" => true,
        "the control plane" => !control_plane::missing().is_empty(),
        "Linux" => !cfg!(target_os = "linux"),
        _ => false,
    }
}

fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output();
    user.is_ok_and(|user| user.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::is_missing;
    use gitopsc_test_support::workspace;

    #[test]
    fn what_is_there_is_not_missing_and_other_words_are_no_reason() {
        assert!(is_missing("needs ../shared/nothing-of-this-name"));
        assert!(is_missing("needs the oracle of-this-name"));
        // Who cloned the repository alone has no such folder.
        let is_there = workspace().join("../shared").exists();
        assert_eq!(is_missing("needs ../shared/.."), !is_there);
        assert!(!is_missing("slow"));
        assert!(!is_missing("needs patience"));
        assert_ne!(is_missing("needs Unix"), is_missing("needs Windows"));
    }
}
