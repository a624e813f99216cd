//! Bodies that are too large, too slow or too many, and connections that say nothing, over real sockets.

use super::{Budget, Limits, Unread, bind, read, serve, text};
use hyper::{Request, StatusCode, body::Incoming};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const MOST: usize = 1000;
/// Met by what says nothing, and never by what works.
const SOON: Duration = Duration::from_millis(300);

/// What a server with small limits answers to `request`, of which nothing more comes.
async fn answer_to(request: &str, budget: usize) -> String {
    let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = bind(loopback).await.unwrap();
    let address = listener.local_addr().unwrap();
    let budget = Budget::new(budget);
    let answer = move |request: Request<Incoming>| {
        let budget = budget.clone();
        async move {
            match read(request.into_body(), MOST, SOON, &budget).await {
                Ok(body) => text(StatusCode::OK, &format!("{} bytes", body.as_ref().len())),
                Err(Unread::Broken) => text(StatusCode::BAD_REQUEST, "broken"),
                Err(why) => text(StatusCode::PAYLOAD_TOO_LARGE, &format!("{why:?}")),
            }
        }
    };
    let limits = Limits {
        connections: 1,
        head: SOON,
        whole: Duration::from_secs(30),
    };
    let asked = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.lines().last().unwrap_or_default().to_owned()
    };
    tokio::select! {
        () = serve(listener, limits, answer) => unreachable!("a server never ends"),
        answer = asked => answer,
    }
}

fn answered(request: &str, budget: usize) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(answer_to(request, budget))
}

#[test]
fn a_body_is_read_up_to_its_size_its_time_and_the_budget_of_all() {
    let of = |length: usize, sent: usize| {
        let body = "x".repeat(sent);
        format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}")
    };
    assert_eq!(answered(&of(10, 10), MOST), "10 bytes");
    assert_eq!(
        answered(&of(1001, 0), MOST),
        "Large",
        "nothing is waited for"
    );
    assert_eq!(answered(&of(10, 5), MOST), "Slow");
    assert_eq!(answered(&of(500, 500), 400), "Busy");
    let chunk = format!("3f0\r\n{}\r\n0\r\n\r\n", "x".repeat(0x3f0));
    let chunked =
        format!("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}");
    assert_eq!(answered(&chunked, MOST), "Large");
}

#[test]
fn a_connection_that_says_nothing_makes_room_for_the_next() {
    assert_eq!(answered("POST / HTTP/1.1\r\nHost", MOST), "");
}
