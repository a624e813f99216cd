//! Somebody who is told what becomes of a Sync, and writes it down.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A server that takes everything. It ends with the test.
pub struct Robot {
    address: String,
    told: Arc<Mutex<Vec<Value>>>,
}

impl Robot {
    /// Listens.
    pub fn start() -> Robot {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let robot = Robot {
            address: listener.local_addr().unwrap().to_string(),
            told: Arc::default(),
        };
        let told = Arc::clone(&robot.told);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                told.lock().unwrap().extend(take(stream));
            }
        });
        robot
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}/told", self.address)
    }

    /// What it was told, a line each, but for what is on its way: that may be over before it is told.
    pub fn told(&self) -> Vec<String> {
        let told = self.told.lock().unwrap();
        let text = |told: &Value, key: &str| told[key].as_str().unwrap_or_default().to_owned();
        let line = |told: &Value| {
            let (state, reason) = (text(told, "state"), text(told, "reason"));
            let revision = text(&told["revision"], "short");
            format!("{state} {revision} {reason}: {}", text(told, "message"))
        };
        let ended = told.iter().filter(|told| told["state"] != "pending");
        ended.map(line).collect()
    }
}

/// The body of one request, which is answered.
fn take(mut stream: TcpStream) -> Option<Value> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    stream.write_all(answer.as_bytes()).ok()?;
    serde_json::from_slice(&body).ok()
}
