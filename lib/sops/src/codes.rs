//! The codes of this crate's diagnostics. Each has an entry in docs/diagnostics.md.

use gitopsc_core::Code;

/// No key at hand opens an encrypted file.
pub const DECRYPTION_KEY_MISSING: Code = Code("decryption-key-missing");
/// An encrypted file is not what was encrypted.
pub const ENCRYPTED_FILE_ALTERED: Code = Code("encrypted-file-altered");
/// An encrypted file is broken.
pub const ENCRYPTED_FILE_MALFORMED: Code = Code("encrypted-file-malformed");
/// An encrypted file asks for something that is not supported.
pub const ENCRYPTED_FILE_UNSUPPORTED: Code = Code("encrypted-file-unsupported");
/// An encrypted file has nothing that proves it whole.
pub const ENCRYPTED_FILE_WITHOUT_MAC: Code = Code("encrypted-file-without-mac");

/// All of them.
pub const ALL: &[Code] = &[
    DECRYPTION_KEY_MISSING,
    ENCRYPTED_FILE_ALTERED,
    ENCRYPTED_FILE_MALFORMED,
    ENCRYPTED_FILE_UNSUPPORTED,
    ENCRYPTED_FILE_WITHOUT_MAC,
];
