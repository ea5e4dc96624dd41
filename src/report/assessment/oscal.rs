//! The report as OSCAL assessment results 1.1: an observation for each control that was assessed, a finding where the
//! result says satisfied or not, a risk for each open or waived finding. Identifiers are made from the content, so the
//! same report has the same bytes.

use super::{Assessment, Control, FindingRow, Repository};
use crate::report::escaping;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{Result, Write};

/// Writes the document.
pub(super) fn write(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    let moment = format!("{}T00:00:00Z", report.day);
    let seed = report
        .repositories
        .iter()
        .map(|part| part.identification.id.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let results: Vec<Value> = report
        .repositories
        .iter()
        .map(|part| result(part, &seed))
        .collect();
    let document = json!({ "assessment-results": {
        "uuid": uuid(&[&seed, "document"]),
        "metadata": {
            "title": "Non-human identities: assessment results",
            "last-modified": moment,
            "version": report.day,
            "oscal-version": "1.1.3",
            "remarks": super::html::DISCLAIMER,
        },
        "import-ap": { "href": format!("#{}", uuid(&[&seed, "plan"])) },
        "results": results,
        "back-matter": { "resources": [{
            "uuid": uuid(&[&seed, "plan"]),
            "title": "Assessment plan",
            "description": "A continuous scan of the repository's files; there is no formal plan.",
        }]},
    }});
    escaping::pretty(out, &document)
}

fn result(part: &Repository, seed: &str) -> Value {
    let own = &part.identification;
    let name = own.repository.as_str();
    let moment = format!("{}T00:00:00Z", own.day);
    let assessed: Vec<&Control> = part
        .controls
        .iter()
        .filter(|control| control.framework == "csf" && control.state != "not assessed")
        .collect();
    let subject = json!({ "subject-uuid": uuid(&[seed, name, "repository"]), "type": "component" });
    let observations: Vec<Value> = assessed
        .iter()
        .map(|control| {
            json!({
                "uuid": uuid(&[seed, name, "observation", &control.id]),
                "description": format!(
                    "{}: {} rules over a population of {}; {} failed, {} waived, {} accepted, {} conditions undecided.",
                    control.id, control.rules, control.population, control.failed, control.waived, control.accepted, control.undecided
                ),
                "methods": ["TEST"],
                "types": ["finding"],
                "subjects": [subject.clone()],
                "collected": moment,
                "props": [{ "name": "assessment-state", "ns": "urn:tenure", "value": control.state.replace(' ', "-") }],
            })
        })
        .collect();
    let findings: Vec<Value> = assessed
        .iter()
        .filter(|control| matches!(control.state.as_str(), "pass" | "fail" | "waived" | "attested"))
        .map(|control| {
            let state = if control.state == "fail" || control.state == "waived" { "not-satisfied" } else { "satisfied" };
            json!({
                "uuid": uuid(&[seed, name, "finding", &control.id]),
                "title": control.id,
                "description": control.title,
                "target": { "type": "statement-id", "target-id": format!("{}_statement", control.id), "status": { "state": state } },
                "related-observations": [{ "observation-uuid": uuid(&[seed, name, "observation", &control.id]) }],
                "props": [{ "name": "assessment-state", "ns": "urn:tenure", "value": control.state.replace(' ', "-") }],
            })
        })
        .collect();
    let risks: Vec<Value> = part
        .findings
        .iter()
        .map(|row| risk(row, seed, name))
        .collect();
    let controls: Vec<Value> = assessed
        .iter()
        .map(|control| json!({ "control-id": control.id }))
        .collect();
    let mut result = json!({
        "uuid": uuid(&[seed, name, "result"]),
        "title": format!("{name} on {}", own.day),
        "description": format!("tenure {} with {} rules; commit {}", own.version, part.coverage.rules, own.commit),
        "start": moment,
        "reviewed-controls": { "control-selections": [match controls.is_empty() {
            true => json!({ "include-all": {} }),
            false => json!({ "include-controls": controls }),
        }]},
        "local-definitions": { "components": [{
            "uuid": uuid(&[seed, name, "repository"]),
            "type": "software",
            "title": name,
            "description": format!("The repository {name}"),
            "status": { "state": "operational" },
        }]},
    });
    for (key, list) in [
        ("observations", observations),
        ("risks", risks),
        ("findings", findings),
    ] {
        if !list.is_empty() {
            result[key] = Value::Array(list);
        }
    }
    result
}

fn risk(row: &FindingRow, seed: &str, name: &str) -> Value {
    let status = match row.state.as_str() {
        "open" => "open",
        _ => "deviation-approved",
    };
    json!({
        "uuid": uuid(&[seed, name, "risk", &row.fingerprint]),
        "title": row.rule,
        "description": row.message,
        "statement": format!("{} at {}", row.address, row.place),
        "status": status,
        "props": [
            { "name": "severity", "ns": "urn:tenure", "value": row.severity },
            { "name": "fingerprint", "ns": "urn:tenure", "value": row.fingerprint },
        ],
    })
}

/// An identifier of version 5's form, from the content.
fn uuid(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x50;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = crate::source::hex(&bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn identifiers_come_from_the_content() {
        let one = uuid(&["a", "b"]);
        assert_eq!(one, uuid(&["a", "b"]));
        assert_ne!(one, uuid(&["ab", ""]));
        assert_eq!((one.len(), &one[14..15]), (36, "5"));
    }
}
