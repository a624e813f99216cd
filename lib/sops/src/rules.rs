//! Which values of a file are encrypted: what its metadata says about keys and comments.

use crate::pattern::Pattern;

/// What decides whether a value is encrypted. A file has one rule.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    /// All but those below a key that ends so.
    UnencryptedSuffix(Vec<u8>),
    /// Only those below a key that ends so.
    EncryptedSuffix(Vec<u8>),
    /// All but those below a key that matches.
    UnencryptedKeys(Pattern),
    /// Only those below a key that matches.
    EncryptedKeys(Pattern),
    /// All but those below a comment that matches.
    UnencryptedComments(Pattern),
    /// Only those below a comment that matches.
    EncryptedComments(Pattern),
}

/// The way from the root to a value, with the comments that stand above it on each level.
#[derive(Debug)]
pub(crate) struct Way<'r> {
    rule: &'r Rule,
    /// The keys, each with a colon behind it: what binds a value to its place.
    path: Vec<u8>,
    /// How long the path was before each key, and whether any key up to it matches.
    keys: Vec<(usize, bool)>,
    /// For each level: whether each comment right above matches.
    comments: Vec<Vec<bool>>,
}

impl<'r> Way<'r> {
    pub(crate) fn new(rule: &'r Rule) -> Way<'r> {
        Way {
            rule,
            path: Vec::new(),
            keys: Vec::new(),
            comments: Vec::new(),
        }
    }

    /// Goes below the key `key`.
    pub(crate) fn enter(&mut self, key: &[u8]) {
        let matches = match self.rule {
            Rule::UnencryptedSuffix(suffix) | Rule::EncryptedSuffix(suffix) => {
                key.ends_with(suffix)
            }
            Rule::UnencryptedKeys(pattern) | Rule::EncryptedKeys(pattern) => pattern.matches(key),
            Rule::UnencryptedComments(_) | Rule::EncryptedComments(_) => false,
        };
        self.keys
            .push((self.path.len(), self.key_matches() || matches));
        self.path.extend_from_slice(key);
        self.path.push(b':');
    }

    /// Goes back above the last key.
    pub(crate) fn leave(&mut self) {
        if let Some((length, _)) = self.keys.pop() {
            self.path.truncate(length);
        }
    }

    /// Begins the lines of a map or list.
    pub(crate) fn open(&mut self) {
        self.comments.push(Vec::new());
    }

    /// Ends the lines of a map or list.
    pub(crate) fn close(&mut self) {
        self.comments.pop();
    }

    /// A comment stands above what follows.
    pub(crate) fn comment(&mut self, text: &[u8]) {
        let matches = match self.rule {
            Rule::UnencryptedComments(pattern) | Rule::EncryptedComments(pattern) => {
                pattern.matches(text)
            }
            _ => false,
        };
        if let Some(level) = self.comments.last_mut() {
            level.push(matches);
        }
    }

    /// A value ends what the comments above it stand for.
    pub(crate) fn value_passed(&mut self) {
        if let Some(level) = self.comments.last_mut() {
            level.clear();
        }
    }

    /// What binds a value here to its place. SOPS puts one more colon where there is no key.
    pub(crate) fn path(&self) -> &[u8] {
        if self.path.is_empty() {
            b":"
        } else {
            &self.path
        }
    }

    /// The path for a person.
    pub(crate) fn shown(&self) -> String {
        let keys = self.path.strip_suffix(b":").unwrap_or(&self.path);
        String::from_utf8_lossy(keys).replace(':', ".")
    }

    /// Whether what stands here is encrypted. A comment does not count for itself.
    pub(crate) fn is_encrypted(&self, is_comment: bool) -> bool {
        match self.rule {
            Rule::UnencryptedSuffix(_) | Rule::UnencryptedKeys(_) => !self.key_matches(),
            Rule::EncryptedSuffix(_) | Rule::EncryptedKeys(_) => self.key_matches(),
            Rule::UnencryptedComments(_) => !self.comments.iter().flatten().any(|matches| *matches),
            Rule::EncryptedComments(_) => self.comment_matches(is_comment),
        }
    }

    fn key_matches(&self) -> bool {
        self.keys.last().is_some_and(|(_, matches)| *matches)
    }

    fn comment_matches(&self, but_the_last: bool) -> bool {
        let Some((innermost, outer)) = self.comments.split_last() else {
            return false;
        };
        let counted = innermost.len() - usize::from(but_the_last && !innermost.is_empty());
        outer
            .iter()
            .flatten()
            .chain(&innermost[..counted])
            .any(|matches| *matches)
    }
}
