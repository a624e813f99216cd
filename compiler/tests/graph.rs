//! Folders of clusters with the graph that is derived from them: `testdata/graph/<case>/in` and `graph.txt`.

use gitopsc_compiler::edges::{Derived, derive};
use gitopsc_compiler::{Compilation, Options, compile};
use gitopsc_core::tree::MemoryTree;
use gitopsc_engine::graph::{Edge, Force, NodeId, Wait};
use gitopsc_test_support::{Folder, Outcome, Test, files, folders, run, workspace};
use std::fmt::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cases = folders(&workspace().join("testdata/graph"));
    let test = |folder: Folder| {
        let name = folder.name.clone();
        Test::new(name, move || {
            Outcome::from(folder.expect("graph.txt", &graph_of(&folder)))
        })
    };
    run(cases.into_iter().map(test).collect())
}

fn graph_of(folder: &Folder) -> String {
    let tree = MemoryTree::new(files(&folder.path.join("in")));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .expect("two threads can be had");
    let compilation = compile(&tree, &Options::default(), &pool);
    let derived = derive(&compilation, &pool);
    let mut text = String::new();
    for diagnostic in compilation.all_diagnostics() {
        let _ = writeln!(text, "{diagnostic}");
    }
    write_waves(&mut text, &compilation, &derived);
    for diagnostic in &derived.diagnostics {
        let _ = writeln!(text, "{diagnostic}");
    }
    text
}

fn write_waves(text: &mut String, compilation: &Compilation, derived: &Derived) {
    for (at, wave) in derived.graph.waves().iter().enumerate() {
        let layer = wave
            .layer
            .map_or("", |layer| &compilation.layers[layer].name);
        let _ = writeln!(text, "wave {} of {layer}", at + 1);
        for node in &wave.nodes {
            let _ = writeln!(text, "  {}", name(compilation, derived, *node));
            for edge in derived.graph.needs(*node) {
                let _ = writeln!(text, "    {}", words(compilation, derived, edge));
            }
        }
    }
}

fn name(compilation: &Compilation, derived: &Derived, id: NodeId) -> String {
    let node = derived.graph.node(id);
    match node.object() {
        Some(object) => object.to_string(),
        None => format!("unit {}", compilation.units[node.unit].path),
    }
}

fn words(compilation: &Compilation, derived: &Derived, edge: &Edge) -> String {
    let force = match edge.force {
        Force::Hard => "hard",
        Force::Soft => "soft",
    };
    let wait = match edge.wait {
        Wait::Order => "order",
        Wait::Applied => "applied",
        Wait::Ready => "ready",
    };
    let keys = edge.exists.as_ref().map_or(String::new(), |exists| {
        let keys: Vec<&str> = exists.keys.iter().map(|key| key.as_str()).collect();
        format!(" as {} [{}]", exists.object, keys.join(" "))
    });
    let to = name(compilation, derived, edge.to);
    format!("{} {to}{keys}, {force}, {wait}", edge.reason)
}
