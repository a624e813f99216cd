//! A server of Git's smart HTTP over TLS.

use crate::certificate::{Certificate, settings};
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
        HttpsServer::with(
            root,
            &Certificate::of(&["127.0.0.1"]),
            None,
            Box::new(decide),
        )
    }

    /// Serves everything in `root` with a certificate for another host.
    ///
    /// # Panics
    /// It cannot listen.
    #[must_use]
    pub fn called(root: &Path, name: &str) -> HttpsServer {
        HttpsServer::with(
            root,
            &Certificate::of(&[name]),
            None,
            Box::new(|_| Gate::Serve),
        )
    }

    /// Serves everything in `root` to those who have a certificate. That and its key, as PEM, come with it.
    ///
    /// # Panics
    /// It cannot listen.
    #[must_use]
    pub fn for_clients(root: &Path) -> (HttpsServer, String, String) {
        let (server, client) = (
            Certificate::of(&["127.0.0.1"]),
            Certificate::of(&["client"]),
        );
        let started = HttpsServer::with(root, &server, Some(&client), Box::new(|_| Gate::Serve));
        (started, client.pem(), client.key_pem())
    }

    fn with(
        root: &Path,
        server: &Certificate,
        client: Option<&Certificate>,
        decide: Box<Decide>,
    ) -> HttpsServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("it listens");
        let shared = Arc::new(Shared {
            root: root.to_owned(),
            tls: Arc::new(settings(server, client)),
            decide,
            seen: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let accepted = Arc::clone(&shared);
        let accepting = thread::spawn(move || accept(&listener, &accepted));
        HttpsServer {
            address,
            authority: server.pem(),
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
