//! `gitopsc talos check --online` against a server on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use support::Place;

/// What a server gives by path, to whoever sends the header `X-Cluster: home`.
type Pages = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// Serves `pages` on a free port until the test ends.
fn serve(pages: &Pages) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let pages = Arc::clone(pages);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), &pages);
        }
    });
    format!("http://{address}/")
}

fn answer(mut stream: TcpStream, pages: &Pages) {
    let lines: Vec<String> = BufReader::new(stream.try_clone().unwrap())
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let path = lines
        .first()
        .and_then(|line| line.split(' ').nth(1))
        .unwrap_or_default()
        .to_owned();
    let known = lines
        .iter()
        .any(|line| line.eq_ignore_ascii_case("x-cluster: home"));
    let pages = pages.lock().unwrap();
    let page = pages.get(path.trim_start_matches('/'));
    let (status, body): (&str, &[u8]) = match (known, page) {
        (false, _) => ("401 Unauthorized", b""),
        (true, None) => ("404 Not Found", b""),
        (true, Some(body)) => ("200 OK", body),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body));
}

const MACHINE: &str = "\
version: v1alpha1
machine: {type: controlplane}
cluster:
  network:
    cni: {name: none}
  proxy: {disabled: true}
";

const OBJECT: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: network, namespace: kube-system}
";

/// A place with bundles that are to be fetched from `url` with `headers`, and the name and bytes of the only one.
fn bundled(url: &str, headers: &[&str]) -> (Place, String, Vec<u8>) {
    let place = Place::of(&[
        (
            "cluster/bootstrap/base/all.yaml".to_owned(),
            OBJECT.as_bytes().to_vec(),
        ),
        (
            "cluster/apps/none/all.yaml".to_owned(),
            OBJECT.replace("network", "other").into_bytes(),
        ),
        ("machine.yaml".to_owned(), MACHINE.as_bytes().to_vec()),
    ]);
    let mut arguments = vec![
        "talos",
        "bundle",
        "cluster",
        "-o",
        "bundles",
        "-q",
        "--base-url",
        url,
    ];
    for header in headers {
        arguments.extend(["--header", header]);
    }
    let ran = place.run(&arguments);
    assert_eq!(ran.exit, "0\n", "{}", ran.stderr);
    let files = std::fs::read_dir(place.path("bundles")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let name = names
        .into_iter()
        .find(|name| name.starts_with("gitopsc-"))
        .unwrap();
    let bytes = std::fs::read(place.path("bundles").join(&name)).unwrap();
    (place, name, bytes)
}

/// The codes that are found with what the bundles say.
fn found(place: &Place) -> (String, Vec<String>) {
    let ran = place.run(&[
        "talos",
        "check",
        "cluster",
        "-m",
        "machine.yaml",
        "-p",
        "bundles/documents.yaml",
        "--bundles",
        "bundles",
        "--online",
        "-q",
    ]);
    let codes = ran
        .stderr
        .lines()
        .filter_map(|line| line.split(['[', ']']).nth(1))
        .map(str::to_owned);
    let codes = codes.filter(|code| code.starts_with("talos-")).collect();
    (ran.exit + &ran.stderr, codes)
}

#[test]
fn what_is_fetched_with_its_headers_is_what_was_written() {
    let pages = Pages::default();
    let url = serve(&pages);
    let (place, name, bytes) = bundled(&url, &["X-Cluster: home"]);
    pages.lock().unwrap().insert(name, bytes);
    let (shown, codes) = found(&place);
    assert!(codes.is_empty() && shown.starts_with("0\n"), "{shown}");
}

#[test]
fn a_server_that_refuses_or_lacks_a_bundle_is_told() {
    let pages = Pages::default();
    let url = serve(&pages);
    let (place, name, bytes) = bundled(&url, &[]);
    pages.lock().unwrap().insert(name, bytes);
    let (shown, codes) = found(&place);
    assert_eq!(codes, ["talos-url-unreachable"], "{shown}");
    assert!(
        shown.starts_with("2\n") && shown.contains("the server answers 401"),
        "{shown}"
    );

    let (place, ..) = bundled(&serve(&Pages::default()), &["X-Cluster: home"]);
    let (shown, codes) = found(&place);
    assert_eq!(codes, ["talos-url-unreachable"], "{shown}");
    assert!(shown.contains("the server answers 404"), "{shown}");
}

#[test]
fn a_bundle_that_was_altered_or_grew_is_told() {
    let pages = Pages::default();
    let url = serve(&pages);
    let (place, name, mut bytes) = bundled(&url, &["X-Cluster: home"]);
    bytes.extend(b"---\n{}\n");
    pages.lock().unwrap().insert(name.clone(), bytes);
    assert_eq!(found(&place).1, ["talos-url-changed"]);
    pages.lock().unwrap().insert(name, vec![b'#'; 1_000_001]);
    let mut codes = found(&place).1;
    codes.sort();
    assert_eq!(codes, ["talos-manifest-too-big", "talos-url-changed"]);
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let (place, ..) = bundled(&url, &[]);
    let (shown, codes) = found(&place);
    assert_eq!(codes, ["talos-url-unreachable"], "{shown}");
    assert!(shown.contains("connection refused"), "{shown}");
}
