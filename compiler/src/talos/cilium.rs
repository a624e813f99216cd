//! How Cilium is set up, as far as it has to agree with the machine configuration: by Helm values, or by the
//! ConfigMap and the DaemonSet that the chart made of them.
//!
//! Names and defaults are those of cilium/cilium, `install/kubernetes/cilium/values.yaml` and
//! `templates/cilium-configmap.yaml`.

use crate::compilation::Compilation;
use gitopsc_core::{Json, Manifest};
use gitopsc_yaml::Node;

use super::machine::view::{Said, is_false, is_true, texts};

/// What is known of it; nothing where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cilium {
    /// From which subnets the operator gives pods their addresses; nothing if Kubernetes does.
    pub pod_subnets: Option<Said<Vec<String>>>,
    /// The subnet that is reached without masquerading.
    pub native_routing: Option<Said<String>>,
    /// The subnet of Services.
    pub service_subnet: Option<Said<String>>,
    /// Where the API server is: host and port.
    pub api_host: Option<Said<String>>,
    /// Its port.
    pub api_port: Option<Said<String>>,
    /// Whether Cilium does what kube-proxy does.
    pub replaces_proxy: Option<Said<bool>>,
}

/// What the operator takes where no pool is named.
const USUAL_POOL: &str = "10.0.0.0/8";

/// Lays `right` over `left` as Helm does with values: maps grow, all else is replaced.
pub fn overlay(left: &mut Node, right: Node) {
    if left.as_mapping().is_none() || right.as_mapping().is_none() {
        *left = right;
        return;
    }
    let entries = match right.value {
        gitopsc_yaml::NodeValue::Mapping(mapping) => mapping.entries,
        _ => Vec::new(),
    };
    let Some(into) = left.as_mapping_mut() else {
        return;
    };
    for entry in entries {
        let key = entry.key.as_str().map(str::to_owned);
        match key.and_then(|key| into.get_mut(&key)) {
            Some(value) => overlay(value, entry.value),
            None => into.entries.push(entry),
        }
    }
}

impl Cilium {
    /// What the values say; those of a chart that holds Cilium as `cilium` too.
    #[must_use]
    pub fn of_values(values: &Node) -> Cilium {
        let nested = values
            .get("cilium")
            .filter(|nested| nested.as_mapping().is_some());
        let values = nested.unwrap_or(values);
        let said = |keys: &[&str]| values.get_path(keys).and_then(said);
        let urls = said(&["k8s", "apiServerURLs"]).and_then(|urls| host_and_port(&urls));
        let (url_host, url_port) = urls.unzip();
        let proxy = values
            .get("kubeProxyReplacement")
            .filter(|node| is_true(node) || is_false(node) || node.as_str() == Some("strict"));
        Cilium {
            pod_subnets: pool(values),
            native_routing: said(&["ipv4NativeRoutingCIDR"]),
            service_subnet: said(&["extraConfig", "ipv4-service-range"]).filter(is_named),
            api_host: said(&["k8sServiceHost"]).filter(is_named).or(url_host),
            api_port: said(&["k8sServicePort"]).or(url_port),
            replaces_proxy: proxy.map(|node| Said {
                value: !is_false(node),
                span: node.span,
            }),
        }
    }

    /// What the objects of `compilation` say; nothing if Cilium is not among them.
    #[must_use]
    pub fn of_objects(compilation: &Compilation) -> Option<Cilium> {
        let named = |kind: &'static str, name: &'static str| {
            compilation
                .manifests()
                .find(|object| object.object.kind == kind && object.object.name == name)
        };
        let config = named("ConfigMap", "cilium-config")?;
        let data = config.body.get("data");
        let said = |key: &str| -> Option<Said<String>> {
            let text = data?
                .get(key)?
                .as_plain_str()
                .filter(|text| !text.is_empty())?;
            Some(Said {
                value: text.to_owned(),
                span: config.span,
            })
        };
        let pools = ["cluster-pool-ipv4-cidr", "cluster-pool-ipv6-cidr"].map(said);
        let pools: Vec<String> = pools
            .into_iter()
            .flatten()
            .flat_map(|said| words(&said.value))
            .collect();
        let by_operator = said("ipam").is_none_or(|mode| mode.value == "cluster-pool");
        let urls = said("k8s-api-server-urls").and_then(|urls| host_and_port(&urls));
        let (url_host, url_port) = urls.unzip();
        let agent = named("DaemonSet", "cilium");
        let variable = |name: &str| agent.and_then(|agent| environment(agent, name));
        Some(Cilium {
            pod_subnets: (by_operator && !pools.is_empty()).then_some(Said {
                value: pools,
                span: config.span,
            }),
            native_routing: said("ipv4-native-routing-cidr"),
            service_subnet: said("ipv4-service-range").filter(is_named),
            api_host: variable("KUBERNETES_SERVICE_HOST").or(url_host),
            api_port: variable("KUBERNETES_SERVICE_PORT").or(url_port),
            replaces_proxy: said("kube-proxy-replacement").map(|said| Said {
                value: said.value != "false",
                span: said.span,
            }),
        })
    }
}

/// The pool of the operator; nothing in modes in which others give pods their addresses.
fn pool(values: &Node) -> Option<Said<Vec<String>>> {
    let mode = values.get_path(&["ipam", "mode"]);
    if mode
        .and_then(Node::as_str)
        .is_some_and(|mode| mode != "cluster-pool")
    {
        return None;
    }
    let operator = values.get_path(&["ipam", "operator"]);
    let list = |field: &str| {
        let node = operator?.get(field)?;
        let subnets = node.as_str().map_or_else(|| texts(node), words);
        (!subnets.is_empty()).then_some(Said {
            value: subnets,
            span: node.span,
        })
    };
    let usual = Said {
        value: vec![USUAL_POOL.to_owned()],
        span: mode.map_or(values.span, |mode| mode.span),
    };
    let mut pool = list("clusterPoolIPv4PodCIDRList").unwrap_or(usual);
    let six = values.get_path(&["ipv6", "enabled"]).is_some_and(is_true);
    if six && let Some(more) = list("clusterPoolIPv6PodCIDRList") {
        pool.value.extend(more.value);
    }
    Some(pool)
}

fn words(text: &str) -> Vec<String> {
    let separator = |letter: char| letter.is_whitespace() || letter == ',';
    text.split(separator)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn said(node: &Node) -> Option<Said<String>> {
    let text = node
        .as_str()
        .filter(|text| !text.is_empty() && !node.is_null())?;
    Some(Said {
        value: text.to_owned(),
        span: node.span,
    })
}

/// Cilium finds out by itself what is called `auto`.
fn is_named(said: &Said<String>) -> bool {
    said.value != "auto"
}

/// Host and port of the first of some URLs.
fn host_and_port(urls: &Said<String>) -> Option<(Said<String>, Said<String>)> {
    let first = words(&urls.value).into_iter().next()?;
    let rest = first
        .split_once("://")
        .map_or(first.as_str(), |(_, rest)| rest);
    let (host, port) = rest.trim_end_matches('/').rsplit_once(':')?;
    let at = |text: &str| Said {
        value: text.to_owned(),
        span: urls.span,
    };
    Some((at(host.trim_matches(['[', ']'])), at(port)))
}

/// The value of a variable of the agent.
fn environment(agent: &Manifest, name: &str) -> Option<Said<String>> {
    let pod = agent.body.get("spec")?.get("template")?.get("spec")?;
    let Json::Array(containers) = pod.get("containers")? else {
        return None;
    };
    let variables = containers
        .iter()
        .filter_map(|container| container.get("env"));
    let variables = variables.filter_map(|env| match env {
        Json::Array(items) => Some(items.iter()),
        _ => None,
    });
    let is_meant = |item: &&Json| item.get("name").and_then(Json::as_plain_str) == Some(name);
    let value = variables
        .flatten()
        .find(is_meant)?
        .get("value")?
        .as_plain_str()?;
    Some(Said {
        value: value.to_owned(),
        span: agent.span,
    })
}
