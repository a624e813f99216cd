//! The programs of the example's pods, as far as others wait for what they do. Each does its part only while a pod
//! of its Deployment is ready.

mod metallb;
mod metrics;
mod storage;

use crate::cluster::{Cluster, Seen};
use gitopsc_stand_ins::{Asked, Reply, StandIn};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often they look around.
const PAUSE: Duration = Duration::from_millis(500);

/// Plays them until it is `over`. What one cannot do is told, once.
pub fn play(cluster: &Cluster, over: &AtomicBool) {
    let mut metallb = metallb::Metallb::default();
    let mut metrics = metrics::Metrics::default();
    let mut told = String::new();
    while !over.load(Ordering::SeqCst) {
        // What cannot be read now can be read the next time, or all is over.
        if let Ok(seen) = cluster.read() {
            let done = [
                metallb.play(cluster, &seen),
                metrics.play(&seen),
                storage::play(cluster, &seen),
            ];
            for why in done.into_iter().filter_map(Result::err) {
                if why != told && !over.load(Ordering::SeqCst) {
                    eprintln!("stand-in: {why}");
                    told = why;
                }
            }
        }
        thread::sleep(PAUSE);
    }
}

/// A server on the address of the Service `name`, once it has one.
fn serve(
    seen: &Seen,
    namespace: &str,
    name: &str,
    answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> Result<Option<StandIn>, String> {
    let service = seen.one("Service", namespace, name);
    let address = service.and_then(|service| service["spec"]["clusterIP"].as_str());
    let port = service.and_then(|service| service["spec"]["ports"][0]["port"].as_u64());
    let address: Option<Ipv4Addr> = address.and_then(|address| address.parse().ok());
    let port = port.and_then(|port| u16::try_from(port).ok());
    let Some((address, port)) = address.zip(port) else {
        return Ok(None);
    };
    let at = SocketAddrV4::new(address, port);
    let called = format!("{name}.{namespace}.svc");
    StandIn::listen(at, &called, answer)
        .map(Some)
        .map_err(|error| {
            format!(
                "nobody answers for the Service {namespace}/{name}, for listening on {at} is not allowed or not \
             possible ({error}); on Linux root may, or everybody after `sysctl net.ipv4.ip_unprivileged_port_start=443`"
            )
        })
}
