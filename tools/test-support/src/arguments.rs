//! The arguments that cargo and people give a test target.

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// Tests whose names contain one of these, or all if there is none.
    words: Vec<String>,
    /// Tests whose names contain one of these are left out.
    skipped: Vec<String>,
    /// Whether a word has to be the whole name.
    exact: bool,
    /// Whether names are printed and nothing runs.
    pub(crate) list: bool,
    /// How many run at a time; all cores if not given.
    pub(crate) threads: Option<usize>,
}

/// Flags of Rust's own test programs that have a value of their own, which is no word to filter by.
const WITH_VALUE: [&str; 5] = [
    "--skip",
    "--test-threads",
    "--format",
    "--color",
    "--logfile",
];

impl Arguments {
    /// Reads `arguments`; what is not known is passed over, as other test targets of the same run may know it.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Arguments {
        let mut parsed = Arguments::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (flag, value) = match argument.split_once('=') {
                Some((flag, value)) if flag.starts_with("--") => (flag, Some(value.to_owned())),
                _ if WITH_VALUE.contains(&argument.as_str()) => {
                    (argument.as_str(), arguments.next())
                }
                _ => (argument.as_str(), None),
            };
            match (flag, value) {
                ("--exact", _) => parsed.exact = true,
                ("--list", _) => parsed.list = true,
                ("--skip", Some(word)) => parsed.skipped.push(word),
                ("--test-threads", Some(count)) => parsed.threads = count.parse().ok(),
                _ if argument.starts_with('-') => {}
                _ => parsed.words.push(argument),
            }
        }
        parsed
    }

    /// Whether the test `name` is to run.
    pub(crate) fn select(&self, name: &str) -> bool {
        let named = |word: &String| {
            if self.exact {
                name == word
            } else {
                name.contains(word.as_str())
            }
        };
        (self.words.is_empty() || self.words.iter().any(named)) && !self.skipped.iter().any(named)
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn parse(text: &str) -> Arguments {
        Arguments::parse(text.split(' ').map(str::to_owned))
    }

    #[test]
    fn words_select_and_values_of_flags_are_no_words() {
        let arguments = parse("--nocapture --test-threads 3 --skip c --color=always ab");
        assert_eq!(arguments.threads, Some(3));
        assert!(arguments.select("xaby"));
        assert!(!arguments.select("3"));
        assert!(!arguments.select("abc"));
    }

    #[test]
    fn exact_means_the_whole_name() {
        let arguments = parse("--exact a::b");
        assert!(arguments.select("a::b"));
        assert!(!arguments.select("a::bc"));
    }

    #[test]
    fn without_words_everything_runs() {
        assert!(parse("-q").select("anything"));
    }
}
