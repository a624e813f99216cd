//! Git's smart HTTP: the client under the Git library's transport.
//!
//! It signs in by itself, follows redirections as Git does (of the first request only, from https to https), never
//! sends credentials to another server than the one that is named, and ends with the attempt.

mod exchange;
mod refused;
mod unanswered;

use super::access::Access;
use super::address::Address;
use super::attempt::Attempt;
use super::certificates::tls;
use super::error::SourceError;
use super::hidden::Hidden;
use exchange::{Answer, Body, Exchange, Head, Upload};
use gix_transport::Protocol;
use gix_transport::client::blocking_io::Transport;
use gix_transport::client::blocking_io::http::{
    self, GetResponse, Http, PostBodyDataKind, PostResponse,
};
use std::any::Any;
use std::io::{self, BufReader};
use std::sync::Arc;
use ureq::Agent;
use ureq::http::{HeaderName, HeaderValue, Response, Uri, header};

/// A transport to the repository at `address`, which is one of https.
///
/// # Errors
/// The access is not what it should be. Nothing is sent yet.
pub(super) fn transport(
    address: &Address,
    access: &Access,
    attempt: &Arc<Attempt>,
) -> Result<Box<dyn Transport + Send>, SourceError> {
    let url = gix::url::parse(address.shown.as_str());
    let url = url.map_err(|_| SourceError::Address {
        url: address.shown.clone(),
        why: "it is no URL".into(),
    })?;
    let proxy = access.proxy.as_ref().map(super::proxy::Proxy::client);
    let config = Agent::config_builder()
        .tls_config(tls(&access.authorities, access.certificate.as_ref())?)
        .proxy(proxy.transpose()?)
        .https_only(true)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false);
    let client = Client {
        agent: config.build().new_agent(),
        authorization: access.authorization(),
        url: address.shown.to_string(),
        base: None,
        attempt: Arc::clone(attempt),
    };
    Ok(Box::new(http::Transport::new_http(
        client,
        url,
        Protocol::V2,
        false,
    )))
}

/// Git's own limit for the redirections of one request.
const MOST_REDIRECTIONS: usize = 20;

#[derive(Clone)]
struct Client {
    agent: Agent,
    authorization: Option<Hidden>,
    /// What was named, to which alone the credentials go.
    url: String,
    /// Where a redirection led.
    base: Option<String>,
    attempt: Arc<Attempt>,
}

impl Client {
    fn signs_in(&self, at: &str) -> Option<&Hidden> {
        let authorization = self.authorization.as_ref();
        authorization.filter(|_| origin(at).is_some() && origin(at) == origin(&self.url))
    }

    /// Sends a request; a body makes it a POST.
    fn send(
        &self,
        at: &str,
        headers: &[(HeaderName, HeaderValue)],
        body: Option<Vec<u8>>,
    ) -> Result<Response<ureq::Body>, SourceError> {
        let left = Some(self.attempt.left()?);
        let mut headers = headers.to_vec();
        if let Some(authorization) = self.signs_in(at) {
            let value = HeaderValue::from_bytes(authorization.bytes());
            let mut value = value.map_err(|_| refused::unsendable())?;
            value.set_sensitive(true);
            headers.push((header::AUTHORIZATION, value));
        }
        let sent = match body {
            None => {
                let request = self.agent.get(at).config().timeout_global(left).build();
                let request = headers
                    .into_iter()
                    .fold(request, |to, (name, value)| to.header(name, value));
                request.call()
            }
            Some(body) => {
                let request = self.agent.post(at).config().timeout_global(left).build();
                let request = headers
                    .into_iter()
                    .fold(request, |to, (name, value)| to.header(name, value));
                request.send(&body[..])
            }
        };
        sent.map_err(|error| unanswered::told(&error, &self.attempt))
    }

    /// The answer to a GET, wherever it is.
    fn found(
        &mut self,
        url: &str,
        base: &str,
        headers: &[(HeaderName, HeaderValue)],
    ) -> Result<Answer, SourceError> {
        let tail = url.strip_prefix(base).unwrap_or_default();
        let mut at = url.to_owned();
        for _ in 0..MOST_REDIRECTIONS {
            let response = self.send(&at, headers, None)?;
            let Some(next) = refused::redirection(&response) else {
                if at != url {
                    self.base = at.strip_suffix(tail).map(str::to_owned);
                }
                return self.answer(response, &at);
            };
            at = refused::followed(&at, &next, tail, self.attempt.url())?;
        }
        Err(refused::led_astray(
            self.attempt.url(),
            "it redirects in circles",
        ))
    }

    fn answer(&self, response: Response<ureq::Body>, at: &str) -> Result<Answer, SourceError> {
        let signed_in = refused::SignedIn {
            has_any: self.authorization.is_some(),
            sent: self.signs_in(at).is_some(),
            at,
        };
        refused::check(&response, &signed_in, self.attempt.url())?;
        Ok(Answer::new(response, Arc::clone(&self.attempt)))
    }
}

/// Scheme, host and port.
fn origin(url: &str) -> Option<(String, String, u16)> {
    let url: Uri = url.parse().ok()?;
    let host = url.host()?.to_ascii_lowercase();
    Some((
        url.scheme_str()?.to_owned(),
        host,
        url.port_u16().unwrap_or(443),
    ))
}

fn parsed(headers: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<(HeaderName, HeaderValue)> {
    let headers = headers.into_iter().filter_map(|line| {
        let (name, value) = line.as_ref().split_once(':')?;
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(value.trim()).ok()?))
    });
    headers.collect()
}

impl Http for Client {
    type Headers = BufReader<Head>;
    type ResponseBody = BufReader<Body>;
    type PostBody = Upload;

    fn get(
        &mut self,
        url: &str,
        base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> gix::Result<GetResponse<Self::Headers, Self::ResponseBody>> {
        let answer = self.found(url, base_url, &parsed(headers));
        let answer = answer.map_err(|error| self.attempt.fail(error));
        let exchange = Exchange::over(answer.map_err(gix::Error::from_error)?);
        Ok(GetResponse {
            headers: exchange.head(),
            body: exchange.body(),
        })
    }

    fn post(
        &mut self,
        url: &str,
        _base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
        _body: PostBodyDataKind,
    ) -> gix::Result<PostResponse<Self::Headers, Self::ResponseBody, Self::PostBody>> {
        let (client, url, headers) = (self.clone(), url.to_owned(), parsed(headers));
        let exchange = Exchange::upload(move |body| {
            let answered = client.send(&url, &headers, Some(body));
            let answered = answered.and_then(|response| client.answer(response, &url));
            answered.map_err(|error| client.attempt.fail(error))
        });
        Ok(PostResponse {
            headers: exchange.head(),
            body: exchange.body(),
            post_body: exchange.writer(),
        })
    }

    fn configure(&mut self, _config: &dyn Any) -> gix::Result {
        Ok(())
    }

    fn redirected_base_url(&self) -> Option<String> {
        self.base.clone()
    }
}

/// What reads from the network tells the Git library of a failure, and keeps what it was.
fn received(attempt: &Attempt, read: io::Result<usize>) -> io::Result<usize> {
    let read = read.map_err(|error| unanswered::broken(&error, attempt));
    let counted = read.and_then(|bytes| attempt.receive(bytes).map(|()| bytes));
    counted.map_err(|error| attempt.fail(error))
}
