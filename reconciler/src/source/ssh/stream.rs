//! The program at the other end of a session, which speaks Git's protocol.

use super::session::{limit, told};
use crate::source::attempt::Attempt;
use crate::source::error::SourceError;
use ssh2::{Channel, Session};
use std::io::{self, Read, Write};
use std::sync::Arc;

/// What the program says.
pub(super) struct Reader {
    session: Session,
    channel: Channel,
    attempt: Arc<Attempt>,
    /// Whether it said anything.
    has_begun: bool,
}

/// What is said to the program.
pub(super) struct Writer {
    session: Session,
    stream: ssh2::Stream,
    attempt: Arc<Attempt>,
}

/// Runs the program that serves the repository at `path`.
pub(super) fn run(
    session: &Session,
    path: &str,
    attempt: &Arc<Attempt>,
) -> Result<(Reader, Writer), SourceError> {
    limit(session, attempt)?;
    let failed = |error: ssh2::Error| told(&error, attempt);
    let mut channel = session.channel_session().map_err(failed)?;
    // Where a server does not take it, an older version of the protocol is spoken.
    let _ = channel.setenv("GIT_PROTOCOL", "version=2");
    channel
        .exec(&format!("git-upload-pack {}", quoted(path)))
        .map_err(failed)?;
    let writer = Writer {
        session: session.clone(),
        stream: channel.stream(0),
        attempt: Arc::clone(attempt),
    };
    let reader = Reader {
        session: session.clone(),
        channel,
        attempt: Arc::clone(attempt),
        has_begun: false,
    };
    Ok((reader, writer))
}

/// `path` as one word of a shell, as Git quotes it.
fn quoted(path: &str) -> String {
    let quoted = path.replace('\'', r"'\''").replace('!', r"'\!'");
    format!("'{quoted}'")
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.received(into);
        read.map_err(|error| self.attempt.fail(error))
    }
}

impl Reader {
    fn received(&mut self, into: &mut [u8]) -> Result<usize, SourceError> {
        limit(&self.session, &self.attempt)?;
        match self.channel.read(into) {
            Ok(0) if !into.is_empty() => Err(self.ended()),
            Ok(bytes) => {
                self.has_begun = true;
                self.attempt.receive(bytes).map(|()| bytes)
            }
            Err(error) => Err(broken(&error, &self.attempt)),
        }
    }

    /// Why the program ended, by what it printed.
    fn ended(&mut self) -> SourceError {
        const MOST: u64 = 400;
        let url = self.attempt.url().clone();
        let mut said = Vec::new();
        // What it printed is a help; that there is nothing more to read is told anyway.
        let _ = self.channel.stderr().take(MOST).read_to_end(&mut said);
        let said = String::from_utf8_lossy(&said);
        let said: Vec<&str> = said
            .split(|c: char| c.is_whitespace() || c.is_control())
            .collect();
        let said = said.into_iter().filter(|word| !word.is_empty());
        let said = said.collect::<Vec<_>>().join(" ");
        if self.has_begun {
            let why = "the server ended the connection in the middle".into();
            return SourceError::Unreachable { url, why };
        }
        let why = match said.is_empty() {
            true => {
                "the server gives no repository; correct the URL, or let the key read it".to_owned()
            }
            false => format!("the server gives no repository, it says: {said}"),
        };
        SourceError::NoRepository {
            url,
            why: why.into(),
        }
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = limit(&self.session, &self.attempt).and_then(|()| {
            self.stream
                .write(bytes)
                .map_err(|error| broken(&error, &self.attempt))
        });
        written.map_err(|error| self.attempt.fail(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn broken(error: &io::Error, attempt: &Attempt) -> SourceError {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => attempt.too_late(),
        _ => SourceError::Unreachable {
            url: attempt.url().clone(),
            why: format!("the connection broke: {error}").into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_path_is_one_word() {
        assert_eq!(quoted("/srv/site.git"), "'/srv/site.git'");
        assert_eq!(quoted("a'; rm -rf /!"), r"'a'\''; rm -rf /'\!''");
    }
}
