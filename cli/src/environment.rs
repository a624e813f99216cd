//! The only place that looks at the environment of the process.

use std::ffi::OsString;
use std::fmt;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// What the process was started in.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The current directory; nothing if it is gone.
    pub directory: Option<PathBuf>,
    /// Whether standard error is a terminal.
    pub terminal: bool,
    /// How many columns that terminal has.
    pub columns: Option<usize>,
    /// Whether standard output is a terminal that can be drawn on.
    pub draws: bool,
    /// What the environment says of colours; see [`colours`].
    pub colours: Option<bool>,
    /// Whether Kustomize's variable switches the label of origin on
    /// (kustomize/commands/build/flagaddmanagedby.go).
    pub managed_by_label: bool,
    /// Where keys are, as SOPS finds them.
    pub keys: KeyPlaces,
    /// The kubeconfig files, as kubectl finds them; none in a pod that has none.
    pub kubeconfig: Vec<PathBuf>,
    /// Whether standard input is a terminal, so that somebody can be asked.
    pub interactive: bool,
    /// The name of this host, where the environment tells it.
    pub host: Option<String>,
}

/// A terminal on standard output.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Whether it shows colours.
    pub colour: bool,
}

/// Where SOPS looks for age keys (age/keysource.go), programs left out.
#[derive(Clone, Default)]
pub struct KeyPlaces {
    /// `SOPS_AGE_KEY`: the keys themselves.
    pub age_key: Option<Zeroizing<String>>,
    /// `SOPS_AGE_KEY_FILE`.
    pub age_key_file: Option<PathBuf>,
    /// `SOPS_AGE_SSH_PRIVATE_KEY_FILE`.
    pub ssh_key_file: Option<PathBuf>,
    /// The file that SOPS reads unasked, if it is there.
    pub default_age_key_file: Option<PathBuf>,
}

impl KeyPlaces {
    fn of(variable: &dyn Fn(&str) -> Option<OsString>) -> KeyPlaces {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let path = |name: &str| set(name).map(PathBuf::from);
        let text = |value: OsString| value.into_string().ok().map(Zeroizing::new);
        KeyPlaces {
            age_key: set("SOPS_AGE_KEY").and_then(text),
            age_key_file: path("SOPS_AGE_KEY_FILE"),
            ssh_key_file: path("SOPS_AGE_SSH_PRIVATE_KEY_FILE"),
            default_age_key_file: settings(&path).map(|folder| folder.join("sops/age/keys.txt")),
        }
    }
}

/// The user's folder of settings, as Go's `os.UserConfigDir` and SOPS have it.
fn settings(path: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if cfg!(windows) {
        return path("AppData");
    }
    let named = path("XDG_CONFIG_HOME");
    if cfg!(target_os = "macos") {
        let usual = || Some(path("HOME")?.join("Library/Application Support"));
        return named.or_else(usual);
    }
    match named {
        Some(folder) => Some(folder).filter(|folder| folder.is_absolute()),
        None => Some(path("HOME")?.join(".config")),
    }
}

impl fmt::Debug for KeyPlaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPlaces").finish_non_exhaustive()
    }
}

impl Environment {
    /// Looks at the environment.
    pub fn look() -> Environment {
        let terminal = std::io::stderr().is_terminal();
        let variable =
            |name: &str| std::env::var_os(name).and_then(|value| value.into_string().ok());
        Environment {
            directory: std::env::current_dir().ok(),
            terminal,
            columns: terminal
                .then(|| terminal_size::terminal_size_of(std::io::stderr()))
                .flatten()
                .map(|(width, _)| usize::from(width.0)),
            draws: std::io::stdout().is_terminal() && can_draw(&variable),
            colours: colours(&variable),
            managed_by_label: variable("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL").as_deref() == Some("on"),
            keys: KeyPlaces::of(&|name| std::env::var_os(name)),
            kubeconfig: kubeconfig(&|name| std::env::var_os(name)),
            interactive: std::io::stdin().is_terminal(),
            host: variable("HOSTNAME").filter(|name| !name.is_empty()),
        }
    }

    /// Whether text on standard error is coloured where no flag says so.
    pub fn wants_colour(&self) -> bool {
        self.colours.unwrap_or(self.terminal)
    }

    /// The terminal to draw on, if there is one; `colour` is what a flag says of colours.
    pub fn screen(&self, colour: Option<bool>) -> Option<Screen> {
        let colour = colour.or(self.colours).unwrap_or(true);
        self.draws.then_some(Screen { colour })
    }
}

/// The files that `KUBECONFIG` lists and that are there, or the usual one, if it is there
/// (client-go, tools/clientcmd/loader.go).
fn kubeconfig(variable: &dyn Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let files = match set("KUBECONFIG") {
        Some(list) => std::env::split_paths(&list).collect(),
        None => {
            let home = set(if cfg!(windows) { "USERPROFILE" } else { "HOME" });
            let usual = home.map(|home| PathBuf::from(home).join(".kube").join("config"));
            usual.into_iter().collect::<Vec<_>>()
        }
    };
    files.into_iter().filter(|file| file.is_file()).collect()
}

/// Whether a terminal takes commands, as `TERM` says; that of Windows would have to be asked.
fn can_draw(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let term = variable("TERM").unwrap_or_default();
    cfg!(unix) && !matches!(term.as_str(), "" | "dumb")
}

/// What variables say of colours: `NO_COLOR` first, then `CLICOLOR_FORCE`, `CLICOLOR`, and a dumb terminal.
fn colours(variable: &dyn Fn(&str) -> Option<String>) -> Option<bool> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return Some(false);
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return Some(true);
    }
    let off = set("CLICOLOR").as_deref() == Some("0") || set("TERM").as_deref() == Some("dumb");
    off.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::{KeyPlaces, can_draw, colours};
    use std::path::Path;

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn keys_are_looked_for_where_sops_does() {
        type Case = (
            &'static [(&'static str, &'static str)],
            Option<&'static str>,
        );
        let cases: [Case; 5] = [
            (&[], None),
            (
                &[("HOME", "/home/me")],
                Some("/home/me/.config/sops/age/keys.txt"),
            ),
            (
                &[("HOME", "/home/me"), ("XDG_CONFIG_HOME", "/settings")],
                Some("/settings/sops/age/keys.txt"),
            ),
            (
                &[("HOME", "/home/me"), ("XDG_CONFIG_HOME", "settings")],
                None,
            ),
            (
                &[("HOME", "/home/me"), ("XDG_CONFIG_HOME", "")],
                Some("/home/me/.config/sops/age/keys.txt"),
            ),
        ];
        for (variables, wanted) in cases {
            let value = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).into())
            };
            let places = KeyPlaces::of(&value);
            let found = places.default_age_key_file;
            assert_eq!(found.as_deref(), wanted.map(Path::new), "{variables:?}");
        }
    }

    #[test]
    fn a_key_in_the_environment_is_not_shown() {
        let value = |name: &str| (name == "SOPS_AGE_KEY").then(|| "AGE-SECRET-KEY-1QQQQ".into());
        let places = KeyPlaces::of(&value);
        assert!(places.age_key.is_some());
        assert!(!format!("{places:?}").contains("QQQQ"));
    }

    #[cfg(unix)]
    #[test]
    fn a_terminal_that_is_dumb_or_unknown_is_not_drawn_on() {
        let cases = [
            (None, false),
            (Some(""), false),
            (Some("dumb"), false),
            (Some("xterm"), true),
        ];
        for (term, wanted) in cases {
            let value = |name: &str| term.filter(|_| name == "TERM").map(str::to_owned);
            assert_eq!(can_draw(&value), wanted, "{term:?}");
        }
    }

    #[test]
    fn variables_decide_on_colours_in_their_order() {
        type Case = (&'static [(&'static str, &'static str)], Option<bool>);
        let cases: [Case; 7] = [
            (&[], None),
            (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], Some(false)),
            (&[("NO_COLOR", "")], None),
            (&[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], Some(true)),
            (&[("CLICOLOR_FORCE", "0")], None),
            (&[("CLICOLOR", "0")], Some(false)),
            (&[("TERM", "dumb")], Some(false)),
        ];
        for (variables, wanted) in cases {
            let value = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(colours(&value), wanted, "{variables:?}");
        }
    }
}
