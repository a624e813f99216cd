//! Whoever signs in by OIDC can be told from others: the API server knows issuer, client, user name and groups.

use crate::codes;
use crate::talos::check::{Facts, State};
use crate::talos::machine::Machine;
use gitopsc_core::{Diagnostic, Span};
use gitopsc_yaml::{Dialect, Limits, Node, parse};

/// The flags that belong together.
const FLAGS: [&str; 4] = [
    "oidc-issuer-url",
    "oidc-client-id",
    "oidc-username-claim",
    "oidc-groups-claim",
];

/// The flag that names the file of an AuthenticationConfiguration.
const FILE_FLAG: &str = "authentication-config";

pub fn check(facts: &Facts<'_>) -> State {
    let mut found = Vec::new();
    for machine in facts.control_planes() {
        let arguments = machine.api_server_arguments();
        let flags: Vec<(&str, &Node)> = arguments
            .iter()
            .filter(|(name, _)| name.starts_with("oidc-"))
            .copied()
            .collect();
        let file = arguments
            .iter()
            .find(|(name, _)| *name == FILE_FLAG)
            .map(|(_, node)| *node);
        let documents = machine.of_kind("KubeAuthenticationConfig");
        let configurations: Vec<&Node> = documents
            .filter_map(|document| document.get("configuration"))
            .collect();
        if let Some((_, node)) = flags.first() {
            let other = file.or(configurations
                .iter()
                .copied()
                .find(|node| has_issuers(node)));
            found.extend(of_flags(&flags, node.span));
            found.extend(other.map(|other| both(node.span, other.span)));
        }
        for configuration in configurations {
            found.extend(of_configuration(configuration, None));
        }
        found.extend(file.into_iter().flat_map(|file| of_file(machine, file)));
    }
    State::Checked(found)
}

fn of_flags(flags: &[(&str, &Node)], place: Span) -> Option<Diagnostic> {
    let is_set = |flag: &str| {
        flags
            .iter()
            .any(|(name, node)| *name == flag && !node.is_null() && node.as_str() != Some(""))
    };
    let missing: Vec<&str> = FLAGS.into_iter().filter(|flag| !is_set(flag)).collect();
    if missing.is_empty() {
        return None;
    }
    let message = format!("OIDC is set up without {}", missing.join(", "));
    let diagnostic = Diagnostic::error(codes::TALOS_OIDC_INCOMPLETE, message).at(place, "");
    Some(diagnostic.hint(
        "set all four of oidc-issuer-url, oidc-client-id, oidc-username-claim and oidc-groups-claim; from Talos 1.14 on, \
         KubeAuthenticationConfig takes their place",
    ))
}

fn both(flags: Span, other: Span) -> Diagnostic {
    let message =
        "the API server does not start with both oidc flags and an AuthenticationConfiguration";
    Diagnostic::error(codes::TALOS_OIDC_INCOMPLETE, message)
        .at(flags, "flags")
        .at(other, "and this")
        .hint("keep the configuration, and remove the flags")
}

/// The file that a flag names, if the machine configuration writes it.
fn of_file(machine: &Machine, flag: &Node) -> Vec<Diagnostic> {
    let content = flag.as_str().and_then(|path| machine.file(path));
    let Some((text, place)) = content.and_then(|node| Some((node.as_str()?, node.span))) else {
        return Vec::new();
    };
    let documents = parse(text, place.file, Dialect::Kubectl, &Limits::default());
    let documents = documents.unwrap_or_default();
    let roots = documents.iter().map(|document| &document.root);
    roots
        .flat_map(|root| of_configuration(root, Some(place)))
        .collect()
}

fn has_issuers(configuration: &Node) -> bool {
    issuers(configuration).next().is_some()
}

fn issuers(configuration: &Node) -> impl Iterator<Item = &Node> {
    configuration
        .get("jwt")
        .and_then(Node::as_sequence)
        .into_iter()
        .flatten()
}

/// What is missing from an AuthenticationConfiguration; `place` for one whose own places mean nothing.
fn of_configuration(configuration: &Node, place: Option<Span>) -> Vec<Diagnostic> {
    let wanted: [(&str, &[&[&str]]); 4] = [
        ("issuer.url", &[&["issuer", "url"]]),
        ("issuer.audiences", &[&["issuer", "audiences"]]),
        (
            "claimMappings.username",
            &[
                &["claimMappings", "username", "claim"],
                &["claimMappings", "username", "expression"],
            ],
        ),
        (
            "claimMappings.groups",
            &[
                &["claimMappings", "groups", "claim"],
                &["claimMappings", "groups", "expression"],
            ],
        ),
    ];
    let mut found = Vec::new();
    for issuer in issuers(configuration) {
        let is_set = |paths: &[&[&str]]| {
            let mut values = paths.iter().filter_map(|path| issuer.get_path(path));
            values.any(|value| !value.is_null_or_empty() && value.as_str() != Some(""))
        };
        let missing = wanted
            .iter()
            .filter(|(_, paths)| !is_set(paths))
            .map(|(name, _)| *name);
        let missing: Vec<&str> = missing.collect();
        if !missing.is_empty() {
            let message = format!("this issuer has no {}", missing.join(", "));
            let diagnostic = Diagnostic::error(codes::TALOS_OIDC_INCOMPLETE, message);
            found.push(diagnostic.at(place.unwrap_or(issuer.span), "").hint(
                "without a user name nobody can sign in, without groups no role can be bound to one",
            ));
        }
    }
    found
}
