//! Several reports as one, of an organisation. Parts stay as they are; results by control are added up.

use super::{Assessment, Control, Repository, SCHEMA, control};

/// Merges reports. Of two reports of one repository the later one counts; parts are in the order of their names.
#[must_use]
pub fn merge(reports: Vec<Assessment>) -> Assessment {
    let mut parts: Vec<Repository> = reports
        .into_iter()
        .flat_map(|report| report.repositories)
        .collect();
    parts.sort_by(|a, b| {
        let key = |part: &Repository| {
            (
                part.identification.repository.clone(),
                part.identification.day.clone(),
                part.identification.id.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    parts.reverse();
    // The first of two is the later report; it keeps the days of both.
    parts.dedup_by(|older, later| {
        let same = older.identification.repository == later.identification.repository;
        if same {
            later.runs.append(&mut older.runs);
            later.trend = later.trend.take().or(older.trend.take());
        }
        same
    });
    parts.reverse();
    for part in &mut parts {
        part.runs.sort();
        part.runs.dedup();
    }
    let mut controls: Vec<Control> = Vec::new();
    for part in &parts {
        for control in &part.controls {
            let known = controls
                .iter_mut()
                .find(|own| own.framework == control.framework && own.id == control.id);
            match known {
                Some(known) => add(known, control),
                None => controls.push(control.clone()),
            }
        }
    }
    for own in &mut controls {
        control::state(own).clone_into(&mut own.state);
    }
    Assessment {
        schema: SCHEMA.to_owned(),
        day: parts
            .iter()
            .map(|part| part.identification.day.clone())
            .max()
            .unwrap_or_default(),
        controls,
        missing: Vec::new(),
        repositories: parts,
    }
}

impl Assessment {
    /// Notes which of the expected repositories are not there.
    #[must_use]
    pub fn expecting(mut self, names: &[String]) -> Self {
        let there = |name: &&String| {
            let mut parts = self.repositories.iter();
            parts.any(|part| part.identification.repository == **name)
        };
        let mut missing: Vec<String> = names.iter().filter(|name| !there(name)).cloned().collect();
        missing.sort();
        missing.dedup();
        self.missing = missing;
        self
    }
}

fn add(known: &mut Control, more: &Control) {
    known.rules = known.rules.max(more.rules);
    known.population += more.population;
    known.failed += more.failed;
    known.waived += more.waived;
    known.accepted += more.accepted;
    known.undecided += more.undecided;
    known.attested += more.attested;
}
