//! Lists, page by page, so that never more than a page is held.

use super::path::escaped;
use super::request::{Call, METADATA};
use super::{Api, ApiError, Collection};
use gitopsc_core::{EcoString, Json};
use http::Method;
use std::borrow::Cow;

/// Objects that one page holds at most.
const PAGE: usize = 500;
const METADATA_LIST: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const JSON: &str = "application/json";

/// How much of each object is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Representation {
    /// Its metadata.
    Metadata,
    /// All of it.
    Whole,
}

impl Representation {
    fn of_list(self) -> &'static str {
        match self {
            Representation::Metadata => METADATA_LIST,
            Representation::Whole => JSON,
        }
    }

    pub(super) fn of_object(self) -> &'static str {
        match self {
            Representation::Metadata => METADATA,
            Representation::Whole => JSON,
        }
    }
}

/// What is listed or watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The objects.
    pub collection: Collection,
    /// Of these, those with these labels; empty for all.
    pub labels: EcoString,
    /// Of these, those with these fields; empty for all.
    pub fields: EcoString,
    /// How much of each.
    pub representation: Representation,
}

impl List {
    /// All of `collection`, whole.
    #[must_use]
    pub fn all(collection: Collection) -> List {
        List {
            collection,
            labels: EcoString::new(),
            fields: EcoString::new(),
            representation: Representation::Whole,
        }
    }

    /// The same, only of those with `labels`.
    #[must_use]
    pub fn labelled(mut self, labels: impl Into<EcoString>) -> List {
        self.labels = labels.into();
        self
    }

    /// The same, only metadata.
    #[must_use]
    pub fn metadata(mut self) -> List {
        self.representation = Representation::Metadata;
        self
    }

    pub(super) fn query(&self) -> String {
        let mut query = String::new();
        let selectors = [
            ("labelSelector", &self.labels),
            ("fieldSelector", &self.fields),
        ];
        for (name, selector) in selectors.into_iter().filter(|(_, of)| !of.is_empty()) {
            query.push_str(name);
            query.push('=');
            query.push_str(&escaped(selector));
            query.push('&');
        }
        query
    }
}

impl Api {
    /// Hands each object of `list` to `each`, and gives the resource version from which a watch goes on.
    ///
    /// # Errors
    /// See [`ApiError`]; `each` may have had some objects then.
    pub async fn list(
        &self,
        list: &List,
        mut each: impl FnMut(&Json),
    ) -> Result<EcoString, ApiError> {
        let mut from = String::new();
        loop {
            let path = list.collection.path();
            let mut call = Call::new("list", Method::GET, path, &list.collection);
            call.accept = list.representation.of_list();
            call.query = format!("{}limit={PAGE}", list.query());
            if !from.is_empty() {
                call.query.push_str("&continue=");
                call.query.push_str(&escaped(&from));
            }
            let page = self.call(call).await?;
            if let Some(Json::Array(items)) = page.get("items") {
                let kind = page.str_at(&["kind"]).unwrap_or_default();
                let kind = kind.strip_suffix("List").unwrap_or(kind);
                let version = page.str_at(&["apiVersion"]).unwrap_or_default();
                items
                    .iter()
                    .for_each(|item| each(&typed(item, version, kind)));
            }
            match page.str_at(&["metadata", "continue"]) {
                Some(next) if !next.is_empty() => from = next.to_owned(),
                _ => {
                    let version = page.str_at(&["metadata", "resourceVersion"]);
                    return Ok(version.unwrap_or_default().into());
                }
            }
        }
    }
}

/// `item` with its kind: the server leaves it out of lists of its own kinds.
fn typed<'j>(item: &'j Json, version: &str, kind: &str) -> Cow<'j, Json> {
    if item.get("kind").is_some() {
        return Cow::Borrowed(item);
    }
    let item = item.with(&["apiVersion"], Json::string(version));
    Cow::Owned(item.with(&["kind"], Json::string(kind)))
}
