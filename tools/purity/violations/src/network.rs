pub fn connects() -> bool {
    std::net::TcpStream::connect("localhost:80").is_ok() //~ network
}

pub fn resolves() -> bool {
    use std::net::ToSocketAddrs;
    "localhost:80".to_socket_addrs().is_ok() //~ network
}
