//! The flags on keys and encrypted files, the same for every command that compiles.

use clap::Args;
use std::path::PathBuf;

/// Keys, and what to do without.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Secrets")]
pub struct SecretArguments {
    /// Decrypt with the age or SSH keys in this file, beside those that SOPS finds (SOPS_AGE_KEY, SOPS_AGE_KEY_FILE,
    /// SOPS_AGE_SSH_PRIVATE_KEY_FILE, sops/age/keys.txt)
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub age_key_file: Vec<PathBuf>,

    /// Decrypt with the PGP secret keys in this file, exported with --armor
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub pgp_key_file: Vec<PathBuf>,

    /// Pass what no key opens through as it is; what hides its kind or name is left out
    #[arg(long)]
    pub allow_encrypted: bool,

    /// Decrypt these SOPS files although they have no checksum (`mac`)
    #[arg(
        long,
        value_name = "FILE",
        value_delimiter = ',',
        hide_short_help = true
    )]
    pub allow_missing_mac: Vec<PathBuf>,
}
