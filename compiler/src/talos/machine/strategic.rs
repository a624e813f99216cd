//! Strategic patches: what is said in the patch goes before, lists grow, and some lists are replaced or
//! matched by a key.
//!
//! The rules are those of siderolabs/talos, `pkg/machinery/config/merge/merge.go`, and of the types that
//! have a `Merge` of their own or the tag `merge:"replace"`.

use gitopsc_yaml::{Mapping, Node, NodeValue, Tag};

/// What becomes of a value that both sides have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The patch's takes its place.
    Replace,
    /// Items with the same value under the first of these keys that they have are merged.
    ByKey(&'static [&'static str]),
}

/// Kind of document (empty: the one without), path (`[]` for an item, `*` for any key), way.
const WAYS: &[(&str, &str, Way)] = &[
    ("", "cluster.network.podSubnets", Way::Replace),
    ("", "cluster.network.serviceSubnets", Way::Replace),
    ("", "cluster.apiServer.auditPolicy", Way::Replace),
    ("", "cluster.apiServer.extraArgs.*", Way::Replace),
    ("", "cluster.controllerManager.extraArgs.*", Way::Replace),
    ("", "cluster.scheduler.extraArgs.*", Way::Replace),
    ("", "cluster.proxy.extraArgs.*", Way::Replace),
    ("", "cluster.etcd.extraArgs.*", Way::Replace),
    ("", "machine.kubelet.extraArgs.*", Way::Replace),
    (
        "",
        "cluster.apiServer.admissionControl",
        Way::ByKey(&["name"]),
    ),
    (
        "",
        "machine.network.interfaces",
        Way::ByKey(&["interface", "deviceSelector"]),
    ),
    (
        "",
        "machine.network.interfaces.[].vlans",
        Way::ByKey(&["vlanId"]),
    ),
    ("CRIBaseRuntimeSpecConfig", "overrides", Way::Replace),
    (
        "ExtensionServiceConfig",
        "configFiles",
        Way::ByKey(&["mountPath"]),
    ),
    ("KubeAPIServerConfig", "extraArgs.*", Way::Replace),
    ("KubeAuditPolicyConfig", "configuration", Way::Replace),
    ("KubeAuthenticationConfig", "configuration", Way::Replace),
    ("KubeControllerManagerConfig", "extraArgs.*", Way::Replace),
    (
        "KubeCredentialProviderConfig",
        "configuration",
        Way::Replace,
    ),
    ("KubeNetworkConfig", "podSubnets", Way::Replace),
    ("KubeNetworkConfig", "serviceSubnets", Way::Replace),
    ("KubeProxyConfig", "extraArgs.*", Way::Replace),
    ("KubeSchedulerConfig", "extraArgs.*", Way::Replace),
    ("KubeStaticPodConfig", "pod", Way::Replace),
    ("KubeletConfig", "extraArgs.*", Way::Replace),
    ("NetworkRuleConfig", "ingress", Way::Replace),
    ("NetworkRuleConfig", "portSelector.ports", Way::Replace),
];

/// Merges `right` into `left`, both documents of `kind`.
pub fn merge(kind: &str, left: &mut Node, right: Node) {
    let mut path = Vec::new();
    merge_at(kind, &mut path, left, right);
}

fn merge_at(kind: &str, path: &mut Vec<String>, left: &mut Node, right: Node) {
    if says_nothing(&right) {
        return;
    }
    let way = way(kind, path);
    if way == Some(Way::Replace) || left.is_null() {
        *left = right;
        return;
    }
    match (&mut left.value, right.value) {
        (NodeValue::Mapping(into), NodeValue::Mapping(from)) => merge_maps(kind, path, into, from),
        (NodeValue::Sequence(into), NodeValue::Sequence(from)) => match way {
            Some(Way::ByKey(keys)) => merge_items(kind, path, into, from, keys),
            _ => into.extend(from),
        },
        (_, value) => {
            *left = Node { value, ..right };
        }
    }
}

fn merge_maps(kind: &str, path: &mut Vec<String>, into: &mut Mapping, from: Mapping) {
    for entry in from.entries {
        let Some(key) = entry.key.as_str().map(str::to_owned) else {
            continue;
        };
        match into.get_mut(&key) {
            None => into.entries.push(entry),
            Some(left) => {
                path.push(key);
                merge_at(kind, path, left, entry.value);
                path.pop();
            }
        }
    }
}

fn merge_items(
    kind: &str,
    path: &mut Vec<String>,
    into: &mut Vec<Node>,
    from: Vec<Node>,
    keys: &[&str],
) {
    path.push("[]".to_owned());
    for item in from {
        let key = keys.iter().find(|key| item.get(key).is_some());
        let same = |other: &&mut Node| {
            key.is_some_and(|key| {
                let (own, other) = (item.get(key), other.get(key));
                own.zip(other)
                    .is_some_and(|(own, other)| is_same(own, other))
            })
        };
        match into.iter_mut().find(same) {
            Some(left) => merge_at(kind, path, left, item),
            None => into.push(item),
        }
    }
    path.pop();
}

/// Whether two values are equal, however they are written.
fn is_same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (NodeValue::Scalar(a), NodeValue::Scalar(b)) => a == b,
        (NodeValue::Sequence(a), NodeValue::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (NodeValue::Mapping(a), NodeValue::Mapping(b)) => {
            let in_b = |key: &Node| key.as_str().and_then(|key| b.get(key));
            let same = |entry: &gitopsc_yaml::Entry| {
                in_b(&entry.key).is_some_and(|value| is_same(&entry.value, value))
            };
            a.len() == b.len() && a.entries.iter().all(same)
        }
        _ => false,
    }
}

/// Go's zero values, which a patch does not put in the place of anything; `false` is none of them here.
fn says_nothing(node: &Node) -> bool {
    match &node.value {
        NodeValue::Scalar(text) => match node.tag {
            Tag::Null => true,
            Tag::Str => text.as_str().is_empty(),
            Tag::Int => text.as_str() == "0",
            _ => false,
        },
        _ => false,
    }
}

fn way(kind: &str, path: &[String]) -> Option<Way> {
    let fits = |pattern: &str| {
        let mut segments = pattern.split('.');
        let same = path.iter().all(|key| {
            segments
                .next()
                .is_some_and(|segment| segment == "*" || segment == key)
        });
        same && segments.next().is_none()
    };
    let found = WAYS
        .iter()
        .find(|(of, pattern, _)| *of == kind && fits(pattern));
    found.map(|(_, _, way)| *way)
}

#[cfg(test)]
mod tests {
    use super::merge;
    use gitopsc_yaml::emit::{Secrets, emit};
    use gitopsc_yaml::lower::lower;
    use gitopsc_yaml::{Dialect, FileId, Limits, Node, parse};

    fn node(text: &str) -> Node {
        let documents = parse(text, FileId(0), Dialect::Kubectl, &Limits::default()).unwrap();
        documents.into_iter().next().unwrap().root
    }

    #[test]
    fn each_rule_of_talos_holds() {
        // Kind, what is there, the patch, what comes out.
        let cases = [
            ("", "a: 1\nb: 2\n", "b: 3\nc: 4\n", "a: 1\nb: 3\nc: 4\n"),
            (
                "",
                "a: x\nb: true\n",
                "a: ''\nb: false\n",
                "a: x\nb: false\n",
            ),
            ("", "a: [1]\n", "a: [2]\n", "a:\n- 1\n- 2\n"),
            ("", "a: {b: 1}\n", "a:\n", "a:\n  b: 1\n"),
            (
                "",
                "cluster: {network: {podSubnets: [a]}, inlineManifests: [{name: x}]}\n",
                "cluster: {network: {podSubnets: [b]}, inlineManifests: [{name: x}]}\n",
                "cluster:\n  inlineManifests:\n  - name: x\n  - name: x\n  network:\n    podSubnets:\n    - b\n",
            ),
            (
                "",
                "machine: {network: {interfaces: [{interface: eth0, mtu: 1}, {interface: eth1}]}}\n",
                "machine: {network: {interfaces: [{interface: eth0, dhcp: true}]}}\n",
                "machine:\n  network:\n    interfaces:\n    - dhcp: true\n      interface: eth0\n      mtu: 1\n    - interface: eth1\n",
            ),
            (
                "",
                "cluster: {apiServer: {extraArgs: {a: [x], b: w}}}\n",
                "cluster: {apiServer: {extraArgs: {a: [z]}}}\n",
                "cluster:\n  apiServer:\n    extraArgs:\n      a:\n      - z\n      b: w\n",
            ),
            (
                "KubeInlineManifestConfig",
                "name: x\nmanifest: old\n",
                "name: x\nmanifest: new\n",
                "manifest: new\nname: x\n",
            ),
            (
                "KubeAuthenticationConfig",
                "configuration: {jwt: [a], anonymous: {}}\n",
                "configuration: {jwt: [b]}\n",
                "configuration:\n  jwt:\n  - b\n",
            ),
        ];
        for (kind, left, right, wanted) in cases {
            let mut merged = node(left);
            merge(kind, &mut merged, node(right));
            let mut text = String::new();
            emit(&lower(&merged).unwrap(), Secrets::Mask, &mut text);
            assert_eq!(text, wanted, "{left}{right}");
        }
    }
}
