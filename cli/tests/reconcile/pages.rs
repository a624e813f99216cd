//! What is to be had from a reconciler beside what it does.

use serde_json::Value;

/// The status and the text of the page at `path`; of the state of the Syncs only their names and whether they are ready.
pub fn get(address: &str, path: &str) -> String {
    let (status, text) = read(address, path);
    let shown = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(state)) => syncs(&state["syncs"]),
        _ => text,
    };
    format!("{status} {shown}")
}

fn syncs(syncs: &Value) -> String {
    let of = |sync: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let condition = &sync["status"]["conditions"][0];
        let (kind, status) = (text(&condition["type"]), text(&condition["status"]));
        let (namespace, name) = (text(&sync["namespace"]), text(&sync["name"]));
        format!("{namespace}/{name}: {kind}={status}\n")
    };
    syncs.as_array().into_iter().flatten().map(of).collect()
}

/// The lines of the metrics that begin with one of `names`, with `N` for all numbers but 0.
pub fn scrape(address: &str, names: &str) -> String {
    let (_, text) = read(address, "/metrics");
    let names: Vec<&str> = names.split_whitespace().collect();
    let wanted = |line: &&str| names.iter().any(|name| line.starts_with(name));
    let mut shown: Vec<String> = text
        .lines()
        .filter(wanted)
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(series, value)| {
            let value = if value == "0" { "0" } else { "N" };
            format!("{series} {value}\n")
        })
        .collect();
    shown.sort();
    shown.concat()
}

fn read(address: &str, path: &str) -> (u16, String) {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build();
    let agent = ureq::Agent::new_with_config(agent);
    let mut answer = agent.get(format!("http://{address}{path}")).call().unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), text)
}
