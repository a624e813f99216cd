//! CustomResourceDefinitions. `pkg/controller/status/naming_controller.go` of apiextensions-apiserver sets the conditions.

use crate::health::live::Live;
use crate::health::status::Health;

pub(super) fn health(live: &Live<'_>) -> Health {
    for condition in live.conditions() {
        match condition.kind {
            "NamesAccepted" if condition.is_false() => return Health::failed(condition.says()),
            "Established" if condition.is_true() => return Health::current("it is established"),
            "Established" if condition.is_false() && condition.reason != "Installing" => {
                return Health::failed(condition.says());
            }
            _ => {}
        }
    }
    Health::in_progress("it is being installed")
}
