//! A server of SSH, one process for each connection.

use crate::sshd::{Program, printed};
use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// A server with keys of its own, for whoever runs the test. It is OpenSSH's where that is installed, and runs as long
/// as this lives.
pub struct SshServer {
    address: SocketAddr,
    user: String,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    program: Program,
    folder: PathBuf,
    settings: SshSettings,
    connections: AtomicUsize,
    children: Mutex<Vec<Child>>,
    over: AtomicBool,
}

/// What a server is like.
#[derive(Clone, Copy, Debug)]
pub struct SshSettings {
    /// The kinds of its keys: `ed25519`, `rsa`, `ecdsa`.
    pub host_keys: &'static [&'static str],
    /// The kind of the key that is let in, and its passphrase, which may be empty.
    pub key: (&'static str, &'static str),
    /// Whether clients may choose the version of Git's protocol, which OpenSSH does not let them by itself.
    pub protocol: bool,
}

impl SshServer {
    /// A server that keeps its files, and the key `id` that it lets in, in `folder`.
    ///
    /// # Errors
    /// What it needs and is not there, such as `OpenSSH's server or Go`.
    ///
    /// # Panics
    /// It cannot listen, or the folder is not writable.
    pub fn start(folder: &Path, settings: &SshSettings) -> Result<SshServer, &'static str> {
        let program = Program::found()?;
        let user = printed("id", &["-un"]).expect("Unix tells who runs a program");
        let folder = folder.join("sshd");
        fs::create_dir_all(&folder).expect("the folder of a test is writable");
        let (kind, passphrase) = settings.key;
        make_key(&folder.join("id"), kind, passphrase)?;
        for kind in settings.host_keys {
            make_key(&folder.join(format!("host_{kind}")), kind, "")?;
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("it listens");
        let shared = Arc::new(Shared {
            program,
            folder,
            settings: *settings,
            connections: AtomicUsize::new(0),
            children: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let accepted = Arc::clone(&shared);
        let accepting = thread::spawn(move || accept(&listener, &accepted));
        Ok(SshServer {
            address,
            user,
            shared,
            accepting: Some(accepting),
        })
    }

    /// The URL of the repository in a folder of this machine.
    #[must_use]
    pub fn url(&self, repository: &Path) -> String {
        format!(
            "ssh://{}@{}{}",
            self.user,
            self.address,
            repository.display()
        )
    }

    /// The private key that is let in.
    ///
    /// # Panics
    /// The folder was emptied.
    #[must_use]
    pub fn identity(&self) -> String {
        fs::read_to_string(self.shared.folder.join("id")).expect("the key was made at the start")
    }

    /// A line of `known_hosts` for the server's key of a kind.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn known_host(&self, kind: &str) -> String {
        let public = self.shared.folder.join(format!("host_{kind}.pub"));
        let public = fs::read_to_string(public).expect("the server has a key of this kind");
        format!("[{}]:{} {public}", self.address.ip(), self.address.port())
    }

    /// How many connections there were so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for SshServer {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Whoever waits for a connection gets one, and sees that it is over.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        let children = self.shared.children.lock();
        for child in children.unwrap_or_else(PoisonError::into_inner).iter_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Makes a key with OpenSSH's own program, its public half beside it.
///
/// # Errors
/// That the program is not there, as what is needed.
///
/// # Panics
/// It fails.
pub fn make_key(path: &Path, kind: &str, passphrase: &str) -> Result<(), &'static str> {
    let path = path.display().to_string();
    let arguments = [
        "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", &path,
    ];
    let ran = Command::new("ssh-keygen").args(arguments).output();
    let ran = ran.map_err(|_| "the ssh-keygen program")?;
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    Ok(())
}

fn accept(listener: &TcpListener, shared: &Shared) {
    while let Ok((stream, _)) = listener.accept() {
        if shared.over.load(Ordering::SeqCst) {
            break;
        }
        shared.connections.fetch_add(1, Ordering::SeqCst);
        if let Ok(child) = serve(stream, shared) {
            let children = shared.children.lock();
            children.unwrap_or_else(PoisonError::into_inner).push(child);
        }
    }
}

fn serve(stream: TcpStream, shared: &Shared) -> io::Result<Child> {
    let output = stream.try_clone()?;
    let mut command = shared.program.command(&shared.folder, &shared.settings);
    command
        .stdin(Stdio::from(OwnedFd::from(stream)))
        .stdout(Stdio::from(OwnedFd::from(output)))
        .stderr(Stdio::null())
        .spawn()
}
