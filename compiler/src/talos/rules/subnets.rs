//! Pods and Services have the same subnets for Kubernetes and for Cilium.

use crate::codes;
use crate::talos::check::{Facts, State};
use crate::talos::machine::view::Said;
use gitopsc_core::Diagnostic;
use std::collections::BTreeSet;
use std::net::IpAddr;

pub fn check(facts: &Facts<'_>) -> State {
    let Some(cilium) = facts.cilium else {
        return State::Skipped("needs Cilium's values (--values) or its ConfigMap");
    };
    let mut found = Vec::new();
    for machine in facts.control_planes() {
        let (pods, services) = (machine.pod_subnets(), machine.service_subnets());
        if let Some(pool) = &cilium.pod_subnets
            && set(&pool.value) != set(&pods.value)
        {
            found.push(differ("pods", &pods, pool, &pool.value));
        }
        if let Some(native) = &cilium.native_routing
            && !pods.value.iter().any(|pods| covers(&native.value, pods))
        {
            found.push(differ(
                "pods",
                &pods,
                native,
                std::slice::from_ref(&native.value),
            ));
        }
        if let Some(range) = &cilium.service_subnet
            && !set(&services.value).contains(&canonical(&range.value))
        {
            found.push(differ(
                "Services",
                &services,
                range,
                std::slice::from_ref(&range.value),
            ));
        }
    }
    State::Checked(found)
}

fn differ<T>(
    of: &str,
    talos: &Said<Vec<String>>,
    cilium: &Said<T>,
    subnets: &[String],
) -> Diagnostic {
    let message = format!(
        "{of} are in {} for Kubernetes, and in {} for Cilium",
        talos.value.join(", "),
        subnets.join(", ")
    );
    Diagnostic::error(codes::TALOS_SUBNET_MISMATCH, message)
        .at(cilium.span, "Cilium")
        .at(talos.span, "the machine configuration")
        .hint("give both the same subnets; clusterPoolIPv4PodCIDRList is 10.0.0.0/8 where nothing is said")
}

fn set(subnets: &[String]) -> BTreeSet<String> {
    subnets.iter().map(|subnet| canonical(subnet)).collect()
}

/// Address and length of a subnet.
fn parsed(subnet: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = subnet.trim().split_once('/')?;
    Some((address.parse().ok()?, length.parse().ok()?))
}

/// The subnet in one way of writing it; what is none stays as it is.
fn canonical(subnet: &str) -> String {
    match parsed(subnet) {
        Some((address, length)) => format!("{}/{length}", network(address, length)),
        None => subnet.trim().to_owned(),
    }
}

/// The first address of the subnet.
fn network(address: IpAddr, length: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX
                .checked_shl(32_u32.saturating_sub(length))
                .unwrap_or(0);
            IpAddr::V4((u32::from(address) & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX
                .checked_shl(128_u32.saturating_sub(length))
                .unwrap_or(0);
            IpAddr::V6((u128::from(address) & mask).into())
        }
    }
}

/// Whether every address of `inner` is in `outer`.
fn covers(outer: &str, inner: &str) -> bool {
    match (parsed(outer), parsed(inner)) {
        (Some((outer, length)), Some((inner, longer))) => {
            outer.is_ipv4() == inner.is_ipv4()
                && length <= longer
                && network(outer, length) == network(inner, length)
        }
        _ => outer == inner,
    }
}

#[cfg(test)]
mod tests {
    use super::{canonical, covers};

    #[test]
    fn subnets_are_compared_by_what_they_hold() {
        assert_eq!(canonical("10.244.1.0/16"), canonical("10.244.0.0/16"));
        assert_eq!(canonical("FD00::1/64"), canonical("fd00:0::/64"));
        assert_ne!(canonical("10.0.0.0/8"), canonical("10.0.0.0/16"));
        assert_eq!(canonical("0.0.0.0/0"), "0.0.0.0/0");
        assert!(covers("10.0.0.0/8", "10.244.0.0/16"));
        assert!(!covers("10.244.0.0/16", "10.0.0.0/8"));
        assert!(!covers("fd00::/8", "10.244.0.0/16"));
    }
}
