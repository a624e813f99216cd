//! What the API servers of several Kubernetes versions take, as one table: `compiler/src/check/kubernetes/api.txt`.
//!
//! Fields and types come from the published OpenAPI (`swagger`), the words of enumerations and the lives of APIs from the Go
//! sources (`enums`, `lives`), because the OpenAPI does not have them. What several versions share is written
//! once (`table`).

mod enums;
mod go;
mod lives;
mod swagger;
mod table;

use super::module;
use std::path::Path;

/// The versions: minor number, and the patch of which the sources are read.
const VERSIONS: [(u8, &str); 4] = [(33, "13"), (34, "4"), (35, "4"), (36, "3")];

/// The text of the table.
///
/// # Errors
/// A module is not to be had, or is not what is expected.
pub(super) fn table() -> Result<String, String> {
    let mut versions = Vec::new();
    let mut lives = lives::Lives::new();
    for (minor, patch) in VERSIONS {
        let kubernetes = module::directory(&format!("k8s.io/kubernetes@v1.{minor}.{patch}"))?;
        let api = module::directory(&format!("k8s.io/api@v0.{minor}.{patch}"))?;
        let mut schemas = swagger::read(&kubernetes.join("api/openapi-spec"))?;
        let packages = go::packages(&api)?;
        enums::add(&mut schemas, &packages);
        lives::add(&mut lives, &packages);
        versions.push((minor, schemas));
    }
    Ok(table::render(&versions, &lives))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
