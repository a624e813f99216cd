//! What is told of a commit.

use super::error::SourceError;
use super::link::Link;
use super::receive::Stopped;
use super::reference::Reference;
use super::verify::Signed;
use gitopsc_core::EcoString;
use gix::ObjectId;
use gix::object::Kind;

/// A commit that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its hash, in hexadecimal.
    pub id: EcoString,
    /// The author's name.
    pub author: EcoString,
    /// The first paragraph of the message, in one line.
    pub subject: EcoString,
    /// When it was committed, in seconds since the beginning of 1970 in UTC.
    pub time: i64,
    /// Who signed it, or the tag that names it.
    pub signature: Signature,
}

/// What is known of the signature of a commit or a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// There is none.
    None,
    /// There is one, and nobody asked for it to be verified.
    Unverified(SignatureKind),
    /// It is of a key that may sign.
    Verified {
        /// The kind of key.
        kind: SignatureKind,
        /// The key's fingerprint, as `ssh-keygen -l` and `gpg` print it.
        fingerprint: EcoString,
    },
}

/// Kinds of signatures that Git makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
    /// By an SSH key.
    Ssh,
    /// By an OpenPGP key.
    OpenPgp,
    /// By a kind of key that cannot be verified here, such as an X.509 certificate.
    Other,
}

/// A commit, with the annotated tag that names it, if one does.
pub(super) struct Named<'r> {
    pub commit: gix::Commit<'r>,
    pub tag: Option<gix::Tag<'r>>,
}

/// The commit that `object`, found by `reference`, is or is a tag of.
pub(super) fn named<'r>(
    repository: &'r gix::Repository,
    object: ObjectId,
    reference: &Reference,
    link: &Link<'_>,
) -> Result<Named<'r>, Stopped> {
    let unclear = |error: gix::Error| Stopped::Unclear(error.to_string().into());
    let mut object = repository.find_object(object).map_err(unclear)?;
    let mut tag = None;
    loop {
        match object.kind {
            Kind::Commit => {
                let commit = object.into_commit();
                return Ok(Named { commit, tag });
            }
            Kind::Tag => {
                let found = object.into_tag();
                let target = found.target_id().map_err(unclear)?.detach();
                object = repository.find_object(target).map_err(unclear)?;
                // Of a tag of a tag, the outer one is the one that was asked for.
                tag.get_or_insert(found);
            }
            Kind::Tree | Kind::Blob => {
                return Err(SourceError::NoRevision {
                    url: link.attempt.url().clone(),
                    reference: format!("commit at the {reference}").into(),
                    hint: Some(format!("that is a {}", object.kind).into()),
                }
                .into());
            }
        }
    }
}

/// What is told of a commit; of its signature, that nobody asked for it to be verified.
pub(super) fn told(named: &Named<'_>) -> gix::Result<Commit> {
    let commit = &named.commit;
    Ok(Commit {
        id: commit.id.to_string().into(),
        author: commit.author()?.name.to_string().into(),
        subject: commit.message()?.summary().to_string().into(),
        time: commit.time()?.seconds,
        signature: signature(named)?,
    })
}

fn signature(named: &Named<'_>) -> gix::Result<Signature> {
    let of_tag = || named.tag.as_ref().and_then(tag_signature);
    let signed = named.commit_signature()?.or_else(of_tag);
    Ok(signed.map_or(Signature::None, |signed| {
        Signature::Unverified(SignatureKind::of(&signed.signature))
    }))
}

impl Named<'_> {
    /// The signature of the commit, if it has one.
    pub(super) fn commit_signature(&self) -> gix::Result<Option<Signed>> {
        let signature = self.commit.signature()?;
        Ok(signature.map(|(signature, content)| Signed {
            signature: signature.to_vec(),
            content: content.to_bstring().into(),
        }))
    }

    /// The signature of the tag, if it has one, or why there can be none. Somebody could name another tag of theirs
    /// as the one that is wanted, so its own name has to be `name`.
    pub(super) fn tag_signature(
        &self,
        name: Option<&EcoString>,
    ) -> gix::Result<Result<Option<Signed>, EcoString>> {
        let Some(name) = name else {
            return Ok(Err(
                "what is to be signed is a tag, so the reference has to be a tag or a range".into(),
            ));
        };
        let Some(tag) = &self.tag else {
            return Ok(Err(format!(
                "`{name}` is no annotated tag, and others cannot be signed"
            )
            .into()));
        };
        let own = tag.decode()?.name;
        if own != name.as_str() {
            return Ok(Err(
                format!("it is the tag `{own}` under another name").into()
            ));
        }
        Ok(Ok(tag_signature(tag)))
    }
}

fn tag_signature(tag: &gix::Tag<'_>) -> Option<Signed> {
    let (signature, content) = gix::objs::TagRefIter::signature(&tag.data)?;
    Some(Signed {
        signature: signature.data.to_vec(),
        content: content.to_bstring().into(),
    })
}

impl SignatureKind {
    /// The kind of a signature that is in PEM.
    pub(super) fn of(text: &[u8]) -> SignatureKind {
        if text.starts_with(b"-----BEGIN SSH SIGNATURE-----") {
            SignatureKind::Ssh
        } else if text.starts_with(b"-----BEGIN PGP ") {
            SignatureKind::OpenPgp
        } else {
            SignatureKind::Other
        }
    }
}

/// Whether the commit `previous` is not among what came before `commit`, which has all of its history.
pub(super) fn is_apart(commit: &gix::Commit<'_>, previous: &str) -> gix::Result<bool> {
    let repository = commit.repo;
    let Ok(previous) = ObjectId::from_hex(previous.as_bytes()) else {
        return Ok(true);
    };
    if previous == commit.id {
        return Ok(false);
    }
    if !repository.has_object(previous) {
        return Ok(true);
    }
    let base = repository.merge_base(previous, commit.id)?;
    Ok(base.is_none_or(|base| base.detach() != previous))
}
