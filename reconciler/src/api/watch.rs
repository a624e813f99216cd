//! One watch, event by event, until the server or the way there ends it.

use super::error::{ApiError, Refusal};
use super::request::{Call, unanswered};
use super::{Api, List};
use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::json::read_json;
use http::Method;
use http_body_util::BodyExt as _;
use kube::client::Body;

/// What a watch says.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The object is new to the watch, or changed.
    Is(Json),
    /// The object is gone, or has lost what the watch selects by: only a read tells which.
    Left(Json),
    /// Nothing happened up to this resource version.
    Bookmark(EcoString),
}

/// A watch that is open.
pub struct Watch {
    target: EcoString,
    body: Body,
    buffer: Vec<u8>,
    /// How much of the buffer has been looked through for the end of a line.
    searched: usize,
}

/// After how many seconds the server ends a watch by itself, so that one that went silent is noticed.
const SERVER_TIMEOUT: u32 = 290;

impl Api {
    /// Opens a watch of `list` from `resource_version` on.
    ///
    /// # Errors
    /// See [`ApiError`]; of class expired if the version is too old.
    pub async fn watch(&self, list: &List, resource_version: &str) -> Result<Watch, ApiError> {
        let collection = &list.collection;
        let mut call = Call::new("watch", Method::GET, collection.path(), collection);
        call.accept = list.representation.of_object();
        call.query = format!(
            "{}watch=1&allowWatchBookmarks=true&timeoutSeconds={SERVER_TIMEOUT}&resourceVersion={}",
            list.query(),
            super::path::escaped(resource_version)
        );
        let target = call.target.clone();
        let response = self.send(call).await?;
        let (head, body) = response.into_parts();
        if head.status.is_success() {
            return Ok(Watch {
                target,
                body,
                buffer: Vec::new(),
                searched: 0,
            });
        }
        let bytes = body.collect_bytes().await;
        let bytes = bytes.map_err(|source| unanswered("watch", target.clone(), source))?;
        let status = read_json(&String::from_utf8_lossy(&bytes)).unwrap_or(Json::Null);
        Err(refused(target, head.status.as_u16(), &status))
    }
}

impl Watch {
    /// The next change; nothing once the watch has ended. It may be dropped while it waits without losing one.
    ///
    /// # Errors
    /// See [`ApiError`]; the watch has ended then too.
    pub async fn next(&mut self) -> Result<Option<Change>, ApiError> {
        loop {
            if let Some(line) = self.line() {
                if line.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                return self.change(&line).map(Some);
            }
            match self.body.frame().await {
                None => return Ok(None),
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        self.buffer.extend_from_slice(&bytes);
                    }
                }
                Some(Err(source)) => return Err(unanswered("watch", self.target.clone(), source)),
            }
        }
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        let unsearched = &self.buffer[self.searched..];
        let Some(end) = unsearched.iter().position(|byte| *byte == b'\n') else {
            self.searched = self.buffer.len();
            return None;
        };
        let rest = self.buffer.split_off(self.searched + end + 1);
        self.searched = 0;
        Some(std::mem::replace(&mut self.buffer, rest))
    }

    fn change(&self, line: &[u8]) -> Result<Change, ApiError> {
        let event = read_json(&String::from_utf8_lossy(line));
        let event = event.map_err(|at| ApiError::Unreadable {
            operation: "watch",
            target: self.target.clone(),
            at,
        })?;
        let object = event.get("object").cloned().unwrap_or(Json::Null);
        match event.str_at(&["type"]) {
            Some("ADDED" | "MODIFIED") => Ok(Change::Is(object)),
            Some("DELETED") => Ok(Change::Left(object)),
            Some("BOOKMARK") => {
                let version = object.str_at(&["metadata", "resourceVersion"]);
                Ok(Change::Bookmark(version.unwrap_or_default().into()))
            }
            _ => {
                let code = match object.get("code") {
                    Some(Json::Int(code)) => u16::try_from(*code).unwrap_or(500),
                    _ => 500,
                };
                Err(refused(self.target.clone(), code, &object))
            }
        }
    }
}

fn refused(target: EcoString, code: u16, status: &Json) -> ApiError {
    ApiError::Refused {
        operation: "watch",
        target,
        refusal: Box::new(Refusal::read(code, status, None)),
    }
}
