//! For whom a file is encrypted.

use std::fmt;

/// What a data key can be wrapped with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// An age key, native, post-quantum or of SSH.
    Age,
    /// A PGP key.
    Pgp,
    /// A key of AWS KMS.
    AwsKms,
    /// A key of Google Cloud's KMS.
    GcpKms,
    /// A key of Huawei Cloud's KMS.
    HuaweiKms,
    /// A key of Azure Key Vault.
    AzureKeyVault,
    /// A transit key of HashiCorp Vault or OpenBao.
    Vault,
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyKind::Age => "age",
            KeyKind::Pgp => "PGP",
            KeyKind::AwsKms => "AWS KMS",
            KeyKind::GcpKms => "Google Cloud KMS",
            KeyKind::HuaweiKms => "Huawei Cloud KMS",
            KeyKind::AzureKeyVault => "Azure Key Vault",
            KeyKind::Vault => "Vault",
        })
    }
}

impl KeyKind {
    /// Whether a keyring can hold keys of this kind.
    #[must_use]
    pub fn is_local(self) -> bool {
        matches!(self, KeyKind::Age | KeyKind::Pgp)
    }
}

/// Somebody, or some service, for whom a file is encrypted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient {
    /// What kind of key it has.
    pub kind: KeyKind,
    /// The name of that key: an age recipient, a PGP fingerprint, what a service calls it.
    pub name: String,
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An SSH or post-quantum recipient has hundreds of characters.
        const SHOWN: usize = 80;
        let short: String = self.name.chars().take(SHOWN).collect();
        let rest = if short.len() < self.name.len() {
            "…"
        } else {
            ""
        };
        write!(f, "{} {short}{rest}", self.kind)
    }
}

/// For whom a file is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// The groups: of each, one key is enough.
    pub groups: Vec<Vec<Recipient>>,
    /// How many groups are needed.
    pub needed: usize,
}

impl Recipients {
    /// What to do about it.
    pub(crate) fn hint(&self) -> &'static str {
        let mut all = self.groups.iter().flatten();
        if all.clone().next().is_some() && all.all(|recipient| !recipient.kind.is_local()) {
            return "gitopsc asks no key service: encrypt the file for an age or PGP key as well";
        }
        "hand over one of these keys, or encrypt the file for a key that is at hand"
    }
}

impl fmt::Display for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.groups.len() > 1 {
            write!(
                f,
                "{} of {} groups of keys: ",
                self.needed,
                self.groups.len()
            )?;
        }
        for (at, group) in self.groups.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            for (at, recipient) in group.iter().enumerate() {
                if at > 0 {
                    f.write_str(", ")?;
                }
                recipient.fmt(f)?;
            }
        }
        Ok(())
    }
}
