//! Sets that are large.

use crate::program::{Trees, apply, expect, finish};
use crate::server::Server;

/// 1,000 objects in one unit come, are found unchanged, and go.
pub fn one_unit(server: &Server) -> Result<(), String> {
    let trees = Trees::new();
    let tree = |name: &str, count: usize| {
        let objects = (0..count).map(|number| config_map("large", &format!("n-{number}"), ""));
        let namespace = ("platform/p/p.yaml".to_owned(), namespace("large"));
        let all: String = objects.collect();
        trees.write(name, &[namespace, ("apps/a/all.yaml".to_owned(), all)])
    };
    let whole = tree("whole", 1000);
    let run = |tree: &_, more: &[&str]| {
        let mut command = apply(server.plane.kubeconfig(), tree, "large");
        finish(command.args(more))
    };
    let ran = run(&whole, &[]);
    ran.succeeded()?;
    expect("written", ran.count("written"), Some(1001))?;
    let ran = run(&whole, &[]);
    ran.succeeded()?;
    expect("written again", ran.objects("done").len(), 0)?;
    // A tenth may go without consent.
    let ran = run(&tree("less", 900), &[]);
    ran.succeeded()?;
    expect("pruned", ran.count("pruned"), Some(100))?;
    // More of it needs consent.
    let ran = run(&tree("little", 700), &[]);
    expect("refused", ran.code, Some(3))?;
    let consent = ran.events[0]["consent"].as_str().unwrap_or_default();
    let ran = run(&tree("little", 700), &["--approve", consent]);
    ran.succeeded()?;
    expect("pruned with consent", ran.count("pruned"), Some(200))
}

/// 50 units of 3 objects each, in 5 chains of 10 by `gitopsc.dev/depends-on`: each unit comes after the one before it.
pub fn chains(server: &Server) -> Result<(), String> {
    let trees = Trees::new();
    let mut files = vec![("platform/p/p.yaml".to_owned(), namespace("chains"))];
    for (chain, place) in (0..5).flat_map(|chain| (0..10).map(move |place| (chain, place))) {
        let unit = format!("apps/c{chain}-{place}");
        let depends = match place {
            0 => String::new(),
            place => format!(
                "metadata: {{annotations: {{gitopsc.dev/depends-on: apps/c{chain}-{}}}}}\n",
                place - 1
            ),
        };
        let kustomization = format!(
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n{depends}resources: [all.yaml]\n"
        );
        let objects =
            (0..3).map(|number| config_map("chains", &format!("c{chain}-{place}-{number}"), ""));
        files.push((format!("{unit}/kustomization.yaml"), kustomization));
        files.push((format!("{unit}/all.yaml"), objects.collect()));
    }
    let tree = trees.write("tree", &files);
    let ran = finish(&mut apply(server.plane.kubeconfig(), &tree, "chains"));
    ran.succeeded()?;
    expect("written", ran.count("written"), Some(151))?;
    let order: Vec<(&str, &str)> = ran
        .events
        .iter()
        .filter_map(|told| Some((told["event"].as_str()?, told["object"]["name"].as_str()?)))
        .collect();
    let at = |event: &str, name: &str| order.iter().position(|told| *told == (event, name));
    for (chain, place) in (0..5).flat_map(|chain| (1..10).map(move |place| (chain, place))) {
        for number in 0..3 {
            let begun = at("begins", &format!("c{chain}-{place}-{number}"));
            for before in 0..3 {
                let done = at("done", &format!("c{chain}-{}-{before}", place - 1));
                if done.is_none() || begun.is_none() || done > begun {
                    return Err(format!(
                        "c{chain}-{place} begins before c{chain}-{} is done",
                        place - 1
                    ));
                }
            }
        }
    }
    Ok(())
}

pub fn namespace(name: &str) -> String {
    format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n")
}

pub fn config_map(namespace: &str, name: &str, value: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {namespace}}}\ndata: {{a: \"{value}\"}}\n"
    )
}
