//! Which rules are handed to kube-cel, and with which values.
//!
//! The library has no budget and is not right about everything: deep nesting overflows its stack, a rule can ask for
//! any amount of time and memory, and some operators give a wrong answer. docs/design/0006-cel-by-kube-cel.md has the
//! list, each with the rule that shows it. What is refused here is told as not evaluated, and is never a pass.

use gitopsc_core::Json;

/// The longest rule that is compiled, in bytes.
const LONGEST: usize = 4 * 1024;

/// How many words and signs it may have: the stack of parser and evaluation grows with them.
const MOST_TOKENS: usize = 512;

/// How deep brackets may nest in it.
const MOST_NESTED: usize = 32;

/// How many choices (`a ? b : c`) it may have: the parser counts their nesting, and miscounts beyond its own limit.
const MOST_CHOICES: usize = 32;

/// How often the innermost part of a rule may be evaluated for one value.
const MOST_ROUNDS: u64 = 1_000_000;

/// How many bytes such rounds may put together.
const MOST_BYTES: u64 = 100_000_000;

/// The macros that evaluate a part of the rule for each item.
const MACROS: [&str; 5] = ["all", "exists", "exists_one", "filter", "map"];

/// The functions that are known to be evaluated rightly, and to make nothing big out of something small. Sorted.
const FUNCTIONS: [&str; 71] = [
    "add",
    "all",
    "asApproximateFloat",
    "asInteger",
    "bool",
    "bytes",
    "charAt",
    "cidr",
    "compareTo",
    "contains",
    "containsCIDR",
    "containsIP",
    "dns1035Label",
    "dns1123Label",
    "dns1123Subdomain",
    "double",
    "duration",
    "endsWith",
    "equivalent",
    "exists",
    "exists_one",
    "family",
    "filter",
    "find",
    "findAll",
    "getMilliseconds",
    "getMinutes",
    "getSeconds",
    "has",
    "hasValue",
    "indexOf",
    "int",
    "intersects",
    "ip",
    "isCIDR",
    "isCanonical",
    "isGlobalUnicast",
    "isGreaterThan",
    "isIP",
    "isInteger",
    "isLessThan",
    "isLinkLocalMulticast",
    "isLinkLocalUnicast",
    "isLoopback",
    "isQuantity",
    "isSemver",
    "isSorted",
    "isUnspecified",
    "join",
    "labelValue",
    "lastIndexOf",
    "lowerAscii",
    "major",
    "map",
    "masked",
    "matches",
    "max",
    "min",
    "minor",
    "patch",
    "prefixLength",
    "quantity",
    "semver",
    "sign",
    "size",
    "split",
    "startsWith",
    "string",
    "sub",
    "substring",
    "timestamp",
];

/// Functions beside those above that are allowed under a longer name.
const MORE_FUNCTIONS: [&str; 6] = [
    "greatest",
    "least",
    "orValue",
    "trim",
    "upperAscii",
    "validate",
];

/// What a rule does, as far as it matters to what it may be evaluated with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traits {
    /// How deep macros nest.
    loops: u32,
    /// It asks for lengths, which the library tells in bytes.
    sizes: bool,
    /// It reads quantities, whose exponents the library does not bound.
    quantities: bool,
    /// It takes text apart.
    splits: bool,
    /// It puts texts or lists together.
    joins: bool,
}

/// What a value is, as far as it matters to which rules may be evaluated with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    longest_collection: u64,
    longest_text: u64,
    bytes: u64,
    /// Some text has characters of several bytes.
    wide: bool,
    /// Some number has no negative counterpart.
    least: bool,
    /// Some text is a number with a big exponent.
    exponent: bool,
}

impl Traits {
    /// What the rule `text` does.
    ///
    /// # Errors
    /// Why it is not evaluated.
    pub fn of(text: &str) -> Result<Traits, String> {
        if text.len() > LONGEST {
            return Err("it is too long".to_owned());
        }
        let tokens = tokens(text);
        if tokens.len() > MOST_TOKENS || count(&tokens, "?") > MOST_CHOICES {
            return Err("it is too long".to_owned());
        }
        let mut traits = Traits {
            quantities: has_exponent(text),
            ..Traits::default()
        };
        if traits.quantities {
            return Err("it has a number with a big exponent".to_owned());
        }
        let mut open: Vec<bool> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| tokens[before]);
            match *token {
                "!" | "-" if before == Some(token) => {
                    return Err(format!("the library misreads {token}{token}"));
                }
                "{" if before.is_some_and(is_word) => {
                    return Err("it makes an object of a named type".to_owned());
                }
                "(" | "[" | "{" => {
                    let name = before.filter(|before| *token == "(" && is_word(before));
                    traits.call(name)?;
                    open.push(name.is_some_and(|name| MACROS.contains(&name)));
                    if open.len() > MOST_NESTED {
                        return Err("its brackets nest too deep".to_owned());
                    }
                    let loops = open.iter().filter(|is_loop| **is_loop).count();
                    traits.loops = traits.loops.max(u32::try_from(loops).unwrap_or(u32::MAX));
                }
                ")" | "]" | "}" => {
                    open.pop();
                }
                "+" => traits.joins = true,
                _ => {}
            }
        }
        Ok(traits)
    }

    /// Notes that `name` is called.
    fn call(&mut self, name: Option<&str>) -> Result<(), String> {
        let Some(name) = name.filter(|name| *name != "in") else {
            return Ok(());
        };
        if FUNCTIONS.binary_search(&name).is_err() && !MORE_FUNCTIONS.contains(&name) {
            return Err(format!("it calls {name}, which is not supported here"));
        }
        match name {
            "size" => self.sizes = true,
            "quantity" | "isQuantity" => self.quantities = true,
            "split" | "find" | "findAll" => self.splits = true,
            "join" => self.joins = true,
            _ => {}
        }
        Ok(())
    }

    /// Whether it does something for each of several items.
    #[must_use]
    pub fn loops(&self) -> bool {
        self.loops > 0
    }

    /// Why a rule like this one is not evaluated with a value of `extent`; nothing if it is.
    #[must_use]
    pub fn refuses(&self, extent: &Extent) -> Option<&'static str> {
        if self.sizes && extent.wide {
            return Some("it asks for a length, and the library counts bytes, not characters");
        }
        if extent.least || self.quantities && extent.exponent {
            return Some("a number is too big for it");
        }
        let items = extent.longest_collection.max(64);
        let items = if self.splits {
            items.max(extent.longest_text)
        } else {
            items
        };
        let rounds = items.saturating_pow(self.loops);
        let bytes = rounds.saturating_mul(extent.bytes.max(1));
        let is_much = rounds > MOST_ROUNDS || self.joins && self.loops > 0 && bytes > MOST_BYTES;
        is_much.then_some("it would take too long with this much to look at")
    }
}

impl Extent {
    /// What `value` is.
    #[must_use]
    pub fn of(value: &Json) -> Extent {
        let mut extent = Extent::default();
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            match value {
                Json::Object(object) => {
                    extent.collection(object.len());
                    for (key, value) in object.iter() {
                        extent.text(key);
                        pending.push(value);
                    }
                }
                Json::Array(items) => {
                    extent.collection(items.len());
                    pending.extend(items.iter());
                }
                Json::String(text) => extent.text(text),
                Json::Int(i64::MIN) => extent.least = true,
                _ => extent.bytes += 8,
            }
        }
        extent
    }

    fn collection(&mut self, length: usize) {
        self.longest_collection = self.longest_collection.max(length as u64);
    }

    fn text(&mut self, text: &str) {
        let length = text.len() as u64;
        self.longest_text = self.longest_text.max(length);
        self.bytes += length;
        self.wide |= !text.is_ascii();
        self.exponent |= length < 64 && has_exponent(text);
    }
}

/// Whether `text` has an exponent of three digits or more.
fn has_exponent(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(2).enumerate().any(|(at, pair)| {
        let begins = pair[0].is_ascii_digit() || pair[0] == b'.';
        let digits = &bytes[at + 2..];
        let digits = digits
            .strip_prefix(b"-")
            .or_else(|| digits.strip_prefix(b"+"))
            .unwrap_or(digits);
        let is_number = digits.len() >= 3 && digits[..3].iter().all(u8::is_ascii_digit);
        begins && pair[1].eq_ignore_ascii_case(&b'e') && is_number
    })
}

fn count(tokens: &[&str], wanted: &str) -> usize {
    tokens.iter().filter(|token| **token == wanted).count()
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// The words and signs of `rule`; a text is one, without what it says.
fn tokens(rule: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = rule.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => {
                rest = rest.split_once('\n').map_or("", |(_, below)| below);
                rest = rest.trim_start();
                continue;
            }
            '"' | '\'' => {
                let raw = tokens.last().is_some_and(|last: &&str| {
                    last.len() <= 2
                        && last.eq_ignore_ascii_case("r")
                            | last.eq_ignore_ascii_case("br")
                            | last.eq_ignore_ascii_case("rb")
                });
                quoted(rest, raw)
            }
            _ if is_part(first) => rest.find(|next| !is_part(next)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, below) = rest.split_at(length);
        let is_text = matches!(first, '"' | '\'');
        tokens.push(if is_text { "\"" } else { token });
        rest = below.trim_start();
    }
    tokens
}

fn is_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The length of the text in quotes that `rest` begins with.
fn quoted(rest: &str, raw: bool) -> usize {
    let quote = &rest[..1];
    let triple = quote.repeat(3);
    let quote = if rest.starts_with(&triple) {
        triple.as_str()
    } else {
        quote
    };
    let mut at = quote.len();
    while at < rest.len() {
        let below = &rest[at..];
        if below.starts_with(quote) {
            return at + quote.len();
        }
        let escaped = !raw && below.starts_with('\\');
        let skipped = below.chars().take(if escaped { 2 } else { 1 });
        at += skipped.map(char::len_utf8).sum::<usize>();
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::{Extent, FUNCTIONS, Traits, tokens};
    use gitopsc_core::{FileId, Json};
    use gitopsc_yaml::lower::lower;
    use gitopsc_yaml::{Dialect, Limits, parse};

    fn json(text: &str) -> Json {
        let documents = parse(text, FileId(0), Dialect::Kustomize, &Limits::default());
        lower(&documents.unwrap()[0].root).unwrap()
    }

    #[test]
    fn the_functions_are_sorted() {
        assert!(FUNCTIONS.is_sorted());
    }

    #[test]
    fn what_stands_in_quotes_is_no_sign() {
        let rule = "self == '!!(' && r'\\' != \"\"\"a\"b\"\"\" // !!\n|| has(self.a)";
        let wanted = [
            "self", "=", "=", "\"", "&", "&", "r", "\"", "!", "=", "\"", "|", "|", "has", "(",
            "self", ".", "a", ")",
        ];
        assert_eq!(tokens(rule), wanted);
        assert_eq!(tokens("'never ends"), ["\""]);
        assert_eq!(tokens("'ends in a backslash\\"), ["\""]);
    }

    #[test]
    fn usual_rules_are_evaluated() {
        for rule in [
            "self.minReplicas <= self.maxReplicas",
            "!(has(self.a) && has(self.b)) || self.a.all(x, self.b.exists_one(y, y == x))",
            "size(self.name) <= 63 && self.name.matches('^[a-z]+$')",
            "self.kind in ['A', 'B'] ? true : self.a - -self.b > 1",
            "self.x == 1 && (self.y == 2) && [1, 2].exists(a, a in self.z)",
        ] {
            let traits = Traits::of(rule);
            let is_odd = rule.contains("- -");
            assert_eq!(traits.is_err(), is_odd, "{rule}: {traits:?}");
        }
    }

    #[test]
    fn rules_that_the_library_fails_at_are_not_handed_to_it() {
        for rule in [
            "!!true",
            "- -1 == 1",
            "Foo{a: 1} == 1",
            "lists.range(9999999999).size() > 0",
            "'%.2000000000f'.format([1.0]) == ''",
            "self.a.replace('a', 'aa') == ''",
            "quantity('1e999999999').isGreaterThan(quantity('1Mi'))",
            "[9223372036854775807, 1].sum() == 0",
            "timestamp('2020-01-01T00:00:00Z').getHours('America/New_York') == 1",
            &"true ? true : ".repeat(40),
            &("(".repeat(40) + &")".repeat(40)),
            &"1 + ".repeat(400),
            &"a".repeat(5_000),
        ] {
            assert!(Traits::of(rule).is_err(), "{rule}");
        }
    }

    #[test]
    fn time_and_memory_are_bounded_by_the_size_of_the_value() {
        let refused = |rule: &str, value: &Json| {
            let traits = Traits::of(rule).unwrap();
            traits.refuses(&Extent::of(value)).is_some()
        };
        let long = Json::Array((0..5_000).map(Json::Int).collect());
        let two = "self.all(x, self.exists(y, x == y))";
        assert!(!refused("self.all(x, x > 0) && self.all(x, x > 1)", &long));
        assert!(refused(two, &long));
        assert!(!refused(two, &json("[1, 2, 3]")));
        assert!(!refused("size(self) < 9", &json("abc")));
        assert!(refused("size(self) < 9", &json("äbc")));
        assert!(!refused("self != 'x'", &json("äbc")));
        assert!(refused("-self > 0", &json("-9223372036854775808")));
        assert!(refused("isQuantity(self)", &json("1e999999999")));
        assert!(refused(
            "self.split('').all(a, self.split('').all(b, true))",
            &json(&"a".repeat(5_000))
        ));
    }
}
