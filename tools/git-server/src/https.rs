//! A server of Git's smart HTTP over TLS.

use crate::certificate::certificate;
use crate::connection::serve;
use crate::{Gate, Request};
use rustls::ServerConfig;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

pub(crate) type Decide = dyn Fn(&Request) -> Gate + Send + Sync;

/// What all connections of a server share.
pub(crate) struct Shared {
    pub root: PathBuf,
    pub tls: Arc<ServerConfig>,
    pub decide: Box<Decide>,
    pub seen: Mutex<Vec<Request>>,
    pub over: AtomicBool,
}

/// A server that runs as long as this lives.
pub struct HttpsServer {
    address: SocketAddr,
    authority: String,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

impl HttpsServer {
    /// Serves the repositories in `root`, as far as `decide` lets it.
    ///
    /// # Panics
    /// It cannot listen.
    #[must_use]
    pub fn start(
        root: &Path,
        decide: impl Fn(&Request) -> Gate + Send + Sync + 'static,
    ) -> HttpsServer {
        HttpsServer::with_names(root, &["127.0.0.1"], decide)
    }

    /// The same with a certificate for other hosts.
    ///
    /// # Panics
    /// It cannot listen.
    #[must_use]
    pub fn with_names(
        root: &Path,
        names: &[&str],
        decide: impl Fn(&Request) -> Gate + Send + Sync + 'static,
    ) -> HttpsServer {
        let (tls, authority) = certificate(names);
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("it listens");
        let shared = Arc::new(Shared {
            root: root.to_owned(),
            tls: Arc::new(tls),
            decide: Box::new(decide),
            seen: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let accepted = Arc::clone(&shared);
        let accepting = thread::spawn(move || accept(&listener, &accepted));
        HttpsServer {
            address,
            authority,
            shared,
            accepting: Some(accepting),
        }
    }

    /// The URL of a repository, named by its folder.
    #[must_use]
    pub fn url(&self, repository: &str) -> String {
        format!("https://{}/{repository}", self.address)
    }

    /// What a client has to trust, as PEM.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// All that was asked so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Request> {
        let seen = self.shared.seen.lock();
        seen.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for HttpsServer {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Whoever waits for a connection gets one, and sees that it is over.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut connections = Vec::new();
    while let Ok((stream, _)) = listener.accept() {
        if shared.over.load(Ordering::SeqCst) {
            break;
        }
        let shared = Arc::clone(shared);
        // A client that goes away in the middle is what many tests are about.
        connections.push(thread::spawn(move || -> io::Result<()> {
            serve(stream, &shared)
        }));
    }
    for connection in connections {
        let _ = connection.join();
    }
}
