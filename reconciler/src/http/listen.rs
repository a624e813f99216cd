//! From an address to a socket that listens on it.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// An address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct ListenError {
    /// The address.
    pub address: SocketAddr,
    /// Why.
    pub source: std::io::Error,
}

/// Listens on `address`. All addresses of IPv6, `[::]`, are all of IPv4 too, and those alone where there is no IPv6.
///
/// # Errors
/// It is not an address of this host, is taken, or is not allowed.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    let bound = match TcpListener::bind(address).await {
        Err(error) if address.ip().is_unspecified() && address.is_ipv6() && lacks_ipv6(&error) => {
            let all = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            TcpListener::bind(SocketAddr::new(all, address.port())).await
        }
        bound => bound,
    };
    bound.map_err(|source| ListenError { address, source })
}

/// Whether the kernel knows no addresses of that family, which has no kind of its own.
fn lacks_ipv6(error: &std::io::Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::AddrInUse | ErrorKind::PermissionDenied
    )
}
