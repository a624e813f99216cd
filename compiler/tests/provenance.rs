//! A unit that is to explain itself knows of each value where it stood and who put it there.

use gitopsc_compiler::{Compilation, Options, compile};
use gitopsc_core::tree::MemoryTree;
use gitopsc_core::{TreePath, UnitPath};

fn compilation(provenance: Vec<UnitPath>) -> Compilation {
    let tree = MemoryTree::new([
        (
            "kustomization.yaml",
            "resources: [map.yaml]\nnamePrefix: dev-\ncommonAnnotations:\n  team: web\n",
        ),
        (
            "map.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  key: value\n",
        ),
    ]);
    let options = Options {
        provenance,
        ..Options::default()
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("one thread can be had");
    compile(&tree, &options, &pool)
}

fn told(compilation: &Compilation) -> Vec<String> {
    let unit = &compilation.units[0];
    let Some(provenance) = &unit.manifests[0].provenance else {
        return Vec::new();
    };
    let origins = provenance.0.iter().map(|origin| {
        let path = compilation.files.path(origin.span.file);
        let by = origin
            .transform
            .map(|id| unit.transforms[id.0 as usize].name);
        format!(
            "{} {} {}",
            origin.pointer,
            path.map_or("?", TreePath::as_str),
            by.unwrap_or("-")
        )
    });
    origins.collect()
}

#[test]
fn values_tell_their_file_and_the_transformer_that_put_them_there() {
    let told = told(&compilation(vec![UnitPath(TreePath::root())]));
    assert_eq!(
        told,
        [
            "/apiVersion map.yaml -",
            "/data/key map.yaml -",
            "/kind map.yaml -",
            "/metadata/annotations/team kustomization.yaml AnnotationsTransformer",
            "/metadata/name kustomization.yaml PrefixTransformer",
        ]
    );
}

#[test]
fn nothing_is_kept_for_units_that_were_not_named() {
    assert!(told(&compilation(Vec::new())).is_empty());
}
