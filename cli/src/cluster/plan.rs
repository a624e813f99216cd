//! A plan for people: by unit, what changes, and how much there is of everything.

use gitopsc_core::words::{counted, some_of};
use gitopsc_engine::plan::{Action, Plan, Skip, Step};

/// How many fields are named that are left to others, or kept by them.
const SHOWN: usize = 3;

/// The plan as text; what stays as it is is only counted.
pub fn text(plan: &Plan) -> String {
    let mut text = String::new();
    let mut unit = None;
    let mut steps: Vec<&Step> = plan.steps.iter().filter(|step| is_shown(step)).collect();
    // Steps are in the order in which they are done; people read unit by unit.
    steps.sort_by(|a, b| a.unit.cmp(&b.unit));
    for step in steps {
        if unit != Some(&step.unit) {
            text.push_str(&format!("{}\n", step.unit));
            unit = Some(&step.unit);
        }
        text.push_str(&line(step));
    }
    text.push_str(&counts(plan));
    text
}

fn is_shown(step: &Step) -> bool {
    !matches!(step.action, Action::Skip(Skip::Unchanged))
}

fn line(step: &Step) -> String {
    let sign = match &step.action {
        Action::Create { .. } => '+',
        Action::Prune { .. } => '-',
        Action::Recreate { .. } => '!',
        Action::Refuse(_) => 'x',
        Action::Skip(_) | Action::Defer(_) => '.',
        _ => '~',
    };
    let reason = match &step.action {
        Action::Create { estimated: None } | Action::Prune { consent: None } => String::new(),
        action => format!("  {action}"),
    };
    format!(
        "  {sign} {:8} {}{reason}\n{}{}",
        step.action.word(),
        step.object,
        left_to_others(step),
        kept_by_others(step),
    )
}

/// What of Git a step leaves out.
fn left_to_others(step: &Step) -> String {
    let leaves_out = matches!(
        step.action,
        Action::Patch { .. } | Action::Adopt { .. } | Action::Move { .. } | Action::Repair { .. }
    );
    if !leaves_out || step.given_up.is_empty() {
        return String::new();
    }
    format!(
        "{:13}left to others: {}\n",
        "",
        some_of(&step.given_up, SHOWN)
    )
}

/// What left Git and stays all the same.
fn kept_by_others(step: &Step) -> String {
    match step.kept.is_empty() {
        true => String::new(),
        false => format!("{:13}kept by others: {}\n", "", some_of(&step.kept, SHOWN)),
    }
}

fn counts(plan: &Plan) -> String {
    let words = [
        "create", "patch", "adopt", "move", "repair", "recreate", "prune", "defer", "refuse",
    ];
    let mut parts: Vec<String> = Vec::new();
    for word in words {
        match plan
            .steps
            .iter()
            .filter(|step| step.action.word() == word)
            .count()
        {
            0 => {}
            count => parts.push(format!("{count} to {word}")),
        }
    }
    let unchanged = plan.steps.iter().filter(|step| !is_shown(step)).count();
    parts.push(format!("{} unchanged", counted(unchanged, "object")));
    parts.join(", ") + "\n"
}
