//! Which kind has which rule. docs/reference/health.md lists the same.

use super::Rule::{self, Conditions, Exists, Fields, Suspendable};
use super::{
    argo, autoscaler, budget, cert_manager, claim, cloudnative_pg, daemon_set, definition,
    deployment, flux, gateway, ingress, job, kubevirt, kyverno, pod, replica_set, rook, service,
    stateful_set, volume, webhook,
};
use crate::health::expect::Expect;
use crate::health::phase::Phase;

/// The condition that most kinds have.
const READY: Rule = Conditions(Expect::ready(&["Ready"]));

/// The rule of a kind; nothing for one that is not known here.
pub(in crate::health) fn rule(group: &str, kind: &str) -> Option<Rule> {
    let kind = (group, kind);
    workloads(kind)
        .or_else(|| kubernetes(kind))
        .or_else(|| networks(kind))
        .or_else(|| deliveries(kind))
        .or_else(|| secrets(kind))
        .or_else(|| databases(kind))
        .or_else(|| platforms(kind))
        .or_else(|| policies(kind))
}

fn workloads(kind: (&str, &str)) -> Option<Rule> {
    Some(match kind {
        ("", "Pod") => Fields(pod::health),
        ("apps" | "extensions", "Deployment") => Fields(deployment::health),
        ("apps", "StatefulSet") => Fields(stateful_set::health),
        ("apps" | "extensions", "DaemonSet") => Fields(daemon_set::health),
        ("apps" | "extensions", "ReplicaSet") | ("", "ReplicationController") => {
            Fields(replica_set::health)
        }
        ("batch", "Job") => Fields(job::health),
        ("batch", "CronJob") => Exists,
        ("autoscaling", "HorizontalPodAutoscaler") => Fields(autoscaler::health),
        ("policy", "PodDisruptionBudget") => Fields(budget::health),
        ("keda.sh", "ScaledObject" | "ScaledJob") => READY,
        ("keda.sh", _) => Exists,
        _ => return None,
    })
}

/// The API server's own kinds other than workloads.
fn kubernetes(kind: (&str, &str)) -> Option<Rule> {
    Some(match kind {
        ("", "Service") => Fields(service::health),
        ("", "PersistentVolumeClaim") => Fields(claim::health),
        ("", "PersistentVolume") => Rule::Phase(volume::VOLUME),
        ("", "Namespace") => Rule::Phase(Phase::new("status.phase", &["Active"])),
        (
            "",
            "ConfigMap" | "Secret" | "ServiceAccount" | "LimitRange" | "ResourceQuota"
            | "Endpoints" | "Event" | "PodTemplate",
        )
        | (
            "rbac.authorization.k8s.io"
            | "coordination.k8s.io"
            | "discovery.k8s.io"
            | "node.k8s.io"
            | "scheduling.k8s.io"
            | "storage.k8s.io"
            | "flowcontrol.apiserver.k8s.io",
            _,
        ) => Exists,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => Fields(definition::health),
        ("apiregistration.k8s.io", "APIService") => Conditions(Expect::ready(&["Available"])),
        (
            "admissionregistration.k8s.io",
            "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration",
        ) => Fields(webhook::health),
        ("admissionregistration.k8s.io", _) => Exists,
        ("snapshot.storage.k8s.io", "VolumeSnapshot" | "VolumeSnapshotContent") => {
            Fields(volume::snapshot)
        }
        ("snapshot.storage.k8s.io", _) => Exists,
        _ => return None,
    })
}

fn networks(kind: (&str, &str)) -> Option<Rule> {
    Some(match kind {
        ("networking.k8s.io" | "extensions", "Ingress") => Fields(ingress::health),
        ("networking.k8s.io", _) => Exists,
        ("gateway.networking.k8s.io", "GatewayClass") => Conditions(gateway::CLASS),
        ("gateway.networking.k8s.io", "Gateway") => Fields(gateway::gateway),
        ("gateway.networking.k8s.io", "ListenerSet")
        | ("gateway.networking.x-k8s.io", "XListenerSet") => Conditions(gateway::GATEWAY),
        (
            "gateway.networking.k8s.io",
            "HTTPRoute" | "GRPCRoute" | "TLSRoute" | "TCPRoute" | "UDPRoute",
        )
        | ("policy.linkerd.io", "HTTPRoute") => Fields(gateway::route),
        ("gateway.networking.k8s.io", "BackendTLSPolicy")
        | (
            "gateway.envoyproxy.io",
            "BackendTrafficPolicy"
            | "ClientTrafficPolicy"
            | "SecurityPolicy"
            | "EnvoyExtensionPolicy"
            | "EnvoyPatchPolicy",
        ) => Fields(gateway::policy),
        ("gateway.networking.k8s.io", "ReferenceGrant") => Exists,
        ("policy.linkerd.io", "EgressNetwork" | "HTTPLocalRateLimitPolicy") => {
            Conditions(Expect::ready(&["Accepted"]))
        }
        ("policy.linkerd.io" | "linkerd.io" | "metallb.io" | "traefik.io", _) => Exists,
        ("workload.linkerd.io", "ExternalWorkload") => READY,
        ("projectcontour.io", "HTTPProxy") => Conditions(Expect::ready(&["Valid"])),
        ("cilium.io", "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy") => {
            Conditions(Expect::ready(&[]).broken(&["Valid"]))
        }
        ("cilium.io", "CiliumLoadBalancerIPPool") => {
            Conditions(Expect::ready(&[]).failed(&["cilium.io/PoolConflict"]))
        }
        _ => return None,
    })
}

/// What deploys, and what is deployed by it step by step.
fn deliveries(kind: (&str, &str)) -> Option<Rule> {
    Some(match kind {
        ("source.toolkit.fluxcd.io", "HelmRepository") => Suspendable(flux::helm_repository),
        ("notification.toolkit.fluxcd.io", "Provider" | "Alert") => Exists,
        (
            "source.toolkit.fluxcd.io"
            | "kustomize.toolkit.fluxcd.io"
            | "helm.toolkit.fluxcd.io"
            | "image.toolkit.fluxcd.io"
            | "notification.toolkit.fluxcd.io"
            | "source.extensions.fluxcd.io"
            | "fluxcd.controlplane.io",
            _,
        ) => Suspendable(flux::health),
        ("argoproj.io", "Application") => Fields(argo::application),
        ("argoproj.io", "ApplicationSet") => Conditions(argo::APPLICATION_SET),
        ("argoproj.io", "Rollout") => Fields(argo::rollout),
        ("argoproj.io", "Workflow" | "AnalysisRun" | "Experiment") => Rule::Phase(argo::RUN),
        ("argoproj.io", "CronWorkflow") => Conditions(argo::CRON_WORKFLOW),
        ("argoproj.io", "EventBus") => Conditions(argo::EVENT_BUS),
        ("argoproj.io", "EventSource") => Conditions(argo::EVENT_SOURCE),
        ("argoproj.io", "Sensor") => Conditions(argo::SENSOR),
        ("argoproj.io", _) => Exists,
        ("flagger.app", "Canary") => Rule::Phase(
            Phase::new("status.phase", &["Initialized", "Succeeded"]).failed(&["Failed"]),
        ),
        ("flagger.app", _) => Exists,
        ("tekton.dev", "TaskRun" | "PipelineRun" | "CustomRun") => {
            Conditions(Expect::ready(&["Succeeded"]).broken(&["Succeeded"]))
        }
        _ => return None,
    })
}

fn secrets(kind: (&str, &str)) -> Option<Rule> {
    Some(match kind {
        ("cert-manager.io", "Certificate") => Fields(cert_manager::certificate),
        ("cert-manager.io", "CertificateRequest") => Conditions(cert_manager::REQUEST),
        ("cert-manager.io", "Issuer" | "ClusterIssuer") => READY,
        ("acme.cert-manager.io", "Order" | "Challenge") => Rule::Phase(cert_manager::ACME),
        (
            "external-secrets.io",
            "ExternalSecret"
            | "ClusterExternalSecret"
            | "PushSecret"
            | "ClusterPushSecret"
            | "SecretStore"
            | "ClusterSecretStore",
        ) => READY,
        ("generators.external-secrets.io", _) => Exists,
        ("bitnami.com", "SealedSecret") => {
            Conditions(Expect::ready(&["Synced"]).broken(&["Synced"]))
        }
        _ => return None,
    })
}

fn databases(kind: (&str, &str)) -> Option<Rule> {
    const PERCONA: Phase = Phase::new("status.state", &["ready", "paused"]).failed(&["error"]);
    const ELASTIC: Phase = Phase::new("status.health", &["green"]);
    Some(match kind {
        ("postgresql.cnpg.io", "Cluster") => Fields(cloudnative_pg::cluster),
        ("postgresql.cnpg.io", "Backup") => Rule::Phase(cloudnative_pg::BACKUP),
        ("postgresql.cnpg.io", "Pooler") => Fields(cloudnative_pg::pooler),
        ("postgresql.cnpg.io", "Database" | "Publication" | "Subscription") => {
            Fields(cloudnative_pg::applied)
        }
        ("postgresql.cnpg.io", "ScheduledBackup" | "ImageCatalog" | "ClusterImageCatalog") => {
            Exists
        }
        ("acid.zalan.do", "postgresql") => Rule::Phase(
            Phase::new("status.PostgresClusterStatus", &["Running"]).failed(&[
                "CreateFailed",
                "UpdateFailed",
                "SyncFailed",
                "Invalid",
            ]),
        ),
        ("k8s.mariadb.com" | "mariadb.mmontes.io", _) => READY,
        ("rabbitmq.com", "RabbitmqCluster") => Conditions(
            Expect::ready(&["ClusterAvailable", "AllReplicasReady"]).broken(&["ReconcileSuccess"]),
        ),
        ("rabbitmq.com", _) => READY,
        ("kafka.strimzi.io", _) => Conditions(Expect::ready(&["Ready"]).waits(&["NotReady"])),
        (
            "pxc.percona.com" | "psmdb.percona.com" | "ps.percona.com",
            "PerconaXtraDBCluster" | "PerconaServerMongoDB" | "PerconaServerMySQL",
        ) => Rule::Phase(PERCONA),
        ("elasticsearch.k8s.elastic.co", "Elasticsearch") => {
            Rule::Phase(Phase::new("status.phase", &["Ready"]).failed(&["Invalid"]))
        }
        ("kibana.k8s.elastic.co", "Kibana")
        | ("beat.k8s.elastic.co", "Beat")
        | ("logstash.k8s.elastic.co", "Logstash") => Rule::Phase(ELASTIC),
        ("minio.min.io", "Tenant") => {
            Rule::Phase(Phase::new("status.currentState", &["Initialized"]))
        }
        _ => return None,
    })
}

/// Storage, machines, monitoring, clouds.
fn platforms(kind: (&str, &str)) -> Option<Rule> {
    Some(match kind {
        ("ceph.rook.io", "CephCluster") => Fields(rook::cluster),
        ("ceph.rook.io", _) => Rule::Phase(rook::OTHER),
        ("objectbucket.io", "ObjectBucketClaim") => {
            Rule::Phase(Phase::new("status.phase", &["Bound"]).failed(&["Failed"]))
        }
        ("velero.io", "BackupStorageLocation") => {
            Rule::Phase(Phase::new("status.phase", &["Available"]))
        }
        ("kubevirt.io", "KubeVirt") | ("cdi.kubevirt.io", "CDI") => Conditions(kubevirt::OPERATED),
        ("kubevirt.io", "VirtualMachine") => Fields(kubevirt::machine),
        ("kubevirt.io", "VirtualMachineInstance") => Fields(kubevirt::instance),
        ("cdi.kubevirt.io", "DataVolume") => Rule::Phase(kubevirt::DATA_VOLUME),
        (
            "monitoring.coreos.com",
            "Prometheus" | "PrometheusAgent" | "Alertmanager" | "ThanosRuler",
        ) => Conditions(Expect::ready(&["Reconciled", "Available"])),
        ("monitoring.coreos.com", _) => Exists,
        ("karpenter.sh", "NodePool" | "NodeClaim") | ("karpenter.k8s.aws", "EC2NodeClass") => READY,
        (
            "serving.knative.dev"
            | "eventing.knative.dev"
            | "messaging.knative.dev"
            | "flows.knative.dev"
            | "sources.knative.dev"
            | "operator.knative.dev",
            _,
        ) => Conditions(Expect::ready(&["Ready"]).fatal(&["RevisionFailed"])),
        ("cluster.x-k8s.io", "Cluster") => {
            Rule::Phase(Phase::new("status.phase", &["Provisioned"]).failed(&["Failed"]))
        }
        ("cluster.x-k8s.io", "MachineDeployment" | "Machine" | "MachinePool") => {
            Rule::Phase(Phase::new("status.phase", &["Running"]).failed(&["Failed"]))
        }
        _ => return crossplane(kind),
    })
}

/// Crossplane: packages, definitions, and whatever its providers manage.
fn crossplane((group, kind): (&str, &str)) -> Option<Rule> {
    let is_managed = ["crossplane.io", "upbound.io"].iter().any(|domain| {
        group
            .strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    Some(match (group, kind) {
        ("pkg.crossplane.io", "Provider" | "Configuration" | "Function") => {
            Conditions(Expect::ready(&["Installed", "Healthy"]))
        }
        ("apiextensions.crossplane.io", "CompositeResourceDefinition") => {
            Conditions(Expect::ready(&["Established"]))
        }
        ("pkg.crossplane.io" | "apiextensions.crossplane.io", _) => return None,
        (_, "ProviderConfig" | "ClusterProviderConfig" | "ProviderConfigUsage") if is_managed => {
            Exists
        }
        _ if is_managed => Conditions(Expect::ready(&["Synced", "Ready"])),
        _ => return None,
    })
}

fn policies(kind: (&str, &str)) -> Option<Rule> {
    Some(match kind {
        ("kyverno.io", "ClusterPolicy" | "Policy") => READY,
        ("kyverno.io", "PolicyException") | ("policies.kyverno.io", "PolicyException") => Exists,
        ("policies.kyverno.io", _) => Fields(kyverno::policy),
        _ => return None,
    })
}
