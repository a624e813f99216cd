//! Answers that are no answer to the question: what they mean, and what to do.

use crate::source::error::SourceError;
use gitopsc_core::EcoString;
use ureq::http::{Response, StatusCode, header};

/// With what was asked.
pub(super) struct SignedIn<'a> {
    /// Whether there are credentials.
    pub has_any: bool,
    /// Whether they were sent.
    pub sent: bool,
    /// The URL that was asked.
    pub at: &'a str,
}

/// Whether the answer is Git's.
///
/// # Errors
/// It is not; the error says what it is.
pub(super) fn check(
    response: &Response<ureq::Body>,
    signed_in: &SignedIn<'_>,
    url: &EcoString,
) -> Result<(), SourceError> {
    let url = url.clone();
    let status = response.status();
    match status {
        StatusCode::OK => is_git(response, url),
        StatusCode::UNAUTHORIZED => Err(SourceError::Credentials {
            why: unauthorized(signed_in).into(),
            url,
        }),
        StatusCode::FORBIDDEN => Err(SourceError::Credentials {
            why: "the server forbids it (403); let the credentials read the repository".into(),
            url,
        }),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(SourceError::NoRepository {
            why: not_found(signed_in).into(),
            url,
        }),
        status if status.is_redirection() => {
            Err(led_astray(&url, "it redirects a request with a body"))
        }
        status => Err(SourceError::Unreachable {
            why: format!("the server answers {}", status.as_u16()).into(),
            url,
        }),
    }
}

fn unauthorized(signed_in: &SignedIn<'_>) -> String {
    match (signed_in.sent, signed_in.has_any) {
        (true, _) => "the server does not accept the credentials (401); renew them in the Secret".to_owned(),
        (false, true) => format!(
            "it redirects to {}, which asks for credentials, and those of another server are not sent there; put that URL into the Sync",
            crate::source::address::shown(signed_in.at)
        ),
        (false, false) => "the server asks for credentials (401), or has no such repository; name a Secret with them in `secretRef`, or correct the URL".to_owned(),
    }
}

fn not_found(signed_in: &SignedIn<'_>) -> &'static str {
    match signed_in.sent {
        true => "there is no such repository (404), or the credentials may not see it",
        false => {
            "there is no such repository (404), or it is private; correct the URL, or name a Secret with credentials in `secretRef`"
        }
    }
}

fn is_git(response: &Response<ureq::Body>, url: EcoString) -> Result<(), SourceError> {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-git-upload-pack-") {
        return Ok(());
    }
    let why = "what is there is no Git repository, or one that is served without Git's smart HTTP; correct the URL";
    Err(SourceError::NoRepository {
        url,
        why: why.into(),
    })
}

/// Where the answer sends on to.
pub(super) fn redirection(response: &Response<ureq::Body>) -> Option<String> {
    let sends_on = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let location = response
        .headers()
        .get(header::LOCATION)
        .filter(|_| sends_on)?;
    location.to_str().ok().map(str::to_owned)
}

/// The URL to which `at` sends on, if it is one that Git follows: of https, and ending as what was asked for.
pub(super) fn followed(
    at: &str,
    location: &str,
    tail: &str,
    url: &EcoString,
) -> Result<String, SourceError> {
    let next = match location.strip_prefix('/') {
        Some(rest) if !rest.starts_with('/') => {
            let scheme = "https://".len();
            let end = at[scheme..].find('/').map_or(at.len(), |end| scheme + end);
            format!("{}{location}", &at[..end])
        }
        _ => location.to_owned(),
    };
    let shown = crate::source::address::shown(&next);
    if !next.starts_with("https://") {
        return Err(led_astray(
            url,
            &format!("it redirects to {shown}, which is not https"),
        ));
    }
    if !next.ends_with(tail) {
        return Err(led_astray(
            url,
            &format!("it redirects to {shown}, which is no repository; it may want credentials"),
        ));
    }
    Ok(next)
}

pub(super) fn led_astray(url: &EcoString, why: &str) -> SourceError {
    SourceError::NoRepository {
        url: url.clone(),
        why: why.into(),
    }
}

pub(super) fn unsendable() -> SourceError {
    SourceError::Setting {
        what: "the Secret".into(),
        why: "the credentials hold what no header can".into(),
    }
}
