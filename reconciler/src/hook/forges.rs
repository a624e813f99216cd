//! What the bodies of forges look like, as far as they say which repository and which branch.
//!
//! The shapes are those of the forges' documentation: GitHub "Webhook events and payloads", GitLab "Webhook events",
//! Gitea and Forgejo "Webhooks", Bitbucket Cloud and Data Center "Event payload".

use super::delivery::{Forge, News, Pushed};
use gitopsc_core::EcoString;
use serde::Deserialize;

/// What `body` says as an `event` of `forge`; nothing if it is not what such an event has.
pub(super) fn news(forge: Forge, event: &str, body: &[u8]) -> Option<News> {
    match (forge, event) {
        (Forge::Generic, _) => Some(News::Changed),
        (Forge::GitHub, "ping") | (Forge::Bitbucket, "diagnostics:ping") => Some(News::Ping),
        (Forge::GitHub | Forge::Gitea | Forge::Forgejo, "push") => of_github(body),
        (Forge::GitLab, "Push Hook" | "Tag Push Hook" | "System Hook") => of_gitlab(body),
        (Forge::Bitbucket, "repo:push") => of_bitbucket_cloud(body),
        (Forge::Bitbucket, "repo:refs_changed") => of_bitbucket_server(body),
        (_, other) => Some(News::Other(other.into())),
    }
}

/// A push as GitHub tells it, and after it Gitea and Forgejo.
#[derive(Deserialize)]
struct GitHubPush {
    #[serde(rename = "ref")]
    reference: EcoString,
    repository: GitHubRepository,
}

#[derive(Deserialize)]
struct GitHubRepository {
    full_name: EcoString,
    clone_url: Option<EcoString>,
    ssh_url: Option<EcoString>,
    html_url: Option<EcoString>,
}

fn of_github(body: &[u8]) -> Option<News> {
    let push: GitHubPush = serde_json::from_slice(body).ok()?;
    let repository = push.repository;
    let urls = [
        repository.clone_url,
        repository.ssh_url,
        repository.html_url,
        Some(repository.full_name),
    ];
    Some(News::Pushed(Pushed {
        references: vec![push.reference],
        repository: urls.into_iter().flatten().collect(),
    }))
}

#[derive(Deserialize)]
struct GitLabEvent {
    object_kind: Option<EcoString>,
    event_name: Option<EcoString>,
    #[serde(rename = "ref")]
    reference: Option<EcoString>,
    project: Option<GitLabProject>,
}

#[derive(Deserialize)]
struct GitLabProject {
    path_with_namespace: EcoString,
    git_http_url: Option<EcoString>,
    git_ssh_url: Option<EcoString>,
    web_url: Option<EcoString>,
}

fn of_gitlab(body: &[u8]) -> Option<News> {
    let event: GitLabEvent = serde_json::from_slice(body).ok()?;
    // System hooks tell of everything, under one name.
    let kind = event.object_kind.or(event.event_name)?;
    if !matches!(kind.as_str(), "push" | "tag_push") {
        return Some(News::Other(kind));
    }
    let project = event.project?;
    let urls = [
        project.git_http_url,
        project.git_ssh_url,
        project.web_url,
        Some(project.path_with_namespace),
    ];
    Some(News::Pushed(Pushed {
        references: vec![event.reference?],
        repository: urls.into_iter().flatten().collect(),
    }))
}

#[derive(Deserialize)]
struct BitbucketCloudPush {
    repository: BitbucketCloudRepository,
    push: BitbucketCloudChanges,
}

#[derive(Deserialize)]
struct BitbucketCloudRepository {
    full_name: EcoString,
}

#[derive(Deserialize)]
struct BitbucketCloudChanges {
    changes: Vec<BitbucketCloudChange>,
}

#[derive(Deserialize)]
struct BitbucketCloudChange {
    old: Option<BitbucketCloudReference>,
    new: Option<BitbucketCloudReference>,
}

#[derive(Deserialize)]
struct BitbucketCloudReference {
    #[serde(rename = "type")]
    kind: EcoString,
    name: EcoString,
}

fn of_bitbucket_cloud(body: &[u8]) -> Option<News> {
    let push: BitbucketCloudPush = serde_json::from_slice(body).ok()?;
    let changes = push.push.changes.into_iter();
    // What is new is nothing where it was deleted.
    let changed = changes.filter_map(|change| change.new.or(change.old));
    let references = changed.map(|reference| {
        let folder = match reference.kind.as_str() {
            "tag" | "annotated_tag" => "refs/tags/",
            _ => "refs/heads/",
        };
        EcoString::from(folder) + reference.name
    });
    Some(News::Pushed(Pushed {
        references: references.collect(),
        repository: vec![push.repository.full_name],
    }))
}

#[derive(Deserialize)]
struct BitbucketServerPush {
    repository: BitbucketServerRepository,
    changes: Vec<BitbucketServerChange>,
}

#[derive(Deserialize)]
struct BitbucketServerRepository {
    slug: EcoString,
    project: BitbucketServerProject,
}

#[derive(Deserialize)]
struct BitbucketServerProject {
    key: EcoString,
}

#[derive(Deserialize)]
struct BitbucketServerChange {
    #[serde(rename = "refId")]
    reference: EcoString,
}

fn of_bitbucket_server(body: &[u8]) -> Option<News> {
    let push: BitbucketServerPush = serde_json::from_slice(body).ok()?;
    let repository = push.repository;
    let changes = push.changes.into_iter();
    Some(News::Pushed(Pushed {
        references: changes.map(|change| change.reference).collect(),
        repository: vec![repository.project.key + "/" + repository.slug],
    }))
}
