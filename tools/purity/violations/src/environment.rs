pub fn reads() -> Option<String> {
    std::env::var("HOME").ok() //~ environment
}

pub fn arguments() -> usize {
    std::env::args().count() //~ environment
}
