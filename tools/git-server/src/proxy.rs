//! A proxy for https.

use crate::Request;
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// A proxy that connects whoever signs in, as long as this lives.
pub struct ConnectProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    authorization: Option<String>,
    asked: Mutex<Vec<String>>,
    over: AtomicBool,
}

impl ConnectProxy {
    /// A proxy that wants this in the header `Proxy-Authorization`, if anything.
    ///
    /// # Panics
    /// It cannot listen.
    #[must_use]
    pub fn start(authorization: Option<&str>) -> ConnectProxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("it listens");
        let shared = Arc::new(Shared {
            authorization: authorization.map(str::to_owned),
            asked: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let accepted = Arc::clone(&shared);
        let accepting = thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if accepted.over.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&accepted);
                // It ends with the client's connection, which ends with the test.
                thread::spawn(move || connect(stream, &shared));
            }
        });
        ConnectProxy {
            address,
            shared,
            accepting: Some(accepting),
        }
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The hosts and ports that were asked for so far, whether they were connected or not.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        let asked = self.shared.asked.lock();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for ConnectProxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Whoever waits for a connection gets one, and sees that it is over.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

fn connect(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut from = BufReader::new(stream.try_clone()?);
    let Some(request) = Request::read(&mut from)? else {
        return Ok(());
    };
    let asked = shared.asked.lock();
    asked
        .unwrap_or_else(PoisonError::into_inner)
        .push(request.path.clone());
    let mut stream = stream;
    if request.header("proxy-authorization") != shared.authorization.as_deref() {
        return stream
            .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    }
    let there = TcpStream::connect(&request.path)?;
    stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    let (mut back_from, mut back_to) = (there.try_clone()?, stream.try_clone()?);
    let back = thread::spawn(move || {
        let _ = io::copy(&mut back_from, &mut back_to);
        let _ = back_to.shutdown(Shutdown::Both);
    });
    let mut to = there;
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
    let _ = back.join();
    Ok(())
}
