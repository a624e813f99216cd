//! The points of the list: a file for each.

pub mod bundles;
pub mod cni;
pub mod default_deny;
pub mod fetched;
pub mod kube_prism;
pub mod kube_proxy;
pub mod oidc;
pub mod owners;
pub mod sizes;
pub mod subnets;
pub mod urls;
