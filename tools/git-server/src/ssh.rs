//! OpenSSH's own server, one process for each connection.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// OpenSSH's server with keys of its own, for whoever runs the test. It runs as long as this lives.
pub struct SshServer {
    address: SocketAddr,
    folder: PathBuf,
    user: String,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    program: PathBuf,
    configuration: PathBuf,
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
    /// What it needs and is not there, such as `OpenSSH's server`.
    ///
    /// # Panics
    /// It cannot listen, or the folder is not writable.
    pub fn start(folder: &Path, settings: &SshSettings) -> Result<SshServer, &'static str> {
        let program = installed()?;
        let user = output("id", &["-un"]).expect("Unix tells who runs a program");
        let folder = folder.join("sshd");
        fs::create_dir_all(&folder).expect("the folder of a test is writable");
        let (kind, passphrase) = settings.key;
        make_key(&folder.join("id"), kind, passphrase)?;
        let configuration = configure(&folder, settings)?;
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("it listens");
        let shared = Arc::new(Shared {
            program,
            configuration,
            connections: AtomicUsize::new(0),
            children: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let accepted = Arc::clone(&shared);
        let accepting = thread::spawn(move || accept(&listener, &accepted));
        Ok(SshServer {
            address,
            folder,
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
        fs::read_to_string(self.folder.join("id")).expect("the key was made at the start")
    }

    /// A line of `known_hosts` for the server's key of a kind.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn known_host(&self, kind: &str) -> String {
        let public = self.folder.join(format!("host_{kind}.pub"));
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
    Command::new(&shared.program)
        .arg("-i")
        .arg("-e")
        .arg("-f")
        .arg(&shared.configuration)
        .stdin(Stdio::from(OwnedFd::from(stream)))
        .stdout(Stdio::from(OwnedFd::from(output)))
        .stderr(Stdio::null())
        .spawn()
}

fn configure(folder: &Path, settings: &SshSettings) -> Result<PathBuf, &'static str> {
    let mut lines = String::from(
        "UsePAM no\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\nPidFile none\n",
    );
    if settings.protocol {
        lines.push_str("AcceptEnv GIT_PROTOCOL\n");
    }
    for kind in settings.host_keys {
        let path = folder.join(format!("host_{kind}"));
        make_key(&path, kind, "")?;
        lines.push_str(&format!("HostKey {}\n", path.display()));
    }
    lines.push_str(&format!(
        "AuthorizedKeysFile {}\n",
        folder.join("id.pub").display()
    ));
    let path = folder.join("sshd_config");
    fs::write(&path, lines).expect("the folder of a test is writable");
    Ok(path)
}

/// Where the program is, if it can be run.
fn installed() -> Result<PathBuf, &'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    let mut folders = std::env::split_paths(&path).chain(usual);
    let found = folders.find_map(|folder| Some(folder.join("sshd")).filter(|path| path.is_file()));
    let program = found.ok_or("OpenSSH's server")?;
    // As root it gives up its rights to a user of its own, in a folder of its own.
    if output("id", &["-u"]).as_deref() == Some("0") {
        output("id", &["-u", "sshd"]).ok_or("the user sshd of OpenSSH's server")?;
        fs::create_dir_all("/run/sshd").expect("root may make folders");
    }
    Ok(program)
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let ran = Command::new(program).args(arguments).output().ok()?;
    let printed = String::from_utf8_lossy(&ran.stdout).trim().to_owned();
    ran.status.success().then_some(printed)
}
