//! From headers and a body to what a forge says, if it knows the token.

use super::forges;
use super::signature::{is_token, signs};
use gitopsc_core::EcoString;
use hyper::HeaderMap;
use std::fmt;

/// What a forge has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Whose way of saying it this is.
    pub forge: Forge,
    /// What the forge calls it, for its own log; it may come again under the same name.
    pub id: Option<EcoString>,
    /// What it says.
    pub news: News,
}

/// Whose way of saying it something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Forge {
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea.
    Gitea,
    /// Forgejo.
    Forgejo,
    /// Bitbucket, Cloud or Data Center.
    Bitbucket,
    /// Anybody, who signs the body.
    Generic,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Somebody tries whether the hook works.
    Ping,
    /// Something was pushed.
    Pushed(Pushed),
    /// Something has changed, and it is not said what.
    Changed,
    /// This event, which nobody needs.
    Other(EcoString),
}

/// What was pushed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// The references that changed, in full, such as `refs/heads/main`.
    pub references: Vec<EcoString>,
    /// Addresses of the repository: URLs, or `OWNER/NAME` where there is none.
    pub repository: Vec<EcoString>,
}

/// Why something is not listened to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// It is not signed, or not with the token.
    Signature,
    /// Who sent it knows the token, but it cannot be read.
    Unreadable(&'static str),
}

/// What the headers and the body of a request say, if they are signed with `token`, which is not empty.
///
/// The signatures are those that the forges document: `X-Hub-Signature-256` of GitHub, `X-Gitlab-Token`,
/// `X-Gitea-Signature`, `X-Forgejo-Signature`, `X-Hub-Signature` of Bitbucket, and `X-Signature: sha256=...` of anybody
/// else. Forgejo and Gitea also send the headers of GitHub, so they are looked for first.
///
/// # Errors
/// See [`Rejection`].
pub fn recognise(headers: &HeaderMap, body: &[u8], token: &[u8]) -> Result<Delivery, Rejection> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let forge = forge_of(headers);
    let (signature, id, event) = forge.headers();
    let signature = text(signature).ok_or(Rejection::Signature)?;
    let is_signed = match forge {
        Forge::GitLab => is_token(signature.as_bytes(), token),
        Forge::Gitea | Forge::Forgejo => signs(signature, body, token),
        Forge::GitHub | Forge::Bitbucket | Forge::Generic => {
            let digits = signature.strip_prefix("sha256=");
            digits.is_some_and(|digits| signs(digits, body, token))
        }
    };
    if !is_signed {
        return Err(Rejection::Signature);
    }
    let event = text(event).unwrap_or_default();
    let news = forges::news(forge, event, body).ok_or_else(|| {
        let kind = text("content-type").unwrap_or_default();
        Rejection::Unreadable(
            match kind.starts_with("application/x-www-form-urlencoded") {
                true => "it is a form: choose application/json as the content type of the webhook",
                false => "its body is not what such an event has",
            },
        )
    })?;
    Ok(Delivery {
        forge,
        // Bitbucket Cloud and Data Center call it differently.
        id: text(id)
            .or_else(|| text("x-request-uuid"))
            .map(EcoString::from),
        news,
    })
}

fn forge_of(headers: &HeaderMap) -> Forge {
    let order = [
        Forge::Forgejo,
        Forge::Gitea,
        Forge::GitLab,
        Forge::Bitbucket,
        Forge::GitHub,
    ];
    let is = |forge: &Forge| headers.contains_key(forge.headers().2);
    order.into_iter().find(is).unwrap_or(Forge::Generic)
}

impl Forge {
    /// The headers that hold the signature, the name of a delivery, and the event.
    fn headers(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Forge::GitHub => ("x-hub-signature-256", "x-github-delivery", "x-github-event"),
            Forge::GitLab => ("x-gitlab-token", "x-gitlab-event-uuid", "x-gitlab-event"),
            Forge::Gitea => ("x-gitea-signature", "x-gitea-delivery", "x-gitea-event"),
            Forge::Forgejo => (
                "x-forgejo-signature",
                "x-forgejo-delivery",
                "x-forgejo-event",
            ),
            Forge::Bitbucket => ("x-hub-signature", "x-request-id", "x-event-key"),
            Forge::Generic => ("x-signature", "x-delivery", "x-event"),
        }
    }
}

impl fmt::Display for Forge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Forge::GitHub => "github",
            Forge::GitLab => "gitlab",
            Forge::Gitea => "gitea",
            Forge::Forgejo => "forgejo",
            Forge::Bitbucket => "bitbucket",
            Forge::Generic => "generic",
        })
    }
}
