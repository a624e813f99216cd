//! That what is served is what OpenMetrics 1.0 asks for, and that nothing stays of a Sync that is gone.

use super::{Ending, Metrics, Pages, Part, Pulse, SyncState};
use crate::api::Requests;
use crate::hook::Forge;
use crate::resources::{Counts, SyncStatus};
use gitopsc_engine::reconcile::SyncKey;
use http_body_util::BodyExt as _;
use hyper::Request;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

fn key(name: &str) -> SyncKey {
    SyncKey {
        namespace: "gitopsc-system".into(),
        name: name.into(),
    }
}

fn counted(names: &[&str]) -> Metrics {
    let metrics = Metrics::new(Requests::default(), "1.2.3");
    for name in names {
        let key = key(name);
        for part in Part::ALL {
            metrics.took(&key, part, Duration::from_millis(70));
        }
        for ending in Ending::ALL {
            metrics.applied(&key, ending);
        }
        metrics.put_back(&key);
        metrics.fetch_failed(&key);
        let status = SyncStatus {
            counts: Some(Counts {
                ready: 3,
                ..Counts::default()
            }),
            ..SyncStatus::default()
        };
        metrics.is(&key, &status);
    }
    metrics.delivered(Some(Forge::GitHub), 202);
    metrics.delivered(None, 404);
    metrics
}

/// What is wrong with `text` as OpenMetrics, in one sentence each.
fn wrong(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let (mut families, mut series) = (BTreeSet::new(), BTreeSet::new());
    let (mut family, mut kind) = (String::new(), String::new());
    let Some(body) = text.strip_suffix("# EOF\n") else {
        return vec!["it does not end in # EOF".to_owned()];
    };
    for line in body.lines() {
        if let Some(told) = line.strip_prefix("# ") {
            let (what, rest) = told.split_once(' ').unwrap_or((told, ""));
            let (name, told) = rest.split_once(' ').unwrap_or((rest, ""));
            if name != family {
                family = name.to_owned();
                if !families.insert(family.clone()) {
                    wrong.push(format!("{family} comes twice, or in pieces"));
                }
            }
            match what {
                "TYPE" => told.clone_into(&mut kind),
                "UNIT" if !family.ends_with(told) => wrong.push(format!("{line}: not its unit")),
                "UNIT" | "HELP" => {}
                _ => wrong.push(format!("{line}: no such word")),
            }
            continue;
        }
        let Some((labelled, value)) = line.rsplit_once(' ') else {
            wrong.push(format!("{line}: no value"));
            continue;
        };
        let name = labelled.split('{').next().unwrap_or_default();
        let suffixes: &[&str] = match kind.as_str() {
            "counter" => &["_total"],
            "histogram" => &["_bucket", "_count", "_sum"],
            "info" => &["_info"],
            "gauge" => &[""],
            _ => &[],
        };
        if !suffixes
            .iter()
            .any(|of| name.strip_suffix(of) == Some(&family))
        {
            wrong.push(format!("{name} is no {kind} of {family}"));
        }
        if value.parse::<f64>().is_err() {
            wrong.push(format!("{line}: no number"));
        }
        if !series.insert(labelled.to_owned()) {
            wrong.push(format!("{labelled} comes twice"));
        }
    }
    wrong
}

#[test]
fn the_text_is_open_metrics() {
    let text = counted(&["a", "b"]).text();
    assert_eq!(wrong(&text), Vec::<String>::new(), "{text}");
    let bucket = "gitopsc_phase_seconds_bucket{le=\"0.1\",namespace=\"gitopsc-system\",name=\"a\",phase=\"build\"} 1";
    assert!(text.contains(bucket), "{text}");
    let ready = "gitopsc_objects{namespace=\"gitopsc-system\",name=\"a\",health=\"ready\"} 3";
    assert!(text.contains(ready), "{text}");
    assert!(text.contains("gitopsc_build_info{version=\"1.2.3\"} 1"));
}

#[test]
fn nothing_stays_of_a_sync_that_is_gone() {
    let metrics = counted(&["a", "b"]);
    metrics.forget(&key("a"));
    let text = metrics.text();
    assert!(!text.contains("name=\"a\""), "{text}");
    metrics.forget(&key("b"));
    let text = metrics.text();
    assert!(!text.contains("namespace="), "{text}");
}

/// The status and the text of a page.
async fn page(pages: &Pages, path: &str) -> (u16, String) {
    let request = Request::builder().uri(path).body(()).unwrap();
    let answer = pages.answer(request).await;
    let status = answer.status().as_u16();
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(text.to_vec()).unwrap())
}

#[test]
fn probes_ask_the_loop() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let pulse = Pulse::new(Duration::from_millis(200));
        let metrics = Arc::new(counted(&[]));
        let pages = Pages::new(metrics, pulse.clone());
        let codes = async || {
            let mut codes = Vec::new();
            for path in ["/healthz", "/readyz", "/status"] {
                codes.push(page(&pages, path).await.0);
            }
            codes
        };
        // Another replica acts.
        assert_eq!(codes().await, [200, 200, 503]);
        // It is stuck: nobody takes the questions.
        let mut asked = pulse.begin();
        assert_eq!(codes().await, [503, 503, 503]);
        // It has not read which Syncs there are, and then it has.
        for (answer, wanted) in [
            (None, [200, 503, 503]),
            (
                Some(vec![SyncState::new(&key("a"), &SyncStatus::default())]),
                [200, 200, 200],
            ),
        ] {
            let answers = async {
                while let Some(ask) = asked.recv().await {
                    let _ = ask.send(answer.clone());
                }
            };
            tokio::select! {
                () = answers => unreachable!("it is asked on and on"),
                codes = codes() => assert_eq!(codes, wanted),
            }
        }
        drop(asked);
        assert_eq!(codes().await, [200, 200, 503]);
        assert_eq!(page(&pages, "/").await.0, 404);
    });
}
