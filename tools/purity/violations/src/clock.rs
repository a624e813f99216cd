pub fn looks() -> u64 {
    std::time::SystemTime::now() //~ clock: time is an argument
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

pub fn measures(work: fn()) -> bool {
    let start = std::time::Instant::now(); //~ clock: time is an argument
    work();
    start.elapsed().is_zero() //~ clock: time is an argument
}

pub fn waits() {
    std::thread::sleep(std::time::Duration::from_secs(1)); //~ clock
}
