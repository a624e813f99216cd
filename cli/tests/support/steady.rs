//! What a command prints, without what is another one each time.

/// What is printed for objects on their way, in no certain order and number.
const UNSTEADY: [&str; 7] = [
    "InProgress",
    "Current",
    "Failed",
    "Terminating",
    "NotFound",
    "Unknown",
    "waits",
];
/// The events that tell how objects are on their way.
const ON_THE_WAY: [&str; 3] = [
    "\"event\":\"waits\"",
    "\"event\":\"health\"",
    "\"event\":\"blocked\"",
];
/// What is printed for steps that were done, in no certain order.
const DONE: [&str; 9] = [
    "created",
    "patched",
    "adopted",
    "moved",
    "repaired",
    "recreated",
    "pruned",
    "failed",
    "remains",
];

/// What is printed on standard output.
pub fn steady(stdout: &str) -> String {
    let first = |line: &str| {
        line.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let is_indented = |line: &str| line.starts_with(' ');
    let mut steady = String::new();
    let mut done: Vec<&str> = Vec::new();
    for line in stdout.lines() {
        let word = first(line);
        let is_unsteady = UNSTEADY.contains(&word.as_str())
            || ON_THE_WAY.iter().any(|event| line.contains(event));
        if !is_indented(line) && is_unsteady {
            continue;
        }
        if !is_indented(line) && DONE.contains(&word.as_str()) {
            done.push(line);
            continue;
        }
        done.sort_unstable();
        done.drain(..)
            .for_each(|line| steady.push_str(&format!("{line}\n")));
        steady.push_str(&without_values(&without_time(&without_random_names(line))));
        steady.push('\n');
    }
    done.sort_unstable();
    done.iter()
        .for_each(|line| steady.push_str(&format!("{line}\n")));
    steady
}

/// What is printed on standard error.
pub fn steady_errors(stderr: &str) -> String {
    let without = without_random_names(stderr);
    let lines = without.lines();
    lines.map(|line| without_time(line) + "\n").collect()
}

/// Before names of which the server chooses the end at random.
const BEFORE_RANDOM: [&str; 2] = ["pod", "EndpointSlice.discovery.k8s.io"];

/// How many letters that are.
const RANDOM: usize = 5;

fn random_part(end: &str) -> &str {
    let after = end.find(|letter: char| !letter.is_ascii_alphanumeric());
    &end[..after.unwrap_or(end.len())]
}

/// The text with a word in place of what the server chooses at random at the end of a name.
fn without_random_names(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let is_random = words
            .last()
            .is_some_and(|before| BEFORE_RANDOM.contains(&before.as_str()));
        let name = word.rsplit_once('-').filter(|_| is_random);
        let name = name.filter(|(_, end)| random_part(end).len() == RANDOM);
        words.push(name.map_or(word.to_owned(), |(start, end)| {
            format!("{start}-RANDOM{}", &end[RANDOM..])
        }));
    }
    words.join(" ")
}

/// The line without the time at its end.
fn without_time(line: &str) -> String {
    let Some((start, end)) = line.rsplit_once(" in ") else {
        return line.to_owned();
    };
    let (time, rest) = end.split_once(':').unwrap_or((end, ""));
    let is_time = time.ends_with(" s") || time.ends_with(" ms");
    match (is_time, rest) {
        (true, "") => format!("{start} in TIME"),
        (true, rest) => format!("{start} in TIME:{rest}"),
        (false, _) => line.to_owned(),
    }
}

/// The line with words in place of points in time, commits and digests.
fn without_values(line: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-:.".contains(letter);
    let mut steady = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_part) {
        let (before, word) = rest.split_at(start);
        let end = word.find(|letter| !is_part(letter));
        let (word, after) = word.split_at(end.unwrap_or(word.len()));
        steady.push_str(before);
        steady.push_str(value(word).unwrap_or(word));
        rest = after;
    }
    steady + rest
}

/// What stands for `word`, if it is another one each time.
fn value(word: &str) -> Option<&'static str> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if word.len() == 40 && is_hex(word) {
        return Some("COMMIT");
    }
    if word.starts_with("sha256:") {
        return Some("DIGEST");
    }
    let is_time = word.starts_with("20") && word.contains('T') && word.ends_with('Z');
    is_time.then_some("TIME")
}
