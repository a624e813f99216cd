//! `git http-backend`, asked as a web server asks it.

use crate::Request;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// What a web server passes on.
pub(crate) struct Reply {
    /// The status line's rest, such as `200 OK`.
    pub status: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What Git answers for the repositories below `root`; in the first version of its protocol if it is to be old.
pub(crate) fn ask(root: &Path, request: &Request, old: bool) -> io::Result<Reply> {
    let mut command = Command::new("git");
    command
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("REQUEST_METHOD", &request.method)
        .env("PATH_INFO", &request.path)
        .env("QUERY_STRING", &request.query)
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    for (header, variable) in [
        ("content-type", "CONTENT_TYPE"),
        ("git-protocol", "GIT_PROTOCOL"),
    ] {
        let passed = request
            .header(header)
            .filter(|_| !(old && variable == "GIT_PROTOCOL"));
        if let Some(value) = passed {
            command.env(variable, value);
        }
    }
    let mut child = command.spawn()?;
    // Requests are small, so they fit into the pipe and the program need not be read from at the same time.
    if let Some(mut input) = child.stdin.take() {
        input.write_all(&request.body)?;
    }
    Ok(parsed(child.wait_with_output()?.stdout))
}

fn parsed(output: Vec<u8>) -> Reply {
    let end = output.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or(output.len());
    let head = String::from_utf8_lossy(&output[..end]).into_owned();
    let mut reply = Reply {
        status: "200 OK".to_owned(),
        headers: Vec::new(),
        body: output.get(end + 4..).unwrap_or_default().to_vec(),
    };
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        match name {
            "Status" => reply.status = value.to_owned(),
            _ => reply.headers.push((name.to_owned(), value.to_owned())),
        }
    }
    reply
}
