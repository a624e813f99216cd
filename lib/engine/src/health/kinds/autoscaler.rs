//! HorizontalPodAutoscalers. `pkg/controller/podautoscaler/horizontal.go` of Kubernetes sets the conditions.

use crate::health::condition::Condition;
use crate::health::live::Live;
use crate::health::status::Health;
use gitopsc_core::Json;
use gitopsc_yaml::json::read_json;

/// Where version 1 has the conditions, as JSON text.
const OLD: &str = "autoscaling.alpha.kubernetes.io/conditions";

/// Reasons that only a change of the object mends.
const FATAL: [&str; 3] = [
    "InvalidSelector",
    "InvalidMetricSourceType",
    "AmbiguousSelector",
];

pub(super) fn health(live: &Live<'_>) -> Health {
    let old = live.annotation(OLD).and_then(|text| read_json(text).ok());
    let list = match &old {
        Some(Json::Array(items)) => items,
        _ => live.items("status.conditions"),
    };
    let told = |kind| Condition::all(list).find(|told| told.kind == kind);
    let unable = told("AbleToScale").filter(|told| told.is_false());
    match (unable, told("ScalingActive")) {
        (Some(unable), _) => Health::in_progress(unable.says()),
        (None, None) => Health::in_progress("its controller has not looked at it yet"),
        (None, Some(active)) if active.is_true() => Health::current("it scales"),
        (None, Some(active)) if active.reason == "ScalingDisabled" => {
            Health::current("it leaves its target at no replicas")
        }
        (None, Some(active)) if FATAL.contains(&active.reason) => Health::failed(active.says()),
        (None, Some(active)) => Health::in_progress(active.says()),
    }
}
