//! A client that asks once on a connection, and notes how the answer came.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// What came.
pub struct Got {
    /// The status, 0 if there was none.
    pub status: u16,
    /// The answer's first lines, with names of headers in small letters.
    pub head: String,
    /// The body, without the framing of its pieces.
    pub body: String,
    /// Whether the body is complete.
    pub whole: bool,
    /// In how many reads it came.
    pub pieces: usize,
    /// Whether the client gave up.
    pub timed_out: bool,
}

/// Asks, and waits for up to 10 s.
pub fn ask(url: &str, method: &str, path: &str) -> Got {
    ask_for(url, method, path, Duration::from_secs(10))
}

/// Asks, and waits for up to `time`.
pub fn ask_for(url: &str, method: &str, path: &str, time: Duration) -> Got {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    let body = if method == "PATCH" { "{}" } else { "" };
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: proxy\r\nAuthorization: Bearer token\r\n\
        Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let end = Instant::now() + time;
    let (mut answer, mut pieces, mut timed_out) = (Vec::new(), 0, false);
    let mut buffer = [0; 4096];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            timed_out = true;
            break;
        }
        stream.set_read_timeout(Some(left)).unwrap();
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                pieces += 1;
                answer.extend_from_slice(&buffer[..count]);
            }
            Err(error) => {
                timed_out = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                break;
            }
        }
    }
    read(&String::from_utf8(answer).unwrap(), pieces, timed_out)
}

fn read(answer: &str, pieces: usize, timed_out: bool) -> Got {
    let (head, rest) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let head = format!("{}\r\n", head.to_lowercase());
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    let chunked = head.contains("transfer-encoding: chunked");
    let (body, whole) = if chunked {
        joined(rest)
    } else {
        counted(&head, rest)
    };
    Got {
        status: status.unwrap_or(0),
        head,
        body,
        whole,
        pieces,
        timed_out,
    }
}

/// A body with its length in the head.
fn counted(head: &str, body: &str) -> (String, bool) {
    let length = head.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.split('\r').next()?.parse::<usize>().ok());
    (body.to_owned(), length == Some(body.len()))
}

/// A body in pieces, each after its length.
fn joined(mut rest: &str) -> (String, bool) {
    let mut body = String::new();
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return (body, true);
        }
        body.push_str(&after[..length.min(after.len())]);
        rest = after.get(length + 2..).unwrap_or_default();
    }
    (body, false)
}
