//! Exceptions that were approved by who wrote them, where history tells who that was.

use super::excuse::Excuses;
use crate::finding::{Line, Past};
use crate::source::{Blobs, Span};

/// An exception with an approver who is the author of the commit that brought its approval.
pub(super) struct Own {
    pub(super) at: Span,
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) approver: String,
}

/// The exceptions in force whose approver wrote them. What history does not tell is none.
pub(super) fn own(excuses: &Excuses<'_>, past: &dyn Past, blobs: &Blobs) -> Vec<Own> {
    let mut asked = Vec::new();
    for excuse in &excuses.all {
        let Some(approver) = &excuse.allow.approver else {
            continue;
        };
        let blob = blobs.get(excuse.at.blob);
        let (lines, bytes) = (blob.lines(), blob.bytes());
        let first = lines.number(excuse.at.start as usize);
        let text = |number: u32| std::str::from_utf8(&bytes[lines.line(bytes, number)]).ok();
        let last = u32::try_from(lines.count()).unwrap_or(u32::MAX);
        // A comment holds its approver; a waiver file has a line for it, somewhere.
        let near = (first..=last).chain(1..first).find_map(|number| {
            let text = text(number)?;
            text.contains(approver.as_str()).then_some((number, text))
        });
        asked.extend(near.map(|(number, text)| {
            let line = Line {
                path: &blob.path,
                number,
                text: text.trim(),
            };
            (excuse, approver, line)
        }));
    }
    let lines: Vec<Line<'_>> = asked.iter().map(|(_, _, line)| line.clone()).collect();
    let Ok(since) = past.since(&lines) else {
        return Vec::new();
    };
    let told = asked.iter().zip(since);
    told.filter(|((_, approver, _), since)| {
        since.as_ref().is_some_and(|since| since.is_by(approver))
    })
    .map(|((excuse, approver, _), _)| Own {
        at: excuse.at,
        name: excuse.name.clone(),
        owner: excuse.allow.owner.clone(),
        approver: (*approver).clone(),
    })
    .collect()
}
