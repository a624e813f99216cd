//! What is seen: while a run works, and when it is over.

use crate::pty::Session;
use crate::world::World;
use gitopsc_fault_proxy::{Answer, Fault, Rule};
use gitopsc_test_support::control_plane::{ControlPlane, Options};
use gitopsc_test_support::{Missing, Outcome, Test};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

pub fn run() -> ExitCode {
    let plane = Arc::new(OnceLock::new());
    let test = |name: &'static str, wait: &'static str, body: Body| {
        let plane = Arc::clone(&plane);
        Test::new(name, move || {
            match plane.get_or_init(|| ControlPlane::start(&Options::whole())) {
                Ok(plane) => Outcome::from(body(&World::new(plane, name, wait))),
                Err(Missing(why)) => Missing(why.clone()).into(),
            }
        })
    };
    gitopsc_test_support::run(vec![
        test("what-is-blocked-is-seen-until-it-is-done", "4s", blocked),
        test("what-is-seen-fits-a-terminal-that-changes", "60s", resized),
        test("why-a-write-takes-its-time-is-seen", "1s", retried),
        test("an-interrupt-is-answered", "60s", interrupted),
        test("a-second-interrupt-ends-it", "60s", twice),
        test("a-run-that-fails-leaves-a-clean-screen", "1s", failed),
        test("a-terminal-that-cannot-draw-gets-lines", "1s", dumb),
        test("a-deletion-is-seen", "1s", deleted),
    ])
}

type Body = fn(&World<'_>) -> Result<(), String>;

fn blocked(world: &World<'_>) -> Result<(), String> {
    let mut session = world.start("apply", &[]);
    let screen = session.until(|screen| screen.contains("since "))?;
    let blocked = format!("blocked    Deployment.apps {}/web by Secret", world.name);
    for wanted in ["objects    2 of 3 applied, 2 ready", &blocked] {
        if !drawn(&screen).contains(wanted) {
            return Err(format!("{wanted} is not in\n{}", drawn(&screen)));
        }
    }
    let (code, screen) = session.end()?;
    let created = format!("created   Deployment.apps {}/web", world.name);
    let summary = "3 objects applied, 0 unchanged, 0 pruned in ";
    let has = |start: &str| screen.lines().any(|line| line.starts_with(start));
    let is_right = has(&created) && has(summary);
    ends(code == Some(0) && is_right, code, &screen)
}

fn resized(world: &World<'_>) -> Result<(), String> {
    let mut session = world.start("apply", &[]);
    session.until(|screen| screen.contains("since "))?;
    session.resize(12, 40);
    let screen = session.until(|screen| screen.contains('…'))?;
    let drawn = screen
        .lines()
        .skip_while(|line| !line.starts_with("objects"));
    if drawn.count() > 6 {
        return Err(format!("it takes more than half of the screen:\n{screen}"));
    }
    session.resize(30, 240);
    session.until(|screen| screen.contains("since ") && !screen.contains('…'))?;
    session.interrupt();
    let (code, screen) = session.end()?;
    ends(code == Some(1), code, &screen)
}

fn interrupted(world: &World<'_>) -> Result<(), String> {
    let late = Rule::new(Fault::Late(3000)).writes();
    let (mut session, _proxy) = world.apply_with(late.path("/configmaps/slow"));
    session.until(|screen| screen.contains("creating"))?;
    session.interrupt();
    session.until(|screen| screen.contains("stopping after what is under way"))?;
    let (code, screen) = session.end()?;
    let created = format!("created   ConfigMap {}/slow", world.name);
    let told = [
        created.as_str(),
        "stopped: 2 objects applied",
        "error[apply-stopped]",
    ];
    let is_told = told.iter().all(|told| screen.contains(told));
    ends(code == Some(1) && is_told, code, &screen)
}

fn retried(world: &World<'_>) -> Result<(), String> {
    let down = Rule::new(Fault::Answer(Answer::Unavailable)).writes();
    let (mut session, proxy) = world.apply_with(down.path("/configmaps/slow"));
    let waits = format!("creating   ConfigMap {}/slow: ", world.name);
    session.until(|screen| screen.contains(&waits))?;
    proxy.clear();
    let (code, screen) = session.end()?;
    ends(code == Some(0), code, &screen)
}

fn twice(world: &World<'_>) -> Result<(), String> {
    let never = Rule::new(Fault::Hang).writes();
    let (mut session, _proxy) = world.apply_with(never.path("/configmaps/slow"));
    session.until(|screen| screen.contains("creating"))?;
    session.interrupt();
    session.until(|screen| screen.contains("ctrl-c again ends at once"))?;
    session.interrupt();
    let (code, screen) = session.end()?;
    ends(code == Some(130), code, &screen)
}

/// Somebody else holds the lease.
fn failed(world: &World<'_>) -> Result<(), String> {
    let records = format!("{}-records", world.name);
    world.kubectl(&["create", "namespace", &records], "")?;
    let lease = format!(
        "{{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {{name: {}, namespace: {records}}}, \
         spec: {{holderIdentity: somebody else}}}}",
        world.name
    );
    world.kubectl(&["create", "-f", "-"], &lease)?;
    let mut session = world.start("apply", &["--lease-timeout", "2s"]);
    session.until(|screen| screen.contains("recording  the namespace and the lease of the set"))?;
    let (code, screen) = session.end()?;
    let is_told = screen.contains("error[set-held]") && screen.contains("somebody else");
    ends(code == Some(3) && is_told, code, &screen)
}

fn dumb(world: &World<'_>) -> Result<(), String> {
    let mut command = world.apply();
    command.env("TERM", "dumb");
    let mut session = Session::start(&mut command, 24, 100);
    let (code, screen) = session.end()?;
    let is_plain = !session.bytes.contains(&0x1b);
    let is_told = screen.contains("created   Deployment");
    ends(code == Some(0) && is_plain && is_told, code, &screen)
}

fn deleted(world: &World<'_>) -> Result<(), String> {
    let (code, screen) = world.start("apply", &[]).end()?;
    ends(code == Some(0), code, &screen)?;
    let finalizers = |list: &str| {
        let patch = format!("{{\"metadata\":{{\"finalizers\":{list}}}}}");
        let patch = [
            "patch",
            "configmap",
            "slow",
            "--namespace",
            world.name,
            "--patch",
            &patch,
        ];
        world.kubectl(&patch, "")
    };
    finalizers("[\"example.com/later\"]")?;
    let (_, shown) = world.start("delete", &[]).end()?;
    let digest = shown.split_once("--approve ").map(|(_, rest)| rest);
    let digest = digest.and_then(|rest| rest.split_whitespace().next());
    let digest = digest.ok_or(&shown)?;
    let mut session = world.start("delete", &["--approve", digest]);
    let waits = format!(
        "deleting   ConfigMap {}/slow: it is being deleted",
        world.name
    );
    let screen = session.until(|screen| screen.contains(&waits))?;
    if !drawn(&screen).contains("of 3 gone") {
        return Err(screen);
    }
    finalizers("null")?;
    let (code, screen) = session.end()?;
    ends(
        code == Some(0) && screen.contains("the set is gone"),
        code,
        &screen,
    )
}

/// What is drawn at the bottom of the screen, below what has scrolled.
fn drawn(screen: &str) -> String {
    let lines: Vec<&str> = screen.lines().collect();
    let has_scrolled = |line: &&str| line.starts_with("created ") || line.contains(" to create, ");
    let above = lines.iter().rposition(has_scrolled);
    lines[above.map_or(0, |above| above + 1)..].join("\n")
}

/// Whether all `is_right` at the end, and nothing is left of what was drawn.
fn ends(is_right: bool, code: Option<i32>, screen: &str) -> Result<(), String> {
    let drawn = ["ctrl-c", "since ", "creating ", "deleting ", "of 3 "];
    let is_clean = !drawn.iter().any(|part| screen.contains(part));
    let is_right = is_right && is_clean;
    is_right
        .then_some(())
        .ok_or_else(|| format!("status {code:?}:\n{screen}"))
}
