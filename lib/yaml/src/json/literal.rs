//! A number or boolean that came out of decryption: printed as such, and as secret as a text.

use super::Json;
use crate::text::{MASK, Origins, Text};
use std::fmt;
use zeroize::Zeroize as _;

/// A number or boolean that came out of decryption.
#[derive(Clone, PartialEq)]
pub struct SecretLiteral {
    value: Json,
    origins: Origins,
}

impl SecretLiteral {
    /// `value` as secret as `source`: itself if that is plain, or if it is a text, a collection or null,
    /// which say for themselves what is secret in them.
    #[must_use]
    pub fn keep(value: Json, source: &Text) -> Json {
        let is_literal = matches!(
            value,
            Json::Bool(_) | Json::Int(_) | Json::UInt(_) | Json::Float(_)
        );
        match source.origins() {
            Some(origins) if is_literal => {
                let origins = origins.clone();
                Json::SecretLiteral(std::sync::Arc::new(SecretLiteral { value, origins }))
            }
            _ => value,
        }
    }

    /// The number or boolean itself, for output that was asked to hold it.
    #[must_use]
    pub fn reveal(&self) -> &Json {
        &self.value
    }

    /// The files that it was built from.
    #[must_use]
    pub fn origins(&self) -> &Origins {
        &self.origins
    }
}

impl Drop for SecretLiteral {
    fn drop(&mut self) {
        match &mut self.value {
            Json::Bool(value) => value.zeroize(),
            Json::Int(value) => value.zeroize(),
            Json::UInt(value) => value.zeroize(),
            Json::Float(value) => value.zeroize(),
            _ => {}
        }
    }
}

impl fmt::Debug for SecretLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}
