//! Each fault, before a server that only answers and a client that only asks.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod client;
mod server;

use client::{Got, ask};
use gitopsc_fault_proxy::{Answer, Fault, FaultProxy, Random, Rule, Verb};
use server::Server;
use std::time::{Duration, Instant};

const OBJECT: &str = "/api/v1/namespaces/a/configmaps/b";
const WATCH: &str = "/api/v1/configmaps?watch=true";

/// What a client gets that asks for `path` when `fault` is met, how long it took, and what the server heard.
fn with(fault: Fault, path: &str) -> (Got, Duration, usize) {
    let server = Server::start();
    let proxy = FaultProxy::start(&server.url(), "");
    proxy.add(Rule::new(fault));
    let begun = Instant::now();
    let got = ask(&proxy.url(), "GET", path);
    (got, begun.elapsed(), server.heard().len())
}

#[test]
fn without_faults_all_passes_as_it_is() {
    let server = Server::start();
    let proxy = FaultProxy::start(&server.url(), "");
    let got = ask(&proxy.url(), "PATCH", &format!("{OBJECT}?fieldManager=me"));
    assert_eq!(got.status, 200);
    assert_eq!(got.body, server::OBJECT);
    let heard = server.heard();
    assert_eq!(heard.len(), 1);
    assert!(heard[0].starts_with(&format!("PATCH {OBJECT}?fieldManager=me HTTP/1.1\r\n")));
    assert!(
        heard[0]
            .to_lowercase()
            .contains("\r\nauthorization: bearer token\r\n")
    );
    assert!(heard[0].ends_with("\r\n\r\n{}"), "{}", heard[0]);
}

#[test]
fn a_delay_comes_before_the_server_and_lateness_after_it() {
    for fault in [Fault::Delay(150), Fault::Late(150)] {
        let (got, time, heard) = with(fault, OBJECT);
        assert_eq!((got.status, heard), (200, 1));
        assert!(time >= Duration::from_millis(150), "{time:?}");
    }
}

#[test]
fn a_cut_comes_before_the_server_or_after_it() {
    let (got, _, heard) = with(Fault::CutBefore, OBJECT);
    assert_eq!((got.status, got.whole, heard), (0, false, 0));
    let (got, _, heard) = with(Fault::CutAfter, OBJECT);
    assert_eq!((got.status, got.whole, heard), (0, false, 1));
}

#[test]
fn an_answer_that_is_cut_midway_is_seen_to_be_incomplete() {
    let (got, _, heard) = with(Fault::CutMidway, OBJECT);
    assert_eq!((got.status, got.whole, heard), (200, false, 1));
    // Of a watch, the head may be cut too.
    let (got, ..) = with(Fault::CutMidway, WATCH);
    assert!(!got.whole);
}

#[test]
fn who_hangs_is_not_heard_of_and_answers_nothing() {
    let server = Server::start();
    let proxy = FaultProxy::start(&server.url(), "");
    proxy.add(Rule::new(Fault::Hang));
    let got = client::ask_for(&proxy.url(), "GET", OBJECT, Duration::from_millis(200));
    assert!(got.timed_out && got.status == 0);
    assert!(server.heard().is_empty());
}

#[test]
fn answers_have_the_status_and_reason_of_an_api_server() {
    let table = [
        (Answer::Conflict, 409, Some("Conflict")),
        (Answer::AlreadyExists, 409, Some("AlreadyExists")),
        (Answer::Expired, 410, Some("Expired")),
        (Answer::TooManyRequests(3), 429, Some("TooManyRequests")),
        (Answer::InternalError, 500, Some("InternalError")),
        (Answer::Unexplained, 500, None),
        (Answer::Unavailable, 503, Some("ServiceUnavailable")),
        (Answer::Timeout, 504, Some("Timeout")),
    ];
    for (answer, code, reason) in table {
        let (got, _, heard) = with(Fault::Answer(answer.clone()), OBJECT);
        assert_eq!((got.status, got.whole, heard), (code, true, 0));
        let status: serde_json::Value = serde_json::from_str(&got.body).unwrap();
        assert_eq!(status["code"], code);
        assert_eq!(
            status.get("reason").and_then(|reason| reason.as_str()),
            reason
        );
        let retry = got.head.contains("retry-after: 3\r\n");
        assert_eq!(retry, code == 429, "{}", got.head);
    }
}

#[test]
fn an_answer_after_hides_that_the_server_did_it() {
    let (got, _, heard) = with(Fault::AnswerAfter(Answer::Timeout), OBJECT);
    assert_eq!((got.status, heard), (504, 1));
}

#[test]
fn events_of_a_watch_pass_when_they_come() {
    let server = Server::start();
    let proxy = FaultProxy::start(&server.url(), "");
    let got = ask(&proxy.url(), "GET", WATCH);
    assert!(got.whole);
    assert_eq!(got.body.lines().count(), server::EVENTS);
    let pieces = got.pieces;
    assert!(
        pieces > server::EVENTS / 2,
        "{pieces} pieces: they were held back"
    );
}

#[test]
fn a_watch_closes_early_but_properly() {
    let (got, time, _) = with(Fault::WatchCloses(100), WATCH);
    assert!(got.whole && time < server::WATCH, "{time:?}");
    let events = got.body.lines().count();
    assert!((1..server::EVENTS).contains(&events), "{events}");
}

#[test]
fn a_watch_expires_with_an_event_that_says_so() {
    let (got, ..) = with(Fault::WatchExpires(100), WATCH);
    assert!(got.whole);
    let last = got.body.lines().last().unwrap();
    let event: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(event["type"], "ERROR");
    assert_eq!(event["object"]["code"], 410);
}

#[test]
fn a_silent_watch_stays_open() {
    let server = Server::start();
    let proxy = FaultProxy::start(&server.url(), "");
    proxy.add(Rule::new(Fault::WatchSilent(100)).verb(Verb::Watch));
    let longer = server::WATCH + Duration::from_millis(300);
    let got = client::ask_for(&proxy.url(), "GET", WATCH, longer);
    assert!(got.timed_out && !got.whole && got.status == 200);
    let events = got.body.lines().count();
    assert!((1..server::EVENTS).contains(&events), "{events}");
}

#[test]
fn rules_choose_by_verb_path_and_number() {
    let server = Server::start();
    let proxy = FaultProxy::start(&server.url(), "");
    let rule = Rule::new(Fault::Answer(Answer::Conflict));
    proxy.add(rule.verb(Verb::Get).path("/configmaps/b$").nth(2));
    let status = |path: &str| ask(&proxy.url(), "GET", path).status;
    let other = OBJECT.replace("/b", "/c");
    assert_eq!(
        [
            status(OBJECT),
            status(&other),
            status(OBJECT),
            status(OBJECT)
        ],
        [200, 200, 409, 200]
    );
    assert_eq!(proxy.seen().faults().count(), 1);
    proxy.add(Rule::new(Fault::CutBefore));
    assert_eq!(status(OBJECT), 0);
    proxy.clear();
    assert_eq!(status(OBJECT), 200);
}

#[test]
fn faults_at_random_let_through_who_tries_again() {
    let server = Server::start();
    let proxy = FaultProxy::start(&server.url(), "");
    proxy.add_random(Random::new(5, 500));
    for object in 0..20 {
        let path = format!("/api/v1/namespaces/a/configmaps/{object}");
        let fine = |_: &i32| {
            let got = ask(&proxy.url(), "GET", &path);
            got.status == 200 && got.whole
        };
        assert!((0..4).any(|attempt| fine(&attempt)), "{path}");
    }
    assert!(proxy.seen().faults().count() > 5);
}

#[test]
fn what_is_asked_is_counted_by_verb_and_kind() {
    let server = Server::start();
    let proxy = FaultProxy::start(&server.url(), "");
    let lists = [
        "/api/v1/configmaps?limit=2",
        "/api/v1/configmaps?limit=2&continue=x",
        "/apis/apps/v1/namespaces/a/deployments",
    ];
    for path in lists {
        ask(&proxy.url(), "GET", path);
    }
    ask(&proxy.url(), "DELETE", &format!("{OBJECT}?dryRun=All"));
    let seen = proxy.take_seen();
    assert_eq!(seen.writes().count(), 0);
    assert_eq!(seen.of(Verb::List).count(), 3);
    let counted: Vec<_> = seen.lists().into_iter().collect();
    let deployments = ("deployments.apps".to_owned(), Some("a".to_owned()));
    assert_eq!(
        counted,
        [(("configmaps".to_owned(), None), 1), (deployments, 1)]
    );
    ask(&proxy.url(), "DELETE", OBJECT);
    assert_eq!(proxy.seen().writes().count(), 1);
    assert_eq!(proxy.seen().0.len(), 1);
}
