//! gitopsc on a terminal: what is on the screen while it runs.

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::num::NonZero;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use vt100::Parser;

/// How long a screen is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program on a terminal.
pub struct Session {
    child: Child,
    terminal: File,
    written: Receiver<Vec<u8>>,
    parser: Parser,
    /// All that was written.
    pub bytes: Vec<u8>,
}

impl Session {
    /// Starts `command` on a terminal of this size.
    pub fn start(command: &mut Command, rows: u16, columns: u16) -> Session {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let slave = File::options()
            .read(true)
            .write(true)
            .open(OsStr::from_bytes(name.as_bytes()))
            .unwrap();
        resize(&slave, rows, columns);
        let end = || Stdio::from(slave.try_clone().unwrap());
        command.stdin(end()).stdout(end()).stderr(end());
        let child = command.spawn().unwrap();
        // The command holds the other end, and with it what would keep the terminal open.
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let terminal = File::from(master);
        Session {
            child,
            written: read(terminal.try_clone().unwrap()),
            terminal,
            parser: Parser::new(some(rows), some(columns), 1000),
            bytes: Vec::new(),
        }
    }

    /// What is on the screen.
    pub fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, rows: u16, columns: u16) {
        self.parser.screen_mut().set_size(some(rows), some(columns));
        resize(&self.terminal, rows, columns);
    }

    /// Does what ctrl-c does.
    pub fn interrupt(&self) {
        let process = Pid::from_child(&self.child);
        kill_process(process, Signal::INT).unwrap();
    }

    /// Reads until the screen is as it `is` asked for.
    pub fn until(&mut self, is: impl Fn(&str) -> bool) -> Result<String, String> {
        let until = Instant::now() + PATIENCE;
        while !is(&self.screen()) {
            let left = until.saturating_duration_since(Instant::now());
            match self.written.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => {
                    return Err(format!(
                        "this is not what was waited for:\n{}",
                        self.screen()
                    ));
                }
            }
        }
        Ok(self.screen())
    }

    /// Reads until the program has ended; gives its exit status and the screen that it leaves.
    pub fn end(&mut self) -> Result<(Option<i32>, String), String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.written.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("it does not end:\n{}", self.screen()));
                }
            }
        }
        if self.parser.screen().hide_cursor() {
            return Err("the cursor is hidden".to_owned());
        }
        Ok((self.child.wait().unwrap().code(), self.screen()))
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.bytes.extend_from_slice(bytes);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn some(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

fn resize(terminal: &File, rows: u16, columns: u16) {
    let size = Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(terminal, size).unwrap();
}

/// What is written on a terminal, as it comes. It ends with an error once nobody has the other end any more.
fn read(mut terminal: File) -> Receiver<Vec<u8>> {
    let (sender, written) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count) = terminal.read(&mut buffer)
            && count > 0
            && sender.send(buffer[..count].to_vec()).is_ok()
        {}
    });
    written
}
