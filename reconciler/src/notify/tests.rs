//! The requests of each kind, as folders of testdata/notify, and that they arrive.

use super::{Item, Notices, Secrets, Told, Verdict, deliver, request};
use crate::http::{Limits, bind, serve, text};
use crate::resources::{Condition, Notify, NotifyKind, Revision, SecretReference, SyncStatus};
use crate::secrets::Entries;
use gitopsc_engine::reconcile::SyncKey;
use gitopsc_test_support::{Folder, folders, workspace};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use zeroize::Zeroizing;

fn told(verdict: Verdict, reason: &str, message: &str) -> Told {
    Told {
        key: SyncKey {
            namespace: "gitopsc-system".into(),
            name: "cluster".into(),
        },
        revision: Revision {
            commit: "3f2a91c0e1b84d6f9a7c5b3d2e1f0a9b8c7d6e5f".to_owned(),
            short: "3f2a91c0".to_owned(),
            author: "Ada".to_owned(),
            subject: "Two replicas".to_owned(),
        },
        verdict,
        reason: reason.to_owned(),
        message: message.to_owned(),
    }
}

fn shown(case: &Folder) -> String {
    let input: Value = serde_json::from_str(&case.read("in.json").unwrap()).unwrap();
    let text = |key: &str| input[key].as_str().unwrap();
    let notify: Notify = serde_json::from_value(input["notify"].clone()).unwrap();
    let verdict = match text("verdict") {
        "Pending" => Verdict::Pending,
        "Success" => Verdict::Success,
        _ => Verdict::Failure,
    };
    let mut told = told(verdict, text("reason"), text("message"));
    text("subject").clone_into(&mut told.revision.subject);
    let secret = input["secret"].as_object().unwrap().iter();
    let secret = secret.map(|(key, value)| {
        let bytes = value.as_str().unwrap().as_bytes().to_vec();
        (key.clone(), Zeroizing::new(bytes))
    });
    let secret: Entries = secret.collect();
    match request(&notify, &secret, text("source"), &told) {
        Err(error) => format!("{error}\n"),
        Ok(None) => "nothing is sent\n".to_owned(),
        Ok(Some(outgoing)) => {
            let headers = outgoing.headers.iter();
            let headers = headers.map(|(name, value)| format!("{name}: {}\n", **value));
            let headers: String = headers.collect();
            let body: Value = serde_json::from_str(&outgoing.body).unwrap();
            let body = serde_json::to_string_pretty(&body).unwrap();
            format!("POST {}\n{headers}\n{body}\n", *outgoing.url)
        }
    }
}

#[test]
fn each_kind_is_told_in_its_own_way() {
    let cases = folders(&workspace().join("testdata/notify"));
    assert!(!cases.is_empty());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let found = case.expect("expected", &shown(case));
            found.err().map(|why| format!("{}: {why}", case.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_told_is_news() {
    let pending = told(Verdict::Pending, "Applying", "it is being applied");
    let success = told(Verdict::Success, "Applied", "it is applied");
    let failure = told(Verdict::Failure, "Unhealthy", "one has failed");
    let other = |of: &Told, commit: &str| {
        let mut other = of.clone();
        commit.clone_into(&mut other.revision.commit);
        other
    };
    assert!(pending.is_news_after(None));
    assert!(success.is_news_after(Some(&pending)));
    assert!(!success.is_news_after(Some(&success)));
    assert!(failure.is_news_after(Some(&success)));
    let worse = told(Verdict::Failure, "Unhealthy", "two have failed");
    assert!(!worse.is_news_after(Some(&failure)));
    assert!(success.is_news_after(Some(&failure)));
    // An object that is put back makes nothing pending again; a new revision does.
    assert!(!pending.is_news_after(Some(&success)));
    assert!(other(&pending, "another").is_news_after(Some(&success)));
    assert!(other(&success, "another").is_news_after(Some(&success)));
}

#[test]
fn a_revision_that_is_not_the_one_enforced_is_no_success() {
    let key = told(Verdict::Pending, "", "").key;
    let revision = |commit: &str| {
        Some(Revision {
            commit: commit.to_owned(),
            ..Revision::default()
        })
    };
    let condition = |kind: &str| Condition {
        kind: kind.to_owned(),
        status: "True".to_owned(),
        reason: "Reason".to_owned(),
        message: String::new(),
        observed_generation: 1,
        last_transition_time: String::new(),
    };
    let verdict = |kinds: &[&str], wanted: &str| {
        let status = SyncStatus {
            conditions: kinds.iter().map(|kind| condition(kind)).collect(),
            wanted: revision(wanted),
            enforced: revision("one"),
            ..SyncStatus::default()
        };
        Told::of(&key, &status).map(|told| told.verdict)
    };
    assert_eq!(verdict(&["Ready"], "one"), Some(Verdict::Success));
    assert_eq!(verdict(&["Ready"], "two"), None);
    assert_eq!(verdict(&[], "one"), None);
}

/// Every Secret holds the same token.
#[derive(Clone)]
struct OneToken;

impl Secrets for OneToken {
    async fn read(&self, _: &SyncKey, _: &SecretReference) -> Result<Entries, String> {
        let token = Zeroizing::new(b"a-token".to_vec());
        Ok(Entries::from([("token".to_owned(), token)]))
    }
}

/// What arrives at a server that answers in turn with `statuses`, and then with success, once so many requests have come.
async fn arrives(statuses: &[u16], items: Vec<Told>, count: usize) -> Vec<String> {
    let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await
        .unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let statuses = Arc::new(Mutex::new(statuses.to_vec()));
    let (sender, mut arrived) = mpsc::channel(16);
    let answer = move |request: Request<Incoming>| {
        let (statuses, sender) = (Arc::clone(&statuses), sender.clone());
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let body: Value = serde_json::from_slice(&body).unwrap();
            let sign_in = head.headers["authorization"].to_str().unwrap();
            let line = format!("{} {sign_in} {}", head.uri, body["state"]);
            sender.send(line).await.unwrap();
            let mut statuses = statuses.lock().unwrap();
            let status = if statuses.is_empty() {
                201
            } else {
                statuses.remove(0)
            };
            text(StatusCode::from_u16(status).unwrap(), "")
        }
    };
    let (notices, queue) = Notices::new();
    for told in items {
        notices.send(Item {
            notify: Notify {
                kind: NotifyKind::Gitea,
                url: Some(url.clone()),
                secret_ref: Some(SecretReference {
                    name: "forge".to_owned(),
                }),
            },
            source: "https://git.test/ada/cluster".into(),
            told,
        });
    }
    let mut lines = Vec::new();
    let heard = async {
        while lines.len() < count {
            lines.extend(arrived.recv().await);
        }
    };
    tokio::select! {
        () = serve(listener, Limits::default(), answer) => unreachable!("a server never ends"),
        () = deliver(OneToken, queue) => unreachable!("more may come"),
        () = heard => {}
    }
    drop(notices);
    lines
}

#[test]
fn what_is_sent_arrives_and_is_tried_again_where_that_may_help() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    // As the program does.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let commit = told(Verdict::Pending, "", "").revision.commit;
    let line = |state: &str| {
        format!("/api/v1/repos/ada/cluster/statuses/{commit} token a-token \"{state}\"")
    };
    let success = || told(Verdict::Success, "Applied", "it is applied");
    let arrived = runtime.block_on(arrives(&[503], vec![success()], 2));
    assert_eq!(arrived, [line("success"), line("success")]);
    // What nobody was told yet is replaced by what is newer.
    let both = vec![told(Verdict::Pending, "Applying", ""), success()];
    let arrived = runtime.block_on(arrives(&[503], both, 2));
    assert_eq!(arrived.last(), Some(&line("success")));
    // What is refused is not sent again: the next to come is another.
    let mut other = success();
    "other".clone_into(&mut other.revision.commit);
    let arrived = runtime.block_on(arrives(&[422], vec![success(), other], 2));
    assert_eq!(arrived.len(), 2);
    assert_ne!(arrived[0], arrived[1]);
}
