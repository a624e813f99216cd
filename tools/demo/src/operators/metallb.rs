//! MetalLB: makes the Secret that its speakers share, answers its webhook, and gives Services addresses.

use super::serve;
use crate::cluster::{Cluster, Seen};
use gitopsc_stand_ins::{Decision, StandIn, admission};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

const NAMESPACE: &str = "metallb-system";
const WEBHOOKS: &str = "metallb-webhook-configuration";

/// The controller.
#[derive(Default)]
pub struct Metallb {
    has_secret: bool,
    webhook: Option<StandIn>,
}

impl Metallb {
    /// Does what is to be done.
    pub fn play(&mut self, cluster: &Cluster, seen: &Seen) -> Result<(), String> {
        if !seen.runs(NAMESPACE, "controller") {
            self.webhook = None;
            return Ok(());
        }
        if !self.has_secret {
            cluster.apply(&json!({
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": "memberlist", "namespace": NAMESPACE},
                "stringData": {"secretkey": "a demo keeps no secrets"},
            }))?;
            self.has_secret = true;
        }
        if self.webhook.is_none() {
            let answer = admission(review);
            self.webhook = serve(seen, NAMESPACE, "metallb-webhook-service", answer)?;
        }
        if let Some(webhook) = &self.webhook {
            trust(cluster, seen, &webhook.ca_bundle())?;
            give_addresses(cluster, seen)?;
        }
        Ok(())
    }
}

/// What the webhook says of a resource.
fn review(request: &Value) -> Decision {
    let spec = &request["object"]["spec"];
    let addresses = spec["addresses"].as_array().into_iter().flatten();
    let wrong = addresses
        .filter_map(Value::as_str)
        .find(|text| range(text).is_none());
    match wrong.filter(|_| request["kind"]["kind"] == "IPAddressPool") {
        Some(text) => Decision::Deny(format!("invalid CIDR or range of addresses {text:?}")),
        None => Decision::Allow,
    }
}

/// Puts the certificate where the API server looks for it.
fn trust(cluster: &Cluster, seen: &Seen, authority: &str) -> Result<(), String> {
    let Some(found) = seen.one("ValidatingWebhookConfiguration", "", WEBHOOKS) else {
        return Ok(());
    };
    let webhooks = found["webhooks"].as_array().map_or(&[][..], Vec::as_slice);
    let lacking = webhooks
        .iter()
        .enumerate()
        .filter(|(_, webhook)| webhook["clientConfig"]["caBundle"] != authority);
    let operations: Vec<Value> = lacking
        .map(|(at, _)| {
            let path = format!("/webhooks/{at}/clientConfig/caBundle");
            json!({"op": "add", "path": path, "value": authority})
        })
        .collect();
    if operations.is_empty() {
        return Ok(());
    }
    let name = ["validatingwebhookconfiguration", WEBHOOKS];
    cluster.patch(&name, &["--type=json"], &Value::Array(operations))
}

/// Gives an address to each Service that wants one and has none.
fn give_addresses(cluster: &Cluster, seen: &Seen) -> Result<(), String> {
    let is_balanced = |service: &&Value| service["spec"]["type"] == "LoadBalancer";
    let address_of = |service: &Value| {
        let given = &service["status"]["loadBalancer"]["ingress"][0]["ip"];
        given.as_str().map(str::to_owned)
    };
    let services: Vec<&Value> = seen.all("Service").filter(is_balanced).collect();
    let mut taken: BTreeSet<String> = services.iter().filter_map(|of| address_of(of)).collect();
    let wanting = services.iter().filter(|of| address_of(of).is_none());
    for service in wanting {
        let pools = cluster.read_kind("ipaddresspools.metallb.io");
        let Some(address) = free(&pools, service, &taken) else {
            continue;
        };
        let status = json!({"status": {"loadBalancer": {"ingress": [{"ip": address}]}}});
        let text = |key: &str| service["metadata"][key].as_str().unwrap_or_default();
        let name = ["service", text("name"), "--namespace", text("namespace")];
        cluster.patch(&name, &["--subresource=status", "--type=merge"], &status)?;
        taken.insert(address);
    }
    Ok(())
}

/// The first address that nobody has of the pool that `service` names, or of one that is for everybody.
fn free(pools: &Seen, service: &Value, taken: &BTreeSet<String>) -> Option<String> {
    let named = service["metadata"]["annotations"]["metallb.io/address-pool"].as_str();
    let suits = |pool: &&Value| match named {
        Some(name) => pool["metadata"]["name"] == name,
        None => pool["spec"]["autoAssign"] != false,
    };
    let pools = pools.all("IPAddressPool").filter(suits);
    let addresses =
        pools.flat_map(|pool| pool["spec"]["addresses"].as_array().into_iter().flatten());
    let ranges = addresses.filter_map(|text| range(text.as_str()?));
    let mut all = ranges.flat_map(|(first, last)| first.to_bits()..=last.to_bits());
    all.find_map(|bits| {
        let address = Ipv4Addr::from_bits(bits).to_string();
        (!taken.contains(&address)).then_some(address)
    })
}

/// The first and the last address of `FIRST-LAST` or `ADDRESS/BITS`.
fn range(text: &str) -> Option<(Ipv4Addr, Ipv4Addr)> {
    if let Some((first, last)) = text.split_once('-') {
        let range = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        return (range.0 <= range.1).then_some(range);
    }
    let (address, bits) = text.split_once('/')?;
    let address: Ipv4Addr = address.parse().ok()?;
    let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
    let host = u32::MAX.checked_shr(bits).unwrap_or(0);
    let first = address.to_bits() & !host;
    Some((
        Ipv4Addr::from_bits(first),
        Ipv4Addr::from_bits(first | host),
    ))
}

#[cfg(test)]
mod tests {
    use super::{free, range, review};
    use crate::cluster::Seen;
    use gitopsc_stand_ins::Decision;
    use serde_json::json;
    use std::collections::BTreeSet;
    use std::net::Ipv4Addr;

    #[test]
    fn ranges_and_networks_are_read_and_nothing_else() {
        let at = |last| Ipv4Addr::new(192, 0, 2, last);
        assert_eq!(range("192.0.2.10-192.0.2.19"), Some((at(10), at(19))));
        assert_eq!(range("192.0.2.7/24"), Some((at(0), at(255))));
        assert_eq!(range("192.0.2.7/32"), Some((at(7), at(7))));
        for wrong in ["192.0.2.19-192.0.2.10", "192.0.2.7", "192.0.2.0/33", "here"] {
            assert_eq!(range(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_service_gets_the_first_free_address_of_the_pool_that_it_names() {
        let pool = json!({
            "kind": "IPAddressPool",
            "metadata": {"name": "public"},
            "spec": {"addresses": ["192.0.2.10-192.0.2.11"], "autoAssign": false},
        });
        let pools = Seen::from(vec![pool]);
        let named = json!({"metadata": {"annotations": {"metallb.io/address-pool": "public"}}});
        let taken = BTreeSet::from(["192.0.2.10".to_owned()]);
        assert_eq!(free(&pools, &named, &taken).as_deref(), Some("192.0.2.11"));
        assert_eq!(free(&pools, &json!({}), &taken), None);
    }

    #[test]
    fn the_webhook_refuses_a_pool_of_what_are_no_addresses() {
        let asked = |address: &str| {
            let spec = json!({"spec": {"addresses": [address]}});
            review(&json!({"kind": {"kind": "IPAddressPool"}, "object": spec}))
        };
        assert_eq!(asked("192.0.2.0/24"), Decision::Allow);
        assert!(matches!(asked("here"), Decision::Deny(_)));
    }
}
