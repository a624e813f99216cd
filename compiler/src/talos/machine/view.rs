//! What a machine configuration says, whichever way it says it: in the document with `machine` and `cluster`,
//! or in the documents of Talos 1.14.
//!
//! What holds where nothing is said is taken from siderolabs/talos,
//! `pkg/machinery/config/types/v1alpha1/v1alpha1_k8s_bridge.go` and `pkg/machinery/constants`.

use super::Machine;
use super::document::Id;
use crate::talos::url::shown;
use gitopsc_core::Span;
use gitopsc_yaml::Node;

/// A value and where it is said; nowhere if it holds because nothing is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// Who installs the network plug-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cni {
    /// Not Talos.
    None,
    /// Talos: Flannel, or manifests from URLs.
    Talos(String),
    /// Nothing is said, so Talos before 1.14 installs Flannel.
    Unsaid,
}

/// A manifest that Talos applies at bootstrap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Its name; that of a list of URLs is the URL. Talos applies them in the order of their names.
    pub name: String,
    /// Where it is.
    pub source: Source,
    /// Where it is declared.
    pub span: Span,
}

impl Declared {
    /// Its name as it is told: that of a URL without what opens it.
    #[must_use]
    pub fn told(&self) -> String {
        match self.source {
            Source::Inline(_) => self.name.clone(),
            Source::External { .. } => shown(&self.name),
        }
    }
}

/// Where a manifest is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the configuration.
    Inline(String),
    /// Behind a URL.
    External {
        /// The URL.
        url: String,
        /// Headers to be sent.
        headers: Vec<(String, String)>,
    },
}

const POD_SUBNET: &str = "10.244.0.0/16";
const SERVICE_SUBNET: &str = "10.96.0.0/12";
const KUBE_PRISM_PORT: &str = "7445";

impl Machine {
    /// Whether this is a worker, which applies no manifests and runs no API server.
    #[must_use]
    pub fn is_worker(&self) -> bool {
        let kind = self.legacy(&["machine", "type"]).and_then(Node::as_str);
        matches!(kind, Some("worker" | "join"))
    }

    /// Who installs the network plug-in.
    #[must_use]
    pub fn cni(&self) -> Said<Cni> {
        if let Some(flannel) = self.of_kind("KubeFlannelCNIConfig").next() {
            return Said {
                value: Cni::Talos("flannel".to_owned()),
                span: flannel.span,
            };
        }
        let name = self.legacy(&["cluster", "network", "cni", "name"]);
        if let Some((text, span)) = name.and_then(|name| Some((name.as_str()?, name.span))) {
            let value = match text {
                "none" => Cni::None,
                other => Cni::Talos(other.to_owned()),
            };
            return Said { value, span };
        }
        if let Some(network) = self
            .legacy(&["cluster", "network"])
            .filter(|node| !node.is_null())
        {
            return Said {
                value: Cni::Unsaid,
                span: network.span,
            };
        }
        let flannel = Id::Kind("KubeFlannelCNIConfig".to_owned(), String::new());
        let in_documents = self.of_kind("KubeNetworkConfig").next().is_some() && !self.only_patches;
        let value = match in_documents || self.deleted.contains(&flannel) {
            true => Cni::None,
            false => Cni::Unsaid,
        };
        Said {
            value,
            span: self.place,
        }
    }

    /// Whether kube-proxy runs.
    #[must_use]
    pub fn kube_proxy(&self) -> Said<bool> {
        if let Some(document) = self.of_kind("KubeProxyConfig").next() {
            let enabled = document.get("enabled");
            let span = enabled.map_or(document.span, |enabled| enabled.span);
            return Said {
                value: enabled.is_none_or(|enabled| !is_false(enabled)),
                span,
            };
        }
        match self.legacy(&["cluster", "proxy", "disabled"]) {
            Some(disabled) => Said {
                value: !is_true(disabled),
                span: disabled.span,
            },
            None => Said {
                value: true,
                span: self.place,
            },
        }
    }

    /// The port of KubePrism on localhost; nothing if it does not run.
    #[must_use]
    pub fn kube_prism(&self) -> Said<Option<String>> {
        if let Some(document) = self.of_kind("KubePrismConfig").next() {
            let port = document.get("port");
            let span = port.map_or(document.span, |port| port.span);
            let port = port.and_then(Node::as_str).unwrap_or(KUBE_PRISM_PORT);
            return Said {
                value: Some(port.to_owned()),
                span,
            };
        }
        let Some(node) = self.legacy(&["machine", "features", "kubePrism"]) else {
            // What `talosctl gen config` writes has it.
            let usual = self.only_patches.then(|| KUBE_PRISM_PORT.to_owned());
            return Said {
                value: usual,
                span: self.place,
            };
        };
        let port = node.get("port").filter(|port| !port.is_null());
        let enabled = node.get("enabled").is_some_and(is_true);
        let number = port
            .and_then(Node::as_str)
            .unwrap_or(KUBE_PRISM_PORT)
            .to_owned();
        Said {
            value: enabled.then_some(number),
            span: port.map_or(node.span, |port| port.span),
        }
    }

    /// The subnets of pods.
    #[must_use]
    pub fn pod_subnets(&self) -> Said<Vec<String>> {
        self.subnets("podSubnets", POD_SUBNET)
    }

    /// The subnets of Services.
    #[must_use]
    pub fn service_subnets(&self) -> Said<Vec<String>> {
        self.subnets("serviceSubnets", SERVICE_SUBNET)
    }

    fn subnets(&self, field: &str, usual: &str) -> Said<Vec<String>> {
        let document = self
            .of_kind("KubeNetworkConfig")
            .find_map(|document| document.get(field));
        let list = document.or_else(|| self.legacy(&["cluster", "network", field]));
        let texts = list.map(texts).unwrap_or_default();
        match list {
            Some(list) if !texts.is_empty() => Said {
                value: texts,
                span: list.span,
            },
            _ => Said {
                value: vec![usual.to_owned()],
                span: self.place,
            },
        }
    }

    /// The manifests that Talos applies at bootstrap, in the order of declaration.
    #[must_use]
    pub fn manifests(&self) -> Vec<Declared> {
        let mut declared: Vec<Declared> = self
            .of_kind("KubeInlineManifestConfig")
            .map(inline("manifest"))
            .collect();
        for document in self.of_kind("KubeExternalManifestConfig") {
            let headers = document.get("headers").map(pairs).unwrap_or_default();
            let url = text(document, "url");
            declared.push(Declared {
                name: text(document, "name"),
                source: Source::External { url, headers },
                span: document.get("url").map_or(document.span, |url| url.span),
            });
        }
        let items = |field: &str| {
            let list = self.legacy(&["cluster", field]).and_then(Node::as_sequence);
            list.into_iter().flatten()
        };
        declared.extend(items("inlineManifests").map(inline("contents")));
        let headers = self
            .legacy(&["cluster", "extraManifestHeaders"])
            .map(pairs)
            .unwrap_or_default();
        declared.extend(items("extraManifests").filter_map(|item| {
            let url = item.as_str()?.to_owned();
            let source = Source::External {
                url: url.clone(),
                headers: headers.clone(),
            };
            Some(Declared {
                name: url,
                source,
                span: item.span,
            })
        }));
        declared
    }

    /// The arguments of the API server by name.
    #[must_use]
    pub fn api_server_arguments(&self) -> Vec<(&str, &Node)> {
        let document = self
            .of_kind("KubeAPIServerConfig")
            .filter_map(|document| document.get("extraArgs"));
        let legacy = self.legacy(&["cluster", "apiServer", "extraArgs"]);
        let maps = document.chain(legacy).filter_map(Node::as_mapping);
        let entries = maps.flat_map(|map| &map.entries);
        entries
            .filter_map(|entry| Some((entry.key.as_str()?, &entry.value)))
            .collect()
    }

    /// The content of the file that Talos writes to `path`.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&Node> {
        let files = self.legacy(&["machine", "files"])?.as_sequence()?;
        let is_meant = |file: &&Node| file.get("path").and_then(Node::as_str) == Some(path);
        files.iter().find(is_meant)?.get("content")
    }
}

/// From a node that holds `name` and the text `field` to a manifest.
fn inline(field: &'static str) -> impl Fn(&Node) -> Declared {
    move |node| Declared {
        name: text(node, "name"),
        source: Source::Inline(text(node, field)),
        span: node.get("name").map_or(node.span, |name| name.span),
    }
}

fn text(node: &Node, key: &str) -> String {
    node.get(key)
        .and_then(Node::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// The scalars of a list.
pub fn texts(list: &Node) -> Vec<String> {
    let items = list.as_sequence().into_iter().flatten();
    items.filter_map(Node::as_str).map(str::to_owned).collect()
}

fn pairs(map: &Node) -> Vec<(String, String)> {
    let entries = map.as_mapping().into_iter().flat_map(|map| &map.entries);
    let pair = |entry: &gitopsc_yaml::Entry| {
        Some((
            entry.key.as_str()?.to_owned(),
            entry.value.as_str()?.to_owned(),
        ))
    };
    entries.filter_map(pair).collect()
}

/// Whether a Go program reads `node` as true.
#[must_use]
pub fn is_true(node: &Node) -> bool {
    node.as_str().is_some_and(|text| {
        matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "yes" | "on" | "y"
        )
    })
}

/// Whether a Go program reads `node` as false.
#[must_use]
pub fn is_false(node: &Node) -> bool {
    node.as_str().is_some_and(|text| {
        matches!(
            text.to_ascii_lowercase().as_str(),
            "false" | "no" | "off" | "n"
        )
    })
}
