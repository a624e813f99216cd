//! The way to the server and back.

use crate::answer::{expired_event, response};
use crate::body::{Cut, End, Piped, pipe, whole};
use crate::fault::Fault;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::http::{HeaderMap, Request, Response, Uri, header, request};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// A server behind the proxy.
pub(crate) struct Upstream {
    server: String,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Upstream {
    /// The server at `server`, whose certificate an authority in `ca` (PEM) signed.
    pub(crate) fn new(server: &str, ca: &str) -> Upstream {
        let mut roots = RootCertStore::empty();
        for authority in CertificateDer::pem_slice_iter(ca.as_bytes()) {
            let authority = authority.expect("an authority is PEM");
            roots.add(authority).expect("an authority is a certificate");
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has the default versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        Upstream {
            server: server.trim_end_matches('/').to_owned(),
            client: Client::builder(TokioExecutor::new()).build(connector),
        }
    }

    /// Does what is asked, with `fault`.
    pub(crate) async fn serve(
        &self,
        asked: Request<Incoming>,
        fault: Option<Fault>,
    ) -> Result<Response<Piped>, Cut> {
        match fault {
            Some(Fault::CutBefore) => return Err(Cut),
            Some(Fault::Hang) => pending().await,
            Some(Fault::Answer(answer)) => return Ok(response(&answer).map(whole)),
            Some(Fault::Delay(time)) => sleep(Duration::from_millis(time)).await,
            _ => {}
        }
        let answer = self.forward(asked).await?;
        let end = match fault {
            Some(Fault::CutAfter) => {
                finish(answer).await?;
                return Err(Cut);
            }
            Some(Fault::AnswerAfter(other)) => {
                finish(answer).await?;
                return Ok(response(&other).map(whole));
            }
            Some(Fault::Late(time)) => {
                sleep(Duration::from_millis(time)).await;
                End::None
            }
            Some(Fault::CutMidway) => End::Midway,
            Some(Fault::WatchCloses(time)) => End::After(Duration::from_millis(time), Bytes::new()),
            Some(Fault::WatchExpires(time)) => {
                End::After(Duration::from_millis(time), expired_event().into())
            }
            Some(Fault::WatchSilent(time)) => End::Silence(Duration::from_millis(time)),
            _ => End::None,
        };
        Ok(answer.map(|body| pipe(body, end)))
    }

    async fn forward(&self, asked: Request<Incoming>) -> Result<Response<Incoming>, Cut> {
        let (head, body) = asked.into_parts();
        let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
        let request = self.request(head, body)?;
        let answer = self.client.request(request).await.map_err(|_| Cut)?;
        let (mut head, body) = answer.into_parts();
        own_headers(&mut head.headers);
        Ok(Response::from_parts(head, body))
    }

    fn request(&self, head: request::Parts, body: Bytes) -> Result<Request<Full<Bytes>>, Cut> {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let uri: Uri = format!("{}{path}", self.server).parse().map_err(|_| Cut)?;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = head.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = head.headers;
        own_headers(request.headers_mut());
        request.headers_mut().remove(header::HOST);
        Ok(request)
    }
}

/// Removes headers that are about one connection.
fn own_headers(headers: &mut HeaderMap) {
    for name in [
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
    ] {
        headers.remove(name);
    }
}

/// Waits until the server has answered wholly.
async fn finish(answer: Response<Incoming>) -> Result<(), Cut> {
    let body = answer.into_body().collect().await;
    body.map(drop).map_err(|_| Cut)
}
