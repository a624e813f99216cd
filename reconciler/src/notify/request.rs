//! The request that tells something, as each kind wants it.
//!
//! The forms are those that are documented: "Commit statuses" of GitHub's REST API, "Commits" of GitLab's, `repoCreateStatus`
//! of Gitea's, "Sending messages using incoming webhooks" of Slack.

use super::address::Repository;
use super::told::{Told, Verdict};
use crate::hook::sign;
use crate::resources::{Notify, NotifyKind};
use crate::secrets::Entries;
use serde_json::{Value, json};
use std::fmt;
use zeroize::Zeroizing;

/// A request that is a POST of JSON.
pub struct Outgoing {
    /// Where to. It may be a secret itself.
    pub url: Zeroizing<String>,
    /// Its headers.
    pub headers: Vec<(&'static str, Zeroizing<String>)>,
    /// What is sent.
    pub body: String,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").finish_non_exhaustive()
    }
}

/// There is no such request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// It is not said where to.
    #[error("there is no url, neither in the Sync nor in the Secret")]
    NoUrl,
    /// There is nothing to sign in with.
    #[error("the Secret has no entry token")]
    NoToken,
    /// The source is on no host that has an API.
    #[error("the source is no repository of a forge")]
    NoForge,
    /// An entry of the Secret is no text.
    #[error("an entry of the Secret is no text")]
    NoText,
}

/// How long a description may be, in characters: what GitHub takes.
const DESCRIPTION: usize = 140;

/// What tells `told` to whom `notify` names, with the entries of its Secret; `source` is the URL of the repository. Nothing, if that
/// is not told of this.
///
/// # Errors
/// See [`Unsendable`].
pub fn request(
    notify: &Notify,
    secret: &Entries,
    source: &str,
    told: &Told,
) -> Result<Option<Outgoing>, Unsendable> {
    match notify.kind {
        NotifyKind::GitHub | NotifyKind::GitLab | NotifyKind::Gitea => {
            status(notify, secret, source, told).map(Some)
        }
        // People are told how it ended.
        NotifyKind::Slack if told.verdict == Verdict::Pending => Ok(None),
        NotifyKind::Slack => message(notify, secret, told).map(Some),
        NotifyKind::Generic => document(notify, secret, told).map(Some),
    }
}

/// The status of a commit.
fn status(
    notify: &Notify,
    secret: &Entries,
    source: &str,
    told: &Told,
) -> Result<Outgoing, Unsendable> {
    let token = entry(secret, "token")?.ok_or(Unsendable::NoToken)?;
    let repository = Repository::at(source).ok_or(Unsendable::NoForge)?;
    let given = url(notify, secret)?;
    let root = given.as_ref().map(|url| url.trim_end_matches('/'));
    let (path, commit) = (&repository.path, &told.revision.commit);
    let forge = repository.forge.as_str();
    let (url, sign_in) = match notify.kind {
        NotifyKind::GitLab => {
            let (root, path) = (root.unwrap_or(forge), path.replace('/', "%2F"));
            let url = format!("{root}/api/v4/projects/{path}/statuses/{commit}");
            (url, ("private-token", token))
        }
        NotifyKind::Gitea => {
            let root = root.unwrap_or(forge);
            let url = format!("{root}/api/v1/repos/{path}/statuses/{commit}");
            let token = Zeroizing::new(format!("token {}", *token));
            (url, ("authorization", token))
        }
        _ => {
            let own = format!("{forge}/api/v3");
            let usual = match forge {
                "https://github.com" => "https://api.github.com",
                _ => &own,
            };
            let root = root.unwrap_or(usual);
            let url = format!("{root}/repos/{path}/statuses/{commit}");
            let token = Zeroizing::new(format!("Bearer {}", *token));
            (url, ("authorization", token))
        }
    };
    let context = format!("gitopsc/{}", told.key);
    let state = match (told.verdict, notify.kind) {
        (Verdict::Pending, _) => "pending",
        (Verdict::Success, _) => "success",
        (Verdict::Failure, NotifyKind::GitLab) => "failed",
        (Verdict::Failure, _) => "failure",
    };
    let description: String = told.message.chars().take(DESCRIPTION).collect();
    let body = json!({"state": state, "context": context, "description": description});
    Ok(Outgoing {
        url: Zeroizing::new(url),
        headers: vec![sign_in],
        body: body.to_string(),
    })
}

/// A message for people.
fn message(notify: &Notify, secret: &Entries, told: &Told) -> Result<Outgoing, Unsendable> {
    let revision = &told.revision;
    let (sign, what) = match told.verdict {
        Verdict::Failure => (":x:", "failed"),
        Verdict::Pending | Verdict::Success => (":white_check_mark:", "is applied"),
    };
    let (key, short) = (&told.key, &revision.short);
    let text = format!(
        "{sign} {key}: {short} {what}\n{} ({})\n{}",
        revision.subject, revision.author, told.message
    );
    // The three characters that Slack asks to be escaped.
    let text = text.replace('&', "&amp;");
    let text = text.replace('<', "&lt;").replace('>', "&gt;");
    Ok(Outgoing {
        url: url(notify, secret)?.ok_or(Unsendable::NoUrl)?,
        headers: Vec::new(),
        body: json!({"text": text}).to_string(),
    })
}

/// A document for programs, signed if there is a token.
fn document(notify: &Notify, secret: &Entries, told: &Told) -> Result<Outgoing, Unsendable> {
    let verdict = match told.verdict {
        Verdict::Pending => "pending",
        Verdict::Success => "success",
        Verdict::Failure => "failure",
    };
    let body: Value = json!({
        "namespace": told.key.namespace.as_str(),
        "name": told.key.name.as_str(),
        "state": verdict,
        "reason": told.reason,
        "message": told.message,
        "revision": told.revision,
    });
    let body = body.to_string();
    let token = entry(secret, "token")?;
    let signed = token.map(|token| {
        let digits = sign(body.as_bytes(), token.as_bytes());
        ("x-signature", Zeroizing::new(format!("sha256={digits}")))
    });
    Ok(Outgoing {
        url: url(notify, secret)?.ok_or(Unsendable::NoUrl)?,
        headers: signed.into_iter().collect(),
        body,
    })
}

fn url(notify: &Notify, secret: &Entries) -> Result<Option<Zeroizing<String>>, Unsendable> {
    let named = || notify.url.clone().map(Zeroizing::new);
    Ok(entry(secret, "url")?.or_else(named))
}

/// The text of an entry, without the line break that a file ends in; nothing if there is none.
fn entry(secret: &Entries, key: &str) -> Result<Option<Zeroizing<String>>, Unsendable> {
    let Some(bytes) = secret.get(key) else {
        return Ok(None);
    };
    let text = str::from_utf8(bytes).map_err(|_| Unsendable::NoText)?;
    let text = text.trim_ascii_end();
    Ok((!text.is_empty()).then(|| Zeroizing::new(text.to_owned())))
}
