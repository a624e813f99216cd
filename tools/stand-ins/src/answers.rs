//! The two protocols that an API server speaks with what runs behind a Service.

use crate::server::{Asked, Reply};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What an admission webhook decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// It may pass.
    Allow,
    /// It is refused, for this reason.
    Deny(String),
    /// It passes with these changes, a JSON patch.
    Patch(Value),
}

/// An admission webhook, validating or mutating. `decide` sees the review's request: `object`, `operation`,
/// `namespace`, `userInfo`.
pub fn admission(
    decide: impl Fn(&Value) -> Decision + Send + Sync + 'static,
) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    move |asked| {
        let request = &asked.body["request"];
        let mut response = json!({"uid": request["uid"], "allowed": true});
        match decide(request) {
            Decision::Allow => {}
            Decision::Deny(why) => {
                response["allowed"] = false.into();
                response["status"] = json!({"message": why});
            }
            Decision::Patch(patch) => {
                response["patchType"] = "JSONPatch".into();
                response["patch"] = STANDARD.encode(patch.to_string()).into();
            }
        }
        Reply::ok(json!({
            "apiVersion": "admission.k8s.io/v1",
            "kind": "AdmissionReview",
            "response": response,
        }))
    }
}

/// Conversion of custom resources. `convert` gets an object and the apiVersion that it is to have, and gives the
/// object, or why it cannot be converted. The new apiVersion is set here.
pub fn conversion(
    convert: impl Fn(Value, &str) -> Result<Value, String> + Send + Sync + 'static,
) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    move |asked| {
        let request = &asked.body["request"];
        let version = request["desiredAPIVersion"].as_str().unwrap_or_default();
        let objects = request["objects"].as_array().cloned().unwrap_or_default();
        let one = |object| {
            let mut converted = convert(object, version)?;
            converted["apiVersion"] = version.into();
            Ok(converted)
        };
        let converted: Result<Vec<Value>, String> = objects.into_iter().map(one).collect();
        let mut response = json!({"uid": request["uid"], "result": {"status": "Success"}});
        match converted {
            Ok(objects) => response["convertedObjects"] = objects.into(),
            Err(why) => response["result"] = json!({"status": "Failure", "message": why}),
        }
        Reply::ok(json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "ConversionReview",
            "response": response,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, admission, conversion};
    use crate::server::Asked;
    use serde_json::{Value, json};

    fn asked(request: Value) -> Asked {
        Asked {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            body: json!({"request": request}),
        }
    }

    #[test]
    fn a_review_is_answered_under_its_uid() {
        let review = asked(json!({"uid": "u"}));
        let deny = admission(|_| Decision::Deny("no".to_owned()))(&review).body;
        assert_eq!(
            deny["response"],
            json!({"uid": "u", "allowed": false, "status": {"message": "no"}})
        );
        let patch = admission(|_| Decision::Patch(json!([])))(&review).body;
        assert_eq!(patch["response"]["patch"], "W10=");
    }

    #[test]
    fn all_objects_are_converted_or_none() {
        let request =
            json!({"uid": "u", "desiredAPIVersion": "a/v2", "objects": [{"n": 1}, {"n": 2}]});
        let all = conversion(|object, _| Ok(object))(&asked(request.clone())).body;
        let objects = json!([{"n": 1, "apiVersion": "a/v2"}, {"n": 2, "apiVersion": "a/v2"}]);
        assert_eq!(all["response"]["convertedObjects"], objects);
        let none = |object: Value, _: &str| {
            if object["n"] == 2 {
                Err("no".to_owned())
            } else {
                Ok(object)
            }
        };
        let none = conversion(none)(&asked(request)).body;
        assert_eq!(none["response"]["result"]["status"], "Failure");
        assert!(none["response"].get("convertedObjects").is_none());
    }
}
