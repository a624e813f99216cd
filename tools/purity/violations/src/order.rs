use std::collections::{HashMap, HashSet};

pub fn loops_over_a_map(map: &HashMap<u8, u8>) -> u32 {
    let mut sum = 0;
    for (key, value) in map { //~ iteration over unordered hash-based type
        sum = sum * 2 + u32::from(*key) + u32::from(*value);
    }
    sum
}

pub fn loops_over_a_set(set: HashSet<u8>) -> u32 {
    let mut sum = 0;
    for item in set { //~ iteration over unordered hash-based type
        sum = sum * 2 + u32::from(item);
    }
    sum
}

pub fn iterates(map: &HashMap<u8, u8>) -> Option<&u8> {
    map.values().next() //~ order: look up only, or use BTreeMap
}

pub fn joins(a: &HashSet<u8>, b: &HashSet<u8>) -> Vec<u8> {
    a.union(b).copied().collect() //~ order: look up only, or use BTreeSet
}

pub fn only_looks_up(map: &HashMap<u8, u8>) -> Option<u8> {
    map.get(&1).copied()
}
