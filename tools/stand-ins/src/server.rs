//! A TLS server on a Service's cluster address that answers by a function.

use crate::certificate::certificate;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::http::{Request, Response, StatusCode, header};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::TlsAcceptor;

/// What was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The method, such as `POST`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The body; null if there was none, or no JSON.
    pub body: Value,
}

/// What is answered, as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The status, such as 200.
    pub status: u16,
    /// The body.
    pub body: Value,
}

impl Reply {
    /// `body` with status 200.
    #[must_use]
    pub fn ok(body: Value) -> Reply {
        Reply { status: 200, body }
    }
}

type Answer = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A server that runs as long as this lives.
pub struct StandIn {
    address: SocketAddr,
    authority: String,
    calls: Arc<AtomicUsize>,
    /// Taken when it ends.
    runtime: Option<Runtime>,
}

impl StandIn {
    /// Listens on `address`, which becomes the `clusterIP` of a Service that the API server calls by `name`,
    /// such as `policy.default.svc`. The system chooses the port, which differs between all that run at a time.
    ///
    /// # Panics
    /// It cannot listen there.
    #[must_use]
    pub fn start(
        address: Ipv4Addr,
        name: &str,
        answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> StandIn {
        let any_port = SocketAddrV4::new(address, 0);
        let started = StandIn::listen(any_port, name, answer);
        started.expect("the address is one of loopback with a free port")
    }

    /// The same on the port of a Service that is there already.
    ///
    /// # Errors
    /// It cannot listen there, as where ports below 1024 are for root.
    ///
    /// # Panics
    /// No thread can be started.
    pub fn listen(
        address: SocketAddrV4,
        name: &str,
        answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> io::Result<StandIn> {
        let (settings, authority) = certificate(name, *address.ip());
        let listener = std::net::TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let runtime = runtime.expect("threads can be started");
        let calls = Arc::new(AtomicUsize::new(0));
        let acceptor = TlsAcceptor::from(Arc::new(settings));
        let counted = Arc::clone(&calls);
        let answer: Arc<Answer> = Arc::new(move |asked: &Asked| {
            counted.fetch_add(1, Ordering::SeqCst);
            answer(asked)
        });
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("the runtime takes a listener");
            accept(listener, acceptor, answer).await;
        });
        Ok(StandIn {
            address,
            authority,
            calls,
            runtime: Some(runtime),
        })
    }

    /// The port that the Service must have.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What stands in `caBundle` for the API server to trust it.
    #[must_use]
    pub fn ca_bundle(&self) -> String {
        STANDARD.encode(&self.authority)
    }

    /// How often it was asked.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Drop for StandIn {
    /// Ends all connections, so that the next call finds nobody. It waits for nothing.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, answer: Arc<Answer>) {
    // It ends with the runtime; a connection that was closed before it was accepted is no reason to.
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, acceptor.clone(), Arc::clone(&answer)));
        }
    }
}

async fn connection(stream: TcpStream, acceptor: TlsAcceptor, answer: Arc<Answer>) {
    // Whoever does not trust the certificate goes away again.
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let service = service_fn(|request| reply(request, Arc::clone(&answer)));
    // A connection that breaks is the API server's business.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn reply(
    request: Request<Incoming>,
    answer: Arc<Answer>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let asked = Asked {
        method: head.method.to_string(),
        path: head.uri.to_string(),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    };
    let reply = answer(&asked);
    let mut response = Response::new(Full::from(reply.body.to_string()));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}
