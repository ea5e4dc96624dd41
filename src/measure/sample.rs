//! The trees of a repository at regular days of its first-parent line, every version of a file once.
//!
//! The objects are read as they are: no graft, no replacement and no configuration of the repository is heeded.

use super::clock;
use crate::git::{self, Commit, Mode, Oid, Repository};
use crate::model::Date;
use rustc_hash::FxHashMap;
use std::path::Path;

/// How often a sample is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// The last commit of each week, Monday to Sunday.
    Week,
    /// The last commit of each month.
    Month,
}

/// One sampled commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its day by the committer's clock in UTC; no later than that of the commit after it.
    pub day: Date,
    /// Its id.
    pub commit: String,
    /// Its files: indexes of versions, in the order of their paths.
    pub files: Vec<usize>,
}

/// The samples of a repository, from the first to the last.
pub struct Samples {
    /// The samples.
    pub samples: Vec<Sample>,
    /// Whether the clone lacks what came before its first commit.
    pub shallow: bool,
    /// What of the range could not be read, and where clocks cannot be right.
    pub limits: Vec<String>,
    /// Path and id of every version of a file, sorted by path.
    versions: Vec<(String, Oid)>,
    /// The commits of the range, the last one first.
    line: Vec<Oid>,
    repository: Repository,
}

impl std::fmt::Debug for Samples {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Samples")
            .field("samples", &self.samples.len())
            .field("versions", &self.versions.len())
            .finish_non_exhaustive()
    }
}

/// Most versions of files that are looked at.
const MOST: usize = 2_000_000;

/// Takes samples of the first-parent line of HEAD, none before `from`; the last commit is always one.
///
/// # Errors
/// When there is no repository or its history does not read: what git says.
pub fn samples(
    root: &Path,
    every: Every,
    from: Option<Date>,
    now: Date,
) -> Result<Samples, String> {
    let say = |error: git::GitError| error.to_string();
    let repository = Repository::open(root).map_err(say)?;
    let chosen = commits(&repository, every, from, now).map_err(say)?;
    let mut ids: FxHashMap<(String, Oid), usize> = FxHashMap::default();
    let mut samples = Vec::new();
    let mut limits = chosen.limits;
    for (day, id) in &chosen.commits {
        let listed = repository.files(*id).map_err(say)?;
        for (folder, reason) in &listed.unread {
            limits.push(format!("`{folder}` at {id}: {reason}"));
        }
        let mut files = Vec::with_capacity(listed.files.len());
        for file in listed.files {
            if file.mode == Mode::File {
                let next = ids.len();
                files.push(*ids.entry((file.path, file.id)).or_insert(next));
            }
        }
        if ids.len() > MOST {
            return Err(format!(
                "more than {MOST} versions of files; ask for a later --from"
            ));
        }
        samples.push(Sample {
            day: *day,
            commit: id.to_string(),
            files,
        });
    }
    samples.reverse();
    let mut order: Vec<(String, usize, Oid)> = ids
        .into_iter()
        .map(|((path, id), at)| (path, at, id))
        .collect();
    order.sort_unstable();
    let mut places = vec![0; order.len()];
    for (place, (_, at, _)) in order.iter().enumerate() {
        places[*at] = place;
    }
    for sample in &mut samples {
        for file in &mut sample.files {
            *file = places[*file];
        }
        sample.files.sort_unstable();
    }
    Ok(Samples {
        samples,
        shallow: repository.is_shallow(),
        limits,
        versions: order.into_iter().map(|(path, _, id)| (path, id)).collect(),
        line: chosen.line,
        repository,
    })
}

/// The commits that are sampled and all of the range, the last one first.
struct Chosen {
    commits: Vec<(Date, Oid)>,
    line: Vec<Oid>,
    limits: Vec<String>,
}

fn commits(
    repository: &Repository,
    every: Every,
    from: Option<Date>,
    now: Date,
) -> Result<Chosen, git::GitError> {
    let mut limits = Vec::new();
    let mut line = Vec::new();
    let mut next = repository.head()?;
    while let Some(id) = next {
        let commit = match Commit::read(repository, id) {
            Ok(commit) => commit,
            // What a shallow clone leaves out begins with a parent that is not there.
            Err(_) if repository.is_shallow() && !line.is_empty() => break,
            Err(error) => return Err(error),
        };
        line.push((id, day_of(commit.time)));
        next = commit.parents.first().copied();
    }
    let wrong = clock::settle(&mut line, now);
    if wrong > 0 {
        limits.push(format!(
            "the days of {wrong} commits: their clocks contradict the order of the line, so they count on the day of a neighbour"
        ));
    }
    line.retain(|(_, day)| from.is_none_or(|from| *day >= from));
    let mut commits: Vec<(Date, Oid)> = Vec::new();
    let mut period = None;
    for (id, day) in &line {
        let own = period_of(*day, every);
        if period != Some(own) {
            period = Some(own);
            commits.push((*day, *id));
        }
    }
    Ok(Chosen {
        commits,
        line: line.into_iter().map(|(id, _)| id).collect(),
        limits,
    })
}

/// The day of a committer's clock in UTC; the last or first day there is for one that cannot be.
fn day_of(seconds: i64) -> Date {
    match jiff::Timestamp::from_second(seconds) {
        Ok(moment) => jiff::tz::Offset::UTC.to_datetime(moment).date(),
        Err(_) if seconds > 0 => Date::MAX,
        Err(_) => Date::MIN,
    }
}

fn period_of(day: Date, every: Every) -> (i16, i8) {
    match every {
        Every::Month => (day.year(), day.month()),
        Every::Week => {
            let week = day.iso_week_date();
            (week.year(), week.week())
        }
    }
}

impl Samples {
    /// How many versions of files there are.
    #[must_use]
    pub fn versions(&self) -> usize {
        self.versions.len()
    }

    /// Path of a version.
    #[must_use]
    pub fn path(&self, index: usize) -> &str {
        &self.versions[index].0
    }

    /// Reads a version of at most `limit` bytes.
    pub fn read(&self, index: usize, limit: u64, buffer: &mut Vec<u8>) -> git::Blob {
        let id = self.versions[index].1;
        self.repository.blob(id, limit, buffer)
    }

    /// The commits of the range, the last one first.
    pub(super) fn line(&self) -> &[Oid] {
        &self.line
    }

    pub(super) fn repository(&self) -> &Repository {
        &self.repository
    }

    /// How many commits the first-parent line has between the first and the last sample.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.line.len()
    }
}
