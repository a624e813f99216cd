//! What a server does with a request.

use std::time::Duration;

/// What a server does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Git answers.
    Serve,
    /// Git answers in the first version of its protocol, which other servers know alone.
    ServeOld,
    /// This is answered, with an empty body.
    Answer {
        /// The status, such as 401.
        status: u16,
        /// More headers.
        headers: Vec<(String, String)>,
    },
    /// Nothing is answered until the server ends.
    Hang,
    /// Git answers, but the connection ends after so many bytes of the body.
    Cut(usize),
    /// Git answers, a few bytes at a time with this between them.
    Drip(Duration),
}

impl Gate {
    /// `status`, without more headers.
    #[must_use]
    pub fn status(status: u16) -> Gate {
        Gate::Answer {
            status,
            headers: Vec::new(),
        }
    }

    /// A redirection to `url`.
    #[must_use]
    pub fn redirect(url: &str) -> Gate {
        Gate::Answer {
            status: 302,
            headers: vec![("Location".to_owned(), url.to_owned())],
        }
    }

    /// Git answers whoever says this in the header `Authorization`; others are asked to.
    #[must_use]
    pub fn authorized(request: &crate::Request, authorization: &str) -> Gate {
        if request.header("authorization") == Some(authorization) {
            return Gate::Serve;
        }
        Gate::Answer {
            status: 401,
            headers: vec![(
                "WWW-Authenticate".to_owned(),
                "Basic realm=\"Git\"".to_owned(),
            )],
        }
    }
}
