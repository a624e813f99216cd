//! Image names, tags and digests (api/filters/imagetag, api/internal/image).
//!
//! Kustomize runs twice over a resource: over every list called `containers` or `initContainers` at any
//! depth, then over the field specs. `tagSuffix` is therefore appended twice where both find the image.

use super::prefix::no_scalar;
use crate::codes;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::edit::set_scalar;
use crate::fieldspec::{Create, FieldSpec, walk};
use crate::pattern::Pattern;
use crate::report::Report;
use crate::resmap::ResMap;
use gitopsc_core::{Diagnostic, EcoString, Gvk, Span, Text};
use gitopsc_yaml::{Node, NodeValue};

decode_struct! {
    /// One entry of `images`.
    pub struct Image {
        /// The name to look for; a regular expression, as it happens.
        "name" => name: Spanned<EcoString>,
        /// The name to put in its place.
        "newName" => new_name: Spanned<Text>,
        /// Text to append to the tag.
        "tagSuffix" => tag_suffix: Spanned<Text>,
        /// The tag to set.
        "newTag" => new_tag: Spanned<Text>,
        /// The digest to set.
        "digest" => digest: Spanned<Text>,
    }
}

decode_struct! {
    /// The configuration of an ImageTagTransformer.
    pub struct ImageTagConfig {
        /// What to change.
        "imageTag" => image_tag: Image,
        /// Where, besides containers.
        "fieldSpecs" => field_specs: Vec<FieldSpec>,
    }
}

/// Changes the images of one name.
#[derive(Clone, Debug)]
pub struct ImageTagTransformer {
    image: Image,
    specs: Vec<FieldSpec>,
    name: NamePattern,
}

impl ImageTagConfig {
    /// The transformer that this means.
    pub fn configure(self, report: &mut Report) -> Option<ImageTagTransformer> {
        let name = match NamePattern::new(&self.image_tag.name.value) {
            Ok(name) => name,
            Err(reason) => {
                // The place shows it, unless it came out of decryption.
                let message = "this is no image name: Kustomize reads it as a regular expression";
                let diagnostic = Diagnostic::error(codes::INVALID_PATTERN, message)
                    .at(self.image_tag.name.span.0, reason);
                report.push(diagnostic.hint("put a backslash before special characters"));
                return None;
            }
        };
        Some(ImageTagTransformer {
            image: self.image_tag,
            specs: self.field_specs,
            name,
        })
    }
}

impl ImageTagTransformer {
    /// Changes images; what fails is reported.
    pub fn apply(&self, resources: &mut ResMap, report: &mut Report) {
        let mut changed_twice = false;
        for resource in &mut resources.resources {
            let gvk = resource.gvk();
            if gvk.kind == "CustomResourceDefinition" {
                continue;
            }
            let mut changed = Vec::new();
            let outcome = self.in_containers(&mut resource.node, &mut changed);
            let outcome = outcome.and_then(|()| {
                self.in_specs(&gvk, &mut resource.node, &changed, &mut changed_twice)
            });
            if let Err(problem) = outcome {
                report.push(*problem);
            }
        }
        if changed_twice {
            report.push(self.suffix_twice());
        }
    }

    fn in_containers(
        &self,
        node: &mut Node,
        changed: &mut Vec<Span>,
    ) -> Result<(), Box<Diagnostic>> {
        match &mut node.value {
            NodeValue::Scalar(_) => Ok(()),
            NodeValue::Sequence(items) => items
                .iter_mut()
                .try_for_each(|item| self.in_containers(item, changed)),
            NodeValue::Mapping(mapping) => mapping.entries.iter_mut().try_for_each(|entry| {
                self.in_containers(&mut entry.value, changed)?;
                match entry.key.as_str() {
                    Some("containers" | "initContainers") => {
                        self.in_list(&mut entry.value, changed)
                    }
                    _ => Ok(()),
                }
            }),
        }
    }

    fn in_list(
        &self,
        containers: &mut Node,
        changed: &mut Vec<Span>,
    ) -> Result<(), Box<Diagnostic>> {
        let spec = FieldSpec::new(Gvk::default(), "containers/image".into(), false);
        for container in containers.as_sequence_mut().into_iter().flatten() {
            if container.is_null() {
                continue;
            }
            if !matches!(container.value, NodeValue::Mapping(_)) {
                return Err(no_container(container));
            }
            if let Some(image) = container.get_mut("image") {
                let place = image.span;
                if self.update(image, &spec)? {
                    changed.extend([place, image.span]);
                }
            }
        }
        Ok(())
    }

    fn in_specs(
        &self,
        gvk: &Gvk,
        node: &mut Node,
        changed: &[Span],
        twice: &mut bool,
    ) -> Result<(), Box<Diagnostic>> {
        for spec in self.specs.iter().filter(|spec| spec.matches(gvk)) {
            walk(spec, node, Create::Nothing, &mut |field| {
                let again = changed.contains(&field.span) && self.appends_suffix();
                *twice |= self.update(field, spec)? && again;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Whether the suffix is what changes the tag.
    fn appends_suffix(&self) -> bool {
        let image = &self.image;
        let is_set = |text: &Spanned<Text>| !text.value.as_str().is_empty();
        is_set(&image.tag_suffix) && !is_set(&image.new_tag) && !is_set(&image.digest)
    }

    /// Changes `field` if it is an image of this name; says whether.
    fn update(&self, field: &mut Node, spec: &FieldSpec) -> Result<bool, Box<Diagnostic>> {
        let Some(old) = field.as_text() else {
            return Err(no_scalar(field, spec));
        };
        if !self.name.matches(old.as_str()) {
            return Ok(false);
        }
        let value = Node::scalar(self.changed(old)).at(self.span());
        let set = set_scalar(field, value);
        debug_assert!(set, "a text is a scalar");
        Ok(true)
    }

    fn changed(&self, old: &Text) -> Text {
        let image = &self.image;
        let (name, tag, digest) = split(old.as_str());
        let part = |text: &str| Text::derive(text, [old]);
        let is_set = |text: &Spanned<Text>| !text.value.as_str().is_empty();
        let name = if is_set(&image.new_name) {
            image.new_name.value.clone()
        } else {
            part(name)
        };
        let none = Text::new;
        let (tag, digest) = match (
            is_set(&image.new_tag),
            is_set(&image.digest),
            is_set(&image.tag_suffix),
        ) {
            (true, true, _) => (image.new_tag.value.clone(), image.digest.value.clone()),
            (true, false, _) => (image.new_tag.value.clone(), none()),
            (false, true, _) => (none(), image.digest.value.clone()),
            (false, false, true) => (Text::concat(&[&part(tag), &image.tag_suffix.value]), none()),
            (false, false, false) => (part(tag), part(digest)),
        };
        let (colon, at) = (Text::from(":"), Text::from("@"));
        let mut parts = vec![&name];
        if !tag.as_str().is_empty() {
            parts.extend([&colon, &tag]);
        }
        if !digest.as_str().is_empty() {
            parts.extend([&at, &digest]);
        }
        Text::concat(&parts)
    }

    /// Where the new image is configured: at the part that decides most of it.
    fn span(&self) -> Span {
        let image = &self.image;
        let candidates = [
            &image.new_tag,
            &image.digest,
            &image.tag_suffix,
            &image.new_name,
        ];
        candidates
            .iter()
            .map(|text| text.span.0)
            .find(|span| !span.is_none())
            .unwrap_or(image.name.span.0)
    }

    fn suffix_twice(&self) -> Diagnostic {
        Diagnostic::warning(
            codes::TAG_SUFFIX_TWICE,
            "Kustomize appends this suffix twice to images of containers",
        )
        .at(self.image.tag_suffix.span.0, "this suffix")
        .hint("use `newTag` with the whole tag")
    }
}

fn no_container(container: &Node) -> Box<Diagnostic> {
    let message = format!(
        "`images` goes through every list called containers, and an item of this one is {}",
        crate::decode::describe(container)
    );
    let diagnostic =
        Diagnostic::error(codes::FIELD_NOT_REACHED, message).at(container.span, "this item");
    Box::new(diagnostic.hint("move this resource to a kustomization without `images`"))
}

/// An image name that is looked for: a plain one, in which a dot stands for any character, or a regular expression.
#[derive(Clone, Debug)]
enum NamePattern {
    Plain(EcoString),
    Expression(Pattern),
}

impl NamePattern {
    fn new(name: &str) -> Result<NamePattern, String> {
        let is_plain =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | ':' | '@');
        if name.chars().all(is_plain) {
            return Ok(NamePattern::Plain(name.into()));
        }
        let part = "[a-zA-Z0-9_.{}-]*";
        let expression = format!("^{name}(:{part})?(@sha256:{part})?$");
        Pattern::new(&expression).map(NamePattern::Expression)
    }

    fn matches(&self, image: &str) -> bool {
        match self {
            NamePattern::Expression(expression) => expression.matches(image),
            NamePattern::Plain(name) => strip_name(image, name).is_some_and(is_tag_and_digest),
        }
    }
}

/// What follows `name` in `image`; a dot in the name stands for any character but a line break.
fn strip_name<'i>(image: &'i str, name: &str) -> Option<&'i str> {
    let mut rest = image.chars();
    for wanted in name.chars() {
        let found = rest.next()?;
        if found != wanted && (wanted != '.' || found == '\n') {
            return None;
        }
    }
    Some(rest.as_str())
}

fn is_tag_and_digest(rest: &str) -> bool {
    let is_word = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '{' | '}' | '-'))
    };
    let (tag, digest) = match rest.split_once('@') {
        Some((tag, digest)) => (tag, Some(digest)),
        None => (rest, None),
    };
    let tag_fits = tag.is_empty() || tag.strip_prefix(':').is_some_and(is_word);
    tag_fits && digest.is_none_or(|digest| digest.strip_prefix("sha256:").is_some_and(is_word))
}

/// Name, tag and digest of an image (api/internal/image/image.go).
fn split(image: &str) -> (&str, &str, &str) {
    let from = image.find('/').filter(|at| *at > 0).unwrap_or(0);
    let find = |c: char| image[from..].find(c).map(|at| at + from);
    match (find('@'), find(':')) {
        (None, None) => (image, "", ""),
        (Some(at), colon) if colon.is_none_or(|colon| at < colon) => {
            (&image[..at], "", &image[at + 1..])
        }
        (Some(at), Some(colon)) => (&image[..colon], &image[colon + 1..at], &image[at + 1..]),
        (_, Some(colon)) => (&image[..colon], &image[colon + 1..], ""),
        (Some(at), None) => (&image[..at], "", &image[at + 1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::{NamePattern, split};

    #[test]
    fn images_are_split_at_colon_and_at_behind_the_first_slash() {
        for (image, parts) in [
            ("nginx", ("nginx", "", "")),
            ("nginx:1.2", ("nginx", "1.2", "")),
            ("nginx@sha256:ab", ("nginx", "", "sha256:ab")),
            (
                "host:5000/a/b:1@sha256:ab",
                ("host:5000/a/b", "1", "sha256:ab"),
            ),
            ("host:5000/a/b", ("host:5000/a/b", "", "")),
        ] {
            assert_eq!(split(image), parts, "{image}");
        }
    }

    #[test]
    fn a_plain_name_matches_as_the_regular_expression_would() {
        let matches = |name: &str, image: &str| {
            NamePattern::new(name).is_ok_and(|pattern| pattern.matches(image))
        };
        for (name, image, expected) in [
            ("nginx", "nginx:1.2", true),
            ("nginx", "nginx", true),
            ("nginx", "nginx-x:1", false),
            ("nginx", "nginx:{TAG}@sha256:1", true),
            ("nginx", "nginx@md5:1", false),
            ("gcr.io/a", "gcrxio/a:1", true),
            ("a(b|c)", "ac:1", true),
        ] {
            assert_eq!(matches(name, image), expected, "{name} {image}");
        }
        assert!(NamePattern::new("a(").is_err());
    }
}
