//! IAMPolicyGenerator: a service account that is tied to one of Google's (api/filters/iampolicygenerator).

use crate::codes;
use crate::context::Context;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::patch;
use crate::resource::Resource;
use gitopsc_core::{Diagnostic, EcoString, Text};

decode_struct! {
    /// The configuration of an IAMPolicyGenerator.
    pub struct IamPolicyArgs {
        /// The provider: `gke`.
        "cloud" => cloud: Spanned<EcoString>,
        /// The account in the cluster.
        "kubernetesService" => kubernetes_service: KubernetesService,
        /// The account at the provider.
        "serviceAccount" => service_account: ServiceAccount,
    }
}

decode_struct! {
    /// A service account in the cluster.
    pub struct KubernetesService {
        /// Name.
        "name" => name: Text,
        /// Namespace.
        "namespace" => namespace: Text,
    }
}

decode_struct! {
    /// A service account at the provider.
    pub struct ServiceAccount {
        /// Name.
        "name" => name: Text,
        /// The project it belongs to.
        "projectId" => project_id: Text,
    }
}

/// The service account that `args` describe.
pub(super) fn service_account(
    args: &Spanned<IamPolicyArgs>,
    context: &mut Context<'_>,
) -> Option<Resource> {
    let cloud = &args.value.cloud;
    if cloud.value != "gke" {
        let message = format!(
            "there are no service accounts for the cloud `{}`",
            cloud.value
        );
        let span = if cloud.span.0.is_none() {
            args.span.0
        } else {
            cloud.span.0
        };
        let diagnostic =
            Diagnostic::error(codes::PLUGIN_CONFIGURATION, message).at(span, "configured here");
        context.report.push(diagnostic.hint("write `cloud: gke`"));
        return None;
    }
    let text = Spanned {
        value: text(&args.value),
        span: args.span,
    };
    match patch::parse_inline(&text, context).documents {
        Ok(documents) => documents
            .into_iter()
            .next()
            .map(|document| Resource::new(document.root)),
        Err(_) => {
            let message = "the names of this service account do not fit into YAML";
            let diagnostic = Diagnostic::error(codes::PLUGIN_CONFIGURATION, message)
                .at(args.span.0, "configured here");
            context
                .report
                .push(diagnostic.hint("use names without quotes, colons and line breaks"));
            None
        }
    }
}

/// Kustomize pastes the names into YAML text, so that a name like `123` becomes a number.
fn text(args: &IamPolicyArgs) -> Text {
    let IamPolicyArgs {
        kubernetes_service: inside,
        service_account: outside,
        ..
    } = args;
    let mut parts = vec![
        Text::from(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n    iam.gke.io/gcp-service-account: ",
        ),
        outside.name.clone(),
        Text::from("@"),
        outside.project_id.clone(),
        Text::from(".iam.gserviceaccount.com\n  name: "),
        inside.name.clone(),
        Text::from("\n"),
    ];
    if !inside.namespace.as_str().is_empty() {
        parts.extend([Text::from("\n  namespace: "), inside.namespace.clone()]);
    }
    Text::concat(&parts.iter().collect::<Vec<_>>())
}
