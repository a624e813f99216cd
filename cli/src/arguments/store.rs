//! The flags of the commands that read a store.

use super::build::Messages;
use clap::Args;
use std::path::PathBuf;

/// What `gitopsc show` does.
pub const SHOW_ABOUT: &str = "\
Print what was stored with `gitopsc build --store`.

A digest names everything, one unit or one manifest; a path names a unit. All of what is read is checked against \
its digests. Decrypted values are masked; whoever could open the files that they came from can print them with \
--reveal-secrets, from the store alone.";

/// How it is called most often.
pub const SHOW_EXAMPLES: &str = "\
Examples:
  gitopsc build cluster --store store
  gitopsc show apps/web --store store
  gitopsc show sha256:DIGEST --store store --reveal-secrets";

/// What `gitopsc gc` does.
pub const GC_ABOUT: &str = "\
Delete what a store holds and nothing names any more.

Each cluster has one name in a store, which names what was built last. Earlier builds stay until they are deleted \
by this, and so does what a killed build has left.";

/// The flags of `gitopsc show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// A unit's path, or a digest: of a graph, a unit or a manifest, at least its first 8 hexadecimal digits
    #[arg(value_name = "DIGEST|UNIT")]
    pub what: String,

    /// The folder of the store
    #[arg(long, value_name = "DIR")]
    pub store: PathBuf,

    /// Print decrypted values instead of masks
    #[arg(long)]
    pub reveal_secrets: bool,

    /// Decrypt with the age or SSH keys in this file, beside those that SOPS finds, as in `gitopsc build`
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub age_key_file: Vec<PathBuf>,

    /// Decrypt with the PGP secret keys in this file, exported with --armor
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub pgp_key_file: Vec<PathBuf>,

    /// What is said on the way.
    #[command(flatten)]
    pub messages: Messages,
}

/// The flags of `gitopsc gc`.
#[derive(Debug, Args)]
pub struct GcArguments {
    /// The folder of the store
    #[arg(long, value_name = "DIR")]
    pub store: PathBuf,

    /// What is said on the way.
    #[command(flatten)]
    pub messages: Messages,
}
