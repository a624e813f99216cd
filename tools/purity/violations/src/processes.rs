pub fn starts() -> bool {
    std::process::Command::new("git").status().is_ok() //~ processes
}

pub fn exits() {
    std::process::exit(1) //~ processes: the command line exits
}
