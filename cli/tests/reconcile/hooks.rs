//! Sending what a forge sends, and what a forge never would.

use gitopsc_test_support::Folder;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Where something is sent: the address that the reconciler listens on, and a path.
pub struct Place {
    /// Such as `127.0.0.1:9292`.
    pub address: String,
    /// Such as `/hook/...`.
    pub path: String,
}

/// A request as a folder has it.
pub struct Delivery {
    headers: Vec<(String, String)>,
    body: String,
}

impl Delivery {
    /// That in the folder `name` of `case`, for the repository at `url`.
    pub fn of(case: &Folder, name: &str, url: &str) -> Option<Delivery> {
        let headers = case.read(&format!("{name}/headers"))?;
        let headers = headers.lines().filter_map(|line| line.split_once(": "));
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Some(Delivery {
            headers: headers.map(owned).collect(),
            body: case.read(&format!("{name}/body"))?.replace("URL", url),
        })
    }

    /// Sends it `times` times, and gives the answers, of which equal ones in a row are one.
    pub fn post(&self, to: &Place, times: usize) -> String {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build();
        let agent = ureq::Agent::new_with_config(agent);
        let mut answers: Vec<String> = Vec::new();
        for _ in 0..times {
            let mut request = agent.post(format!("http://{}{}", to.address, to.path));
            for (name, value) in &self.headers {
                request = request.header(name, value);
            }
            let answer = match request.send(&self.body) {
                Ok(mut answer) => {
                    let body = answer.body_mut().read_to_string().unwrap();
                    format!("{} {body}", answer.status().as_u16())
                }
                Err(error) => format!("failed: {error}\n"),
            };
            answers.push(answer);
        }
        answers.dedup();
        answers.concat()
    }

    /// Sends the first half of it, says that it is `more` bytes longer than it is, and gives the first line of the answer.
    pub fn post_half(&self, to: &Place, more: usize) -> String {
        let mut stream = TcpStream::connect(&to.address).unwrap();
        let mut head = format!("POST {} HTTP/1.1\r\nHost: {}\r\n", to.path, to.address);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let length = self.body.len();
        let half = &self.body[..length / 2];
        let length = length + more;
        let request = format!("{head}Content-Length: {length}\r\n\r\n{half}");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        format!("{}\n", answer.lines().next().unwrap_or_default())
    }
}
