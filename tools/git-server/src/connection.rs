//! One connection of a client to a server.

use crate::backend::{Reply, ask};
use crate::https::Shared;
use crate::{Gate, Request};
use rustls::{ServerConnection, StreamOwned};
use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

/// How often it is looked whether the server has ended, by what has to wait.
const PATIENCE: Duration = Duration::from_millis(20);

/// Serves requests until the client goes.
pub(crate) fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    // A client that keeps a connection open does not keep the server.
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let tls = ServerConnection::new(Arc::clone(&shared.tls)).map_err(io::Error::other)?;
    let mut stream = BufReader::new(StreamOwned::new(tls, stream));
    if let Some(request) = Request::read(&mut stream)? {
        let gate = (shared.decide)(&request);
        let seen = shared.seen.lock();
        seen.unwrap_or_else(PoisonError::into_inner)
            .push(request.clone());
        answer(stream.get_mut(), &request, &gate, shared)?;
    }
    let stream = stream.get_mut();
    stream.conn.send_close_notify();
    stream.flush()
}

fn answer(
    into: &mut impl Write,
    request: &Request,
    gate: &Gate,
    shared: &Shared,
) -> io::Result<()> {
    match gate {
        Gate::Answer { status, headers } => {
            let status = format!("{status} Said");
            head(into, &status, headers, 0)
        }
        Gate::Hang => {
            while !shared.over.load(Ordering::SeqCst) {
                thread::sleep(PATIENCE);
            }
            Ok(())
        }
        Gate::Serve | Gate::ServeOld => {
            let reply = begun(into, request, gate, shared)?;
            into.write_all(&reply.body)
        }
        Gate::Cut(bytes) => {
            let reply = begun(into, request, gate, shared)?;
            into.write_all(&reply.body[..reply.body.len().min(*bytes)])
        }
        Gate::Drip(pause) => {
            let reply = begun(into, request, gate, shared)?;
            for few in reply.body.chunks(8) {
                if shared.over.load(Ordering::SeqCst) {
                    break;
                }
                into.write_all(few)?;
                into.flush()?;
                thread::sleep(*pause);
            }
            Ok(())
        }
    }
}

/// Asks Git and sends the head of what it answers.
fn begun(
    into: &mut impl Write,
    request: &Request,
    gate: &Gate,
    shared: &Shared,
) -> io::Result<Reply> {
    let reply = ask(&shared.root, request, *gate == Gate::ServeOld)?;
    head(into, &reply.status, &reply.headers, reply.body.len())?;
    Ok(reply)
}

fn head(
    into: &mut impl Write,
    status: &str,
    headers: &[(String, String)],
    length: usize,
) -> io::Result<()> {
    let mut head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    into.write_all(head.as_bytes())?;
    into.flush()
}
