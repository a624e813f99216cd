//! What becomes of recorded deliveries: each folder of testdata/hooks is one, and says what is made of it, and what the
//! answer is where a Sync looks at the branch `main` of `ada/cluster`.

use super::{Entry, Receiver, Table, Watched, path_of, recognise};
use gitopsc_engine::reconcile::SyncKey;
use gitopsc_test_support::{Folder, folders, workspace};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Request};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

const TOKEN: &[u8] = b"0f6c9d1a5b7e4c2f8a3d6e9b1c4f7a0d";

fn key() -> SyncKey {
    SyncKey {
        namespace: "gitopsc-system".into(),
        name: "cluster".into(),
    }
}

fn table() -> Arc<Table> {
    let table = Table::default();
    table.set(Entry {
        key: key(),
        watched: Watched {
            url: "ssh://git@git.example.test/ada/cluster.git".into(),
            ..Watched::default()
        },
        token: TOKEN.to_vec().into(),
    });
    Arc::new(table)
}

fn headers(case: &Folder) -> HeaderMap {
    let text = case.read("headers").unwrap();
    let lines = text.lines().filter_map(|line| line.split_once(": "));
    let parsed = lines.map(|(name, value)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    });
    parsed.collect()
}

fn request(method: &str, path: &str, headers: HeaderMap, body: &str) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(path);
    let mut request = request
        .body(Full::new(Bytes::from(body.to_owned())))
        .unwrap();
    *request.headers_mut() = headers;
    request
}

/// The status and the text of the answer, and how many Syncs were woken.
fn answered(request: Request<Full<Bytes>>, waiting: usize) -> (u16, String, usize) {
    let (sender, mut woken) = mpsc::channel(1);
    for _ in 0..waiting {
        sender.try_send(key()).unwrap();
    }
    let receiver = Receiver::new(table(), sender, Duration::from_secs(10));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let answer = runtime.block_on(async {
        let (_, answer) = receiver.answer(request).await;
        let status = answer.status().as_u16();
        let text = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(text.to_vec()).unwrap())
    });
    let mut count = 0;
    while woken.try_recv().is_ok() {
        count += 1;
    }
    (answer.0, answer.1, count)
}

#[test]
fn deliveries_of_forges_are_recognised_and_answered() {
    let cases = folders(&workspace().join("testdata/hooks"));
    assert!(!cases.is_empty());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let body = case.read("body").unwrap();
            let recognised = recognise(&headers(case), body.as_bytes(), TOKEN);
            let path = path_of(TOKEN, &key());
            let (status, text, woken) = answered(request("POST", &path, headers(case), &body), 0);
            let shown = format!("{recognised:#?}\n\n{status} {text}woken: {woken}\n");
            let found = case.expect("expected", &shown);
            found.err().map(|why| format!("{}: {why}", case.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_does_not_know_the_token_is_not_told_whether_there_is_such_a_path() {
    let case = workspace().join("testdata/hooks/github_signed_with_another_token");
    let case = Folder {
        name: String::new(),
        path: case,
    };
    let body = case.read("body").unwrap();
    let to = |path: &str| answered(request("POST", path, headers(&case), &body), 0);
    let forged = to(&path_of(TOKEN, &key()));
    assert_eq!(forged.0, 404);
    assert_eq!(forged, to("/hook/0"));
    assert_eq!(forged, to("/hook/"));
    assert_eq!(forged, to("/"));
}

#[test]
fn only_what_is_posted_is_a_delivery_and_what_there_is_no_room_for_is_to_come_again() {
    let case = Folder {
        name: String::new(),
        path: workspace().join("testdata/hooks/github_push"),
    };
    let body = case.read("body").unwrap();
    let path = path_of(TOKEN, &key());
    let got = answered(request("GET", &path, headers(&case), &body), 0);
    assert_eq!((got.0, got.2), (405, 0));
    assert_eq!(
        got,
        answered(request("GET", "/hook/0", headers(&case), ""), 0)
    );
    let crowded = answered(request("POST", &path, headers(&case), &body), 1);
    assert_eq!(crowded.0, 503);
}

#[test]
fn another_token_is_another_path_and_no_token_is_none() {
    let table = table();
    let before = table.path_of(&key()).flatten().unwrap();
    let entry = |token: &[u8]| Entry {
        key: key(),
        watched: Watched::default(),
        token: token.to_vec().into(),
    };
    let mut changes = table.changes();
    table.set(entry(TOKEN));
    assert!(!changes.has_changed().unwrap(), "it is the same path");
    table.set(entry(b"another"));
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    assert!(table.find(&before).is_none());
    let now = table.path_of(&key()).flatten().unwrap();
    assert!(table.find(&now).is_some());
    table.unset(&key());
    assert!(changes.has_changed().unwrap());
    assert!(table.find(&now).is_none());
    assert_eq!(table.path_of(&key()), Some(None));
    table.remove(&key());
    assert_eq!(table.path_of(&key()), None);
}

#[test]
fn a_token_is_never_shown() {
    let shown = format!("{:?}", table());
    assert!(!shown.contains("0f6c9d1a"), "{shown}");
}
