//! A version of Kubernetes, as a user names it.

use std::fmt;
use std::str::FromStr;

/// The minor versions of Kubernetes 1 whose API is known, ascending.
const KNOWN: [u8; 4] = [33, 34, 35, 36];

/// A minor version of Kubernetes 1.
///
/// ```
/// use gitopsc_compiler::check::KubeVersion;
/// let version: KubeVersion = "v1.34.2".parse()?;
/// assert_eq!(version.to_string(), "1.34");
/// assert_eq!(version.nearest(), version);
/// assert_eq!("1.99".parse::<KubeVersion>()?.nearest(), KubeVersion::newest());
/// assert!("34".parse::<KubeVersion>().is_err());
/// # Ok::<(), gitopsc_compiler::check::VersionError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KubeVersion {
    pub(crate) minor: u8,
}

/// A text that is no version of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a version such as 1.34 is wanted")]
pub struct VersionError;

impl KubeVersion {
    /// The newest version whose API is known.
    #[must_use]
    pub fn newest() -> KubeVersion {
        let [.., minor] = KNOWN;
        KubeVersion { minor }
    }

    /// The known version that is nearest; itself if it is known.
    #[must_use]
    pub fn nearest(self) -> KubeVersion {
        let [first, .., last] = KNOWN;
        KubeVersion {
            minor: self.minor.clamp(first, last),
        }
    }

    /// The known versions in words.
    #[must_use]
    pub fn known() -> String {
        let [first, .., last] = KNOWN;
        format!("1.{first} to 1.{last}")
    }
}

impl FromStr for KubeVersion {
    type Err = VersionError;

    /// Reads `1.34`, also as `v1.34` and with a patch or a suffix behind.
    fn from_str(text: &str) -> Result<KubeVersion, VersionError> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let minor = text.strip_prefix("1.").ok_or(VersionError)?;
        let digits = minor.bytes().take_while(u8::is_ascii_digit).count();
        let (minor, rest) = minor.split_at(digits);
        let is_end = rest.is_empty() || rest.starts_with(['.', '-', '+']);
        let minor = minor.parse().map_err(|_| VersionError)?;
        is_end.then_some(KubeVersion { minor }).ok_or(VersionError)
    }
}

impl fmt::Display for KubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, KubeVersion};
    use crate::check::kubernetes::TABLE;

    #[test]
    fn the_known_versions_are_those_of_the_table() {
        let line = TABLE
            .lines()
            .find_map(|line| line.strip_prefix("versions\t"));
        let numbers: Vec<u8> = line
            .unwrap()
            .split('\t')
            .map(|number| number.parse().unwrap())
            .collect();
        assert_eq!(numbers, KNOWN);
    }

    #[test]
    fn versions_are_read_as_people_write_them() {
        for (text, wanted) in [
            ("1.33", Some("1.33")),
            ("v1.36.2", Some("1.36")),
            ("1.30-rc.1", Some("1.30")),
            ("1.31+k3s1", Some("1.31")),
            ("1", None),
            ("2.1", None),
            ("1.x", None),
            ("1.34x", None),
            ("1.", None),
            ("", None),
        ] {
            let read = text.parse::<KubeVersion>().ok();
            assert_eq!(read.map(|version| version.to_string()).as_deref(), wanted);
        }
    }
}
