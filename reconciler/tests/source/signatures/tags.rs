//! Signed tags.

use super::{ssh_key, test, verified, wanted};
use crate::site::Site;
use gitopsc_reconciler::source::{
    Reference, Signature, SignatureKind, SourceClass, VerifyMode, Wanted,
};
use gitopsc_test_support::Test;

pub(super) fn tests() -> Vec<Test> {
    vec![
        test(
            "a signed tag is verified, by its own name alone",
            "ssh-keygen",
            tags,
        ),
        test("tags and commits are signed apart", "ssh-keygen", apart),
    ]
}

fn tags() {
    let site = Site::new();
    let public = ssh_key(&site, "one", "ed25519");
    site.repository
        .git(&["tag", "--sign", "--message", "One", "v1.0.0"]);
    site.repository
        .git(&["tag", "--annotate", "--message", "Two", "v2.0.0"]);
    site.repository.git(&["tag", "v3.0.0"]);
    site.repository.git(&["tag", "v4.0.0", "v1.0.0"]);
    site.repository.push();
    let at = |reference: Reference| Wanted {
        reference,
        ..wanted(&site, VerifyMode::Tag, &[&public])
    };
    let tag = |name: &str| at(Reference::Tag(name.into()));
    assert_eq!(verified(&site, &tag("v1.0.0")).0, SignatureKind::Ssh);
    verified(&site, &at(Reference::Semver("^1".parse().unwrap())));
    site.fails(
        &tag("v2.0.0"),
        SourceClass::Signature,
        "tag v2.0.0 is not signed as it must be: it is not signed at all",
    );
    site.fails(
        &tag("v3.0.0"),
        SourceClass::Signature,
        "is no annotated tag",
    );
    site.fails(
        &tag("v4.0.0"),
        SourceClass::Signature,
        "it is the tag `v1.0.0` under another name",
    );
}

fn apart() {
    let site = Site::new();
    let public = ssh_key(&site, "one", "ed25519");
    site.repository
        .git(&["tag", "--sign", "--message", "One", "v1.0.0"]);
    site.repository.push();
    let at = |reference: Reference, mode| Wanted {
        reference,
        ..wanted(&site, mode, &[&public])
    };
    let tag = |mode| at(Reference::Tag("v1.0.0".into()), mode);
    let branch = wanted(&site, VerifyMode::Tag, &[&public]);
    site.fails(&branch, SourceClass::Signature, "is no annotated tag");
    site.fails(
        &at(
            Reference::Commit(site.first.as_str().into()),
            VerifyMode::Tag,
        ),
        SourceClass::Signature,
        "a tag or a range",
    );
    let unasked = Wanted {
        verify: None,
        ..tag(VerifyMode::Tag)
    };
    let signature = site.fetch(&unasked).unwrap().commit.signature;
    assert_eq!(signature, Signature::Unverified(SignatureKind::Ssh));
    let commit = tag(VerifyMode::Head);
    site.fails(&commit, SourceClass::Signature, "not signed at all");
}
