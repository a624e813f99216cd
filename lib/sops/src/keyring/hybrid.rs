//! The post-quantum identity of age, `AGE-SECRET-KEY-PQ-1...`: HPKE in base mode with ML-KEM-768 and X25519
//! joined (X-Wing), HKDF-SHA256 and ChaCha20-Poly1305.
//!
//! The crate age does not have it yet; this goes once it does.

use age::DecryptError;
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::primitives::bech32_decode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use ml_kem::kem::Decapsulate as _;
use ml_kem::{B32, KemCore, MlKem768};
use sha2::Sha256;
use sha3::digest::{ExtendableOutput as _, Update as _, XofReader as _};
use sha3::{Digest as _, Sha3_256, Shake256};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize as _, Zeroizing};

const STANZA: &str = "mlkem768x25519";
const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
const HUMAN_READABLE: &str = "AGE-SECRET-KEY-PQ-";
/// KEM, KDF and AEAD by their numbers: X-Wing, HKDF-SHA256, ChaCha20-Poly1305.
const SUITE: &[u8] = b"HPKE\x64\x7a\x00\x01\x00\x03";
const XWING_LABEL: &[u8] = b"\\.//^\\";
const KEM_CIPHERTEXT: usize = 1088;
const TAG: usize = 16;

/// A hybrid identity.
pub(super) struct HybridKey {
    post_quantum: <MlKem768 as KemCore>::DecapsulationKey,
    classic: StaticSecret,
    classic_public: PublicKey,
}

impl HybridKey {
    /// Reads `AGE-SECRET-KEY-PQ-1...`.
    pub(super) fn parse(word: &str) -> Result<HybridKey, &'static str> {
        let wrong = "a character is wrong or missing";
        let mut seed = Zeroizing::new([0; 32]);
        bech32_decode(
            word,
            |_| wrong,
            |prefix| {
                (prefix.to_string() == HUMAN_READABLE)
                    .then_some(())
                    .ok_or(wrong)
            },
            |_, bytes| {
                let bytes = Zeroizing::new(bytes.collect::<Vec<u8>>());
                if bytes.len() != seed.len() {
                    return Err("it has the wrong length");
                }
                seed.copy_from_slice(&bytes);
                Ok(())
            },
        )?;
        Ok(HybridKey::from_seed(&seed))
    }

    fn from_seed(seed: &[u8; 32]) -> HybridKey {
        let mut stream = Shake256::default().chain(seed).finalize_xof();
        let mut part = || {
            let mut part = [0; 32];
            stream.read(&mut part);
            part
        };
        let (mut d, mut z) = (B32::from(part()), B32::from(part()));
        let classic = StaticSecret::from(part());
        let (post_quantum, _) = MlKem768::generate_deterministic(&d, &z);
        d.zeroize();
        z.zeroize();
        HybridKey {
            post_quantum,
            classic_public: PublicKey::from(&classic),
            classic,
        }
    }

    /// The secret that `encapsulated` shares with whoever made it.
    fn shared_secret(&self, encapsulated: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let (sealed, public) = encapsulated.split_at_checked(KEM_CIPHERTEXT)?;
        let public = PublicKey::from(<[u8; 32]>::try_from(public).ok()?);
        let post_quantum = self
            .post_quantum
            .decapsulate(sealed.try_into().ok()?)
            .ok()?;
        let classic = self.classic.diffie_hellman(&public);
        if !classic.was_contributory() {
            return None;
        }
        let hash = Sha3_256::new()
            .chain(post_quantum.as_slice())
            .chain(classic.as_bytes())
            .chain(public.as_bytes())
            .chain(self.classic_public.as_bytes())
            .chain(XWING_LABEL);
        Some(Zeroizing::new(hash.finalize().into()))
    }

    fn unwrap_body(&self, encapsulated: &[u8], body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let secret = self.shared_secret(encapsulated)?;
        let (key, nonce) = key_schedule(&*secret)?;
        let cipher = ChaCha20Poly1305::new(Key::from_slice(&*key));
        let opened = cipher.decrypt(Nonce::from_slice(&nonce), body).ok()?;
        Some(Zeroizing::new(opened))
    }
}

impl age::Identity for HybridKey {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != STANZA {
            return None;
        }
        let malformed = || Some(Err(DecryptError::InvalidHeader));
        let [argument] = stanza.args.as_slice() else {
            return malformed();
        };
        let Ok(encapsulated) = STANDARD_NO_PAD.decode(argument) else {
            return malformed();
        };
        if stanza.body.len() != FILE_KEY_BYTES + TAG || encapsulated.len() != KEM_CIPHERTEXT + 32 {
            return malformed();
        }
        // A key for somebody else decapsulates too, and only then does not open the body.
        let opened = self.unwrap_body(&encapsulated, &stanza.body)?;
        Some(FileKey::try_init_with_mut(|key| {
            if opened.len() != key.len() {
                return Err(DecryptError::DecryptionFailed);
            }
            key.copy_from_slice(&opened);
            Ok(())
        }))
    }
}

/// Key and nonce of the first message (RFC 9180, 5.1, base mode).
fn key_schedule(secret: &[u8]) -> Option<(Zeroizing<[u8; 32]>, [u8; 12])> {
    let mut context = vec![0];
    context.extend_from_slice(&extract(&[], b"psk_id_hash", &[]).0);
    context.extend_from_slice(&extract(&[], b"info_hash", INFO).0);
    let (_, expander) = extract(secret, b"secret", &[]);
    let mut key = Zeroizing::new([0; 32]);
    let mut nonce = [0; 12];
    expand(&expander, b"key", &context, &mut *key)?;
    expand(&expander, b"base_nonce", &context, &mut nonce)?;
    Some((key, nonce))
}

fn extract(salt: &[u8], label: &[u8], input: &[u8]) -> (Vec<u8>, Hkdf<Sha256>) {
    let labeled = Zeroizing::new([b"HPKE-v1", SUITE, label, input].concat());
    let (key, expander) = Hkdf::<Sha256>::extract(Some(salt), &labeled);
    (key.to_vec(), expander)
}

fn expand(expander: &Hkdf<Sha256>, label: &[u8], context: &[u8], out: &mut [u8]) -> Option<()> {
    let length = u16::try_from(out.len()).ok()?.to_be_bytes();
    let labeled = [&length, b"HPKE-v1".as_slice(), SUITE, label, context].concat();
    expander.expand(&labeled, out).ok()
}
