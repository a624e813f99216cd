//! gitopsc.

mod folder;

use clap::{Parser, Subcommand, ValueEnum};
use folder::FolderTree;
use gitopsc_compiler::{Compilation, Options};
use gitopsc_core::{Class, Diagnostic, TreePath};
use gitopsc_kustomize::{LoadRestriction, Reorder};
use gitopsc_yaml::emit::{Secrets, emit};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds manifests.
    Build(Build),
}

#[derive(clap::Args)]
struct Build {
    directory: Option<PathBuf>,
    #[arg(long, default_value = "LoadRestrictionsRootOnly")]
    load_restrictor: String,
    #[arg(long)]
    reorder: Option<ReorderArgument>,
    #[arg(long)]
    enable_managedby_label: bool,
    #[arg(long)]
    enable_alpha_plugins: bool,
    #[arg(long)]
    enable_exec: bool,
    #[arg(long)]
    enable_helm: bool,
    #[arg(long, value_delimiter = ',')]
    layers: Vec<String>,
    #[arg(long)]
    keep_going: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReorderArgument {
    Legacy,
    None,
}

fn main() -> ExitCode {
    let Command::Build(build) = Arguments::parse().command;
    let given = build.directory.is_some();
    let directory = build.directory.clone().unwrap_or_else(|| ".".into());
    let Ok(directory) = directory.canonicalize() else {
        eprintln!("{} does not exist", directory.display());
        return ExitCode::from(2);
    };
    let root = directory
        .ancestors()
        .find(|path| path.join(".git").exists())
        .unwrap_or(&directory)
        .to_owned();
    let target = directory.strip_prefix(&root).unwrap_or(&root);
    let tree = FolderTree::new(root.clone());
    let options = Options {
        target: TreePath::new(&target.to_string_lossy()),
        target_given: given,
        layers: build
            .layers
            .iter()
            .map(|layer| layer.as_str().into())
            .collect(),
        kustomize: gitopsc_kustomize::Options {
            load_restriction: match build.load_restrictor.as_str() {
                "LoadRestrictionsNone" => LoadRestriction::None,
                _ => LoadRestriction::RootOnly,
            },
            reorder: build.reorder.map(|reorder| match reorder {
                ReorderArgument::Legacy => Reorder::Legacy,
                ReorderArgument::None => Reorder::None,
            }),
            managed_by_label: build.enable_managedby_label,
            root_path: Some(root.to_string_lossy().as_ref().into()),
            ..Default::default()
        },
        ..Options::default()
    };
    let Ok(pool) = rayon::ThreadPoolBuilder::new().use_current_thread().build() else {
        return ExitCode::from(2);
    };
    let compilation = gitopsc_compiler::compile(&tree, &options, &pool);
    for diagnostic in compilation.all_diagnostics() {
        eprintln!("{diagnostic}");
        for label in &diagnostic.labels {
            if let Some(path) = compilation.files.path(label.span.file) {
                let text = compilation.files.text(label.span.file).unwrap_or_default();
                let (line, column) = gitopsc_compiler::files::line_column(&text, label.span);
                eprintln!("  --> {path}:{line}:{column}: {}", label.text);
            }
        }
        if let Some(hint) = &diagnostic.hint {
            eprintln!("  help: {hint}");
        }
    }
    if !compilation.failed() || build.keep_going {
        print(&compilation);
    }
    exit_status(&compilation)
}

fn print(compilation: &Compilation) {
    let mut text = String::new();
    for manifest in compilation.units.iter().flat_map(|unit| &unit.manifests) {
        if !text.is_empty() {
            text.push_str("---\n");
        }
        emit(&manifest.body, Secrets::Reveal, &mut text);
    }
    let _ = std::io::stdout().write_all(text.as_bytes());
}

fn exit_status(compilation: &Compilation) -> ExitCode {
    let errors: Vec<&Diagnostic> = compilation
        .all_diagnostics()
        .filter(|diagnostic| diagnostic.is_error())
        .collect();
    if errors.iter().any(|error| error.class != Class::Input) {
        return ExitCode::from(2);
    }
    ExitCode::from(u8::from(compilation.failed()))
}
