//! The proxy as a test holds it.

use crate::body::{Cut, Piped};
use crate::fault::{Answer, Fault};
use crate::forward::Upstream;
use crate::random::Random;
use crate::request::{Request, Verb};
use crate::rule::Rule;
use crate::seen::{Entry, Seen};
use hyper::body::Incoming;
use hyper::http::{self, header};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

/// A proxy that runs as long as this lives.
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Taken when it ends.
    runtime: Option<Runtime>,
}

/// What all connections share.
struct Shared {
    upstream: Upstream,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Rules, each with how many requests it described so far, by what they are counted with.
    rules: Vec<(Rule, Counts)>,
    random: Option<Random>,
    /// How many writes may be on their way at once.
    limit: Option<usize>,
    /// How many are.
    writing: usize,
    /// For requests that have no credentials.
    token: Option<String>,
    seen: Seen,
}

impl FaultProxy {
    /// A proxy before the API server at `server`, whose certificate an authority in `ca` (PEM) signed. There are
    /// no faults until some are added.
    ///
    /// # Panics
    /// It cannot listen, or `ca` is no certificate.
    #[must_use]
    pub fn start(server: &str, ca: &str) -> FaultProxy {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        let runtime = runtime.expect("threads can be started");
        let listener = listen(&runtime);
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(Shared {
            upstream: Upstream::new(server, ca),
            state: Mutex::default(),
        });
        runtime.spawn(accept(listener, Arc::clone(&shared)));
        FaultProxy {
            address,
            shared,
            runtime: Some(runtime),
        }
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, requests without credentials go to the server with `token`: kubectl sends none over plain
    /// HTTP.
    pub fn authorize(&self, token: &str) {
        self.shared.state().token = Some(token.to_owned());
    }

    /// Adds a rule. Of several rules that describe a request, the first that gives it a fault decides.
    pub fn add(&self, rule: Rule) {
        self.shared.state().rules.push((rule, Counts::new()));
    }

    /// From now on, requests that no rule gives a fault meet one at random.
    pub fn add_random(&self, random: Random) {
        self.shared.state().random = Some(random);
    }

    /// From now on, a write that comes while `most` are on their way is answered with 429, as a server does that has
    /// reached its limit.
    pub fn limit_writes(&self, most: usize) {
        self.shared.state().limit = Some(most);
    }

    /// From now on, nothing fails.
    pub fn clear(&self) {
        let mut state = self.shared.state();
        state.rules.clear();
        state.random = None;
        state.limit = None;
    }

    /// All requests so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.shared.state().seen.clone()
    }

    /// All requests since the last time that this was asked.
    #[must_use]
    pub fn take_seen(&self) -> Seen {
        std::mem::take(&mut self.shared.state().seen)
    }
}

impl Drop for FaultProxy {
    /// Ends all connections. It may be dropped by an asynchronous test, so it waits for nothing.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(
        &self,
        mut asked: http::Request<Incoming>,
    ) -> Result<http::Response<Piped>, Cut> {
        let request = Request::read(asked.method(), asked.uri(), asked.headers());
        let is_write = request.is_write();
        let fault = self.state().note(request);
        let is_refused = matches!(&fault, Some(Fault::Answer(_)));
        let _counted = (is_write && !is_refused).then(|| Writing::begin(self));
        if let Some(token) = self.state().token.clone() {
            let value = format!("Bearer {token}").parse().map_err(|_| Cut)?;
            let credentials = asked.headers_mut().entry(header::AUTHORIZATION);
            credentials.or_insert(value);
        }
        self.upstream.serve(asked, fault).await
    }
}

/// A write that is on its way as long as this lives.
struct Writing<'s>(&'s Shared);

impl Writing<'_> {
    fn begin(shared: &Shared) -> Writing<'_> {
        shared.state().writing += 1;
        Writing(shared)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.state().writing -= 1;
    }
}

impl State {
    /// Notes a request and says what it meets.
    fn note(&mut self, request: Request) -> Option<Fault> {
        let mut fault = None;
        for (rule, counts) in &mut self.rules {
            if rule.describes(&request) {
                let count = counts.entry(rule.counted_with(&request)).or_default();
                *count += 1;
                if fault.is_none() && rule.meets(*count) {
                    fault = Some(rule.fault.clone());
                }
            }
        }
        let is_over = self.limit.is_some_and(|most| self.writing >= most);
        if is_over && request.is_write() {
            fault = Some(Fault::Answer(Answer::TooManyRequests(1)));
        }
        if fault.is_none() {
            fault = self
                .random
                .as_mut()
                .and_then(|random| random.draw(&request));
        }
        self.seen.0.push(Entry {
            request,
            fault: fault.clone(),
        });
        fault
    }
}

/// How many requests a rule described, by what they are counted with.
type Counts = BTreeMap<Option<(Verb, String)>, usize>;

/// Listens on a free port of loopback.
fn listen(runtime: &Runtime) -> TcpListener {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    listener
        .set_nonblocking(true)
        .expect("a listener need not block");
    let _within = runtime.enter();
    TcpListener::from_std(listener).expect("the runtime takes a listener")
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // It ends with the runtime; a connection that was closed before it was accepted is no reason to.
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, Arc::clone(&shared)));
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    // Small writes, such as an event of a watch, are not held back.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|asked| shared.serve(asked));
    // A connection that breaks is the client's business, or was broken on purpose.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
