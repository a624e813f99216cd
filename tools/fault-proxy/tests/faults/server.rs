//! A server that answers everything alike: an object, or for a watch some events.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What is answered.
pub const OBJECT: &str = r#"{"kind": "ConfigMap"}"#;
/// How many events a watch has.
pub const EVENTS: usize = 15;
const PAUSE: Duration = Duration::from_millis(30);
/// How long a watch takes.
pub const WATCH: Duration = Duration::from_millis(30 * 15);

/// A server. Its threads live as long as the test program.
pub struct Server {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn start() -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, heard) = (stream.unwrap(), Arc::clone(&shared));
                // A connection that the other side closes ends its thread.
                thread::spawn(move || answer(stream, &heard));
            }
        });
        Server { address, heard }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests, each as it was sent.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn answer(stream: TcpStream, heard: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let request = request(&mut reader)?;
        let watch = request.contains("watch=true");
        heard.lock().unwrap().push(request);
        if watch {
            events(&mut stream)?;
        } else {
            let length = OBJECT.len();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{OBJECT}"
            )
            .ok()?;
        }
    }
}

fn request(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.to_lowercase();
    let length = length.split("content-length: ").nth(1);
    let length = length.map_or(0, |rest| rest.split('\r').next().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8(body).unwrap())
}

fn events(stream: &mut TcpStream) -> Option<()> {
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    .ok()?;
    for number in 0..EVENTS {
        let event = format!("{{\"type\": \"ADDED\", \"object\": {number}}}\n");
        write!(stream, "{:x}\r\n{event}\r\n", event.len()).ok()?;
        thread::sleep(PAUSE);
    }
    write!(stream, "0\r\n\r\n").ok()
}
