//! What is measured: one row each, ours with one thread and with the usual number, and the real one.

use super::Plan;
use super::input::{self, Layout};
use super::measure::{Cost, cost};
use gitopsc_test_support::oracle::{Runner, oracle};
use gitopsc_test_support::{shared, workspace};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One row of the table.
pub(super) struct Row {
    pub(super) what: String,
    /// Ours with one thread.
    pub(super) one: Cost,
    /// Ours with as many threads as it takes by itself.
    pub(super) many: Cost,
    /// The real one; nothing where it would take minutes or has no such thing.
    pub(super) real: Option<Cost>,
    /// How many pairs of objects there are, where memory has a bound for each.
    pub(super) pairs: Option<usize>,
}

/// The patch that changes every Deployment.
const PATCH: &str = "patches:\n- target:\n    kind: Deployment\n  patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n\
    \x20   metadata:\n      name: any\n    spec:\n      template:\n        spec:\n          containers:\n\
    \x20         - name: main\n            env:\n            - name: MODE\n              value: fast\n";

/// Measures everything, row by row.
///
/// # Errors
/// Input cannot be made, or a program fails.
pub(super) fn rows(plan: &Plan) -> Result<Vec<Row>, String> {
    let kustomize = oracle("kustomize").map_err(String::from)?;
    let bench = Bench { plan, kustomize };
    let mut rows = vec![bench.row("one ConfigMap", input::smallest, None, true)?];
    let layouts = [
        (Layout::OneFile, "in one file"),
        (Layout::Folders, "a folder each"),
    ];
    let fields = [
        ("prefix", "namePrefix: a-\n"),
        ("namespace", "namespace: a\n"),
        ("strategic merge patch on all", PATCH),
    ];
    let pairs = plan.size(1_000);
    for (layout, place) in layouts {
        for (name, fields) in fields {
            let make = |folder: &Path| input::pairs(folder, pairs, layout, fields);
            let what = format!("{pairs} pairs {place}, {name}");
            rows.push(bench.row(&what, make, Some(pairs), true)?);
        }
    }
    let half = plan.size(500);
    let chain = |folder: &Path| input::chain(folder, half, 10);
    rows.push(bench.row(
        &format!("{half} pairs under a chain of 10 overlays"),
        chain,
        Some(half),
        true,
    )?);
    // The real one takes more than six minutes for 500 pairs side by side.
    for (count, against) in [(plan.size(100), true), (half, false)] {
        let siblings = |folder: &Path| input::siblings(folder, count, 10);
        let what = format!("{count} pairs under 10 overlays side by side");
        rows.push(bench.row(&what, siblings, Some(count * 10), against)?);
    }
    for count in [2_000, 4_000, 8_000] {
        let count = plan.size(count);
        let make = |folder: &Path| input::pairs(folder, count, Layout::OneFile, "namePrefix: a-\n");
        let what = format!("{count} pairs in one file, prefix");
        rows.push(bench.row(&what, make, Some(count), false)?);
    }
    let secrets = plan.size(200);
    let encrypted = workspace().join("cluster/apps/web/production/session.yaml");
    let copies = |folder: &Path| input::secrets(folder, secrets, &encrypted);
    let what = format!("{secrets} Secrets encrypted by SOPS for one age key");
    rows.push(bench.row(&what, copies, None, false)?);
    let objects = plan.size(10_000);
    let cluster = |folder: &Path| input::cluster(folder, 100, objects / 100);
    rows.push(bench.row(
        &format!("{objects} objects in 100 units"),
        cluster,
        None,
        false,
    )?);
    rows.extend(bench.stored(plan.size(8_000))?);
    rows.extend(bench.graph(plan.size(50_000))?);
    match shared("trees/platform-apps/cluster") {
        Ok(tree) => rows.push(bench.units(&tree)?),
        Err(missing) => println!("a real repository is not measured: {missing}"),
    }
    Ok(rows)
}

struct Bench<'p> {
    plan: &'p Plan,
    kustomize: Runner,
}

impl Bench<'_> {
    fn row(
        &self,
        what: &str,
        make: impl Fn(&Path) -> std::io::Result<PathBuf>,
        pairs: Option<usize>,
        against: bool,
    ) -> Result<Row, String> {
        println!("{what}");
        let name: String = what
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
            .collect();
        let folder = self.plan.folder.join(name);
        let directory = make(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let real = || self.real(&directory);
        let real = against
            .then(|| cost(self.times(3), false, &real))
            .transpose()?;
        let row = Row {
            what: what.to_owned(),
            one: self.ours(&directory, Some(1))?,
            many: self.ours(&directory, None)?,
            real,
            pairs,
        };
        // Thousands of folders are of no use any more; failing to remove them harms nobody.
        let _ = std::fs::remove_dir_all(folder);
        Ok(row)
    }

    /// How often something is run that is run `usually` times.
    fn times(&self, usually: usize) -> usize {
        if self.plan.quick { 1 } else { usually }
    }

    /// `pairs` pairs in 80 units: printed, stored into nothing, stored where they are already.
    fn stored(&self, pairs: usize) -> Result<Vec<Row>, String> {
        let what = format!("{pairs} pairs in 80 units");
        println!("{what}");
        let folder = self.plan.folder.join("stored");
        let made = input::cluster(&folder.join("cluster"), 80, pairs * 2 / 80);
        let cluster = made.map_err(|error| format!("{}: {error}", folder.display()))?;
        let store = folder.join("store");
        // What is not there needs not be deleted.
        let clear = || drop(std::fs::remove_dir_all(&store));
        let row = |how: &str, store: Option<&Path>, before: &dyn Fn()| {
            Ok::<_, String>(Row {
                what: format!("{what}{how}"),
                one: self.ours_with(&cluster, Some(1), store, before)?,
                many: self.ours_with(&cluster, None, store, before)?,
                real: None,
                pairs: Some(pairs),
            })
        };
        let rows = vec![
            row("", None, &|| {})?,
            row(", into an empty store", Some(&store), &clear)?,
            row(", into a store that has them", Some(&store), &|| {})?,
        ];
        let _ = std::fs::remove_dir_all(folder);
        Ok(rows)
    }

    /// One kustomization of `objects` objects with ten times as many references: built and printed, which derives no
    /// graph, and its graph derived.
    fn graph(&self, objects: usize) -> Result<Vec<Row>, String> {
        let what = format!("{objects} objects with {} references", objects * 10);
        println!("{what}");
        let folder = self.plan.folder.join("references");
        let made = input::references(&folder, objects);
        let directory = made.map_err(|error| format!("{}: {error}", folder.display()))?;
        let row = |how: &str, words: &[&str]| {
            let cost = |threads: Option<&str>| {
                let command = || {
                    let mut command = Command::new(&self.plan.ours);
                    command.args(words).arg(&directory);
                    command.args(
                        threads
                            .map(|count| ["--threads", count])
                            .into_iter()
                            .flatten(),
                    );
                    command
                };
                cost(self.times(3), false, &command)
            };
            Ok::<_, String>(Row {
                what: format!("{what}{how}"),
                one: cost(Some("1"))?,
                many: cost(None)?,
                real: None,
                pairs: None,
            })
        };
        let rows = vec![
            row(", printed", &["build"])?,
            row(
                ", their graph around one",
                &["graph", "--object", "ConfigMap/config-1"],
            )?,
        ];
        let _ = std::fs::remove_dir_all(folder);
        Ok(rows)
    }

    fn ours(&self, directory: &Path, threads: Option<usize>) -> Result<Cost, String> {
        self.ours_with(directory, threads, None, &|| {})
    }

    /// A build into `store`, if there is one; what is done `before` each does not count.
    fn ours_with(
        &self,
        directory: &Path,
        threads: Option<usize>,
        store: Option<&Path>,
        before: &dyn Fn(),
    ) -> Result<Cost, String> {
        let command = || {
            before();
            let mut command = Command::new(&self.plan.ours);
            command.arg("build").arg(directory);
            let key = workspace().join("cluster/test-key.txt");
            command.arg("--age-key-file").arg(key);
            if let Some(store) = store {
                command.arg("--store").arg(store);
            }
            if let Some(threads) = threads {
                command.args(["--threads", &threads.to_string()]);
            }
            command
        };
        cost(self.times(10), false, &command)
    }

    /// The real one without anything before it: its own time is what counts. The input is our own.
    fn real(&self, directory: &Path) -> Command {
        let mut command = Command::new(self.kustomize.oracle.path());
        command.arg("build").arg(directory);
        command
    }

    /// All units of the cluster at `tree` that both can build without a network: one process of ours against
    /// one process of the real one for each.
    fn units(&self, tree: &Path) -> Result<Row, String> {
        println!("the units of a real repository");
        let all = || {
            let mut command = Command::new(&self.plan.ours);
            command.arg("build").arg(tree).arg("--keep-going");
            command
        };
        let one = || {
            let mut command = all();
            command.args(["--threads", "1"]);
            command
        };
        let units = self.built_by_real(tree)?;
        let mut total = Cost {
            time: std::time::Duration::ZERO,
            memory: None,
            cpu: None,
        };
        for unit in &units {
            let cost = cost(self.times(3), false, &|| self.real(unit))?;
            total.time += cost.time;
            total.memory = total.memory.max(cost.memory);
        }
        Ok(Row {
            what: format!("{} units of a real repository", units.len()),
            one: cost(self.times(10), true, &one)?,
            many: cost(self.times(10), true, &all)?,
            real: Some(total),
            pairs: None,
        })
    }

    /// The directories of the units that the real one builds with no way to the network.
    fn built_by_real(&self, tree: &Path) -> Result<Vec<PathBuf>, String> {
        let table = gitopsc_test_support::workspace().join("testdata/units/platform-apps.txt");
        let table = std::fs::read_to_string(&table)
            .map_err(|error| format!("{}: {error}", table.display()))?;
        let units = table
            .lines()
            .filter_map(|line| line.strip_suffix("\tunit\ta kustomization"));
        let builds = |unit: &PathBuf| {
            let mut command = self.kustomize.command();
            command
                .arg("build")
                .arg(unit)
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        Ok(units.map(|unit| tree.join(unit)).filter(builds).collect())
    }
}
