use std::thread::JoinHandle; //~ threads: use the pool that was handed in

pub fn starts() {
    let _detached = std::thread::spawn(|| ()); //~ threads: use the pool that was handed in
}

pub fn waits(handle: JoinHandle<()>) -> bool { //~ threads: use the pool that was handed in
    handle.join().is_ok()
}

pub fn leaves_the_pool() {
    rayon::spawn(|| ()); //~ threads: nothing is detached
}

pub fn counts() -> usize {
    rayon::current_num_threads() //~ threads: output may not depend on their number
}

thread_local!(static STATE: u8 = const { 1 }); //~ global state
