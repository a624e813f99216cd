//! Which kinds are namespaced: the table in kyaml's openapi.go, which it consults before any description.

use super::openapi::Gvk;
use std::collections::BTreeMap;

/// Whether a kind is namespaced.
pub(super) type Scopes = BTreeMap<Gvk, bool>;

/// Reads the entries of `precomputedIsNamespaceScoped` out of the Go source.
pub(super) fn precomputed(source: &[u8]) -> Result<Scopes, String> {
    let source = String::from_utf8_lossy(source);
    let scopes: Scopes = source.lines().filter_map(entry).collect();
    if scopes.is_empty() {
        return Err("openapi.go has no table of scopes".to_owned());
    }
    Ok(scopes)
}

/// A line such as `{APIVersion: "apps/v1", Kind: "Deployment"}: true,`.
fn entry(line: &str) -> Option<(Gvk, bool)> {
    let line = line.trim().strip_prefix("{APIVersion: \"")?;
    let (api_version, line) = line.split_once("\", Kind: \"")?;
    let (kind, line) = line.split_once("\"}:")?;
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let gvk = Gvk {
        kind: kind.to_owned(),
        group: group.to_owned(),
        version: version.to_owned(),
    };
    let namespaced = line.trim().split(',').next()?.parse().ok()?;
    Some((gvk, namespaced))
}

/// Checks that the paths of the built-in description say nothing that the table does not: only then does
/// the table alone answer every question.
pub(super) fn check(scopes: &Scopes, paths: &[(String, Gvk)]) -> Result<(), String> {
    let mut told = Scopes::new();
    for (path, gvk) in paths {
        *told.entry(gvk.clone()).or_default() |= path.contains("namespaces/{namespace}");
    }
    match told
        .iter()
        .find(|(gvk, namespaced)| scopes.get(gvk) != Some(namespaced))
    {
        None => Ok(()),
        Some((
            Gvk {
                kind,
                group,
                version,
            },
            _,
        )) => Err(format!(
            "paths and table differ on {kind} of {group}/{version}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::precomputed;

    #[test]
    fn entries_are_found_among_other_lines() {
        let source = b"var precomputedIsNamespaceScoped = map[yaml.TypeMeta]bool{\n\t{APIVersion: \"apps/v1\", Kind: \"Deployment\"}:   true,\n\t{APIVersion: \"v1\", Kind: \"Node\"}: false, // why\n}\n";
        let scopes = precomputed(source).unwrap();
        let told: Vec<_> = scopes
            .iter()
            .map(|(gvk, namespaced)| (gvk.kind.as_str(), *namespaced))
            .collect();
        assert_eq!(told, [("Deployment", true), ("Node", false)]);
        assert!(precomputed(b"package openapi\n").is_err());
    }
}
