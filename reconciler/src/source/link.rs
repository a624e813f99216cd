//! The way to one repository, for one attempt.

use super::access::{Access, setting};
use super::address::{Address, Way};
use super::attempt::Attempt;
use super::error::SourceError;
use super::{https, ssh};
use gix_transport::Protocol;
use gix_transport::client::blocking_io::{Transport, file};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;

/// What carries Git's protocol.
pub(super) type Carrier = Box<dyn Transport + Send>;

/// The way to one repository, for one attempt.
pub(super) struct Link<'a> {
    address: Address,
    access: &'a Access,
    pub attempt: Arc<Attempt>,
}

impl<'a> Link<'a> {
    /// The way to `address`.
    ///
    /// # Errors
    /// It is not one that can be gone with this access.
    pub(super) fn new(
        address: Address,
        access: &'a Access,
        attempt: Arc<Attempt>,
    ) -> Result<Link<'a>, SourceError> {
        if address.way == Way::Https && access.ssh_key.is_some() {
            let why = "it holds an SSH key, and the URL is one of https";
            return Err(setting("the Secret", why));
        }
        Ok(Link {
            address,
            access,
            attempt,
        })
    }

    /// One name for the URL and all of the access. It cannot be turned back.
    pub(super) fn name(&self) -> String {
        let mut digest = Sha256::new_with_prefix("gitopsc mirror 1\n");
        digest.update(self.address.shown.as_bytes());
        digest.update("\n");
        self.access.digest(&mut digest);
        hexadecimal(&digest.finalize()[..16])
    }

    /// A new connection.
    ///
    /// # Errors
    /// There is none. Some are made only when something is asked, and fail then.
    pub(super) fn open(&self) -> Result<Carrier, SourceError> {
        self.attempt.left()?;
        match &self.address.way {
            Way::Https => https::transport(&self.address, self.access, &self.attempt),
            Way::Ssh(place) => ssh::transport(place, self.access, &self.attempt),
            Way::Local { path } => match file::connect(path.as_str(), Protocol::V2, false) {
                Ok(carrier) => Ok(Box::new(carrier)),
                Err(impossible) => match impossible {},
            },
        }
    }
}

/// `bytes` in hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text takes all that is written");
        text
    })
}
