//! The trees of a repository at regular days of its first-parent line, every version of a file once.

use crate::model::Date;
use git2::{ErrorCode, ObjectType, Oid, Repository, TreeWalkMode, TreeWalkResult};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Mutex;

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
    /// How many commits the first-parent line has between the first and the last sample.
    pub commits: usize,
    /// Whether the clone lacks what came before its first commit.
    pub shallow: bool,
    /// Path and id of every version of a file, sorted by path.
    versions: Vec<(String, Oid)>,
    repository: Mutex<Repository>,
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
pub fn samples(root: &Path, every: Every, from: Option<Date>) -> Result<Samples, String> {
    let say = |error: git2::Error| error.message().to_owned();
    let repository = Repository::open(root).map_err(say)?;
    let chosen = commits(&repository, every, from).map_err(say)?;
    let mut ids: FxHashMap<(String, Oid), usize> = FxHashMap::default();
    let mut samples = Vec::new();
    for (day, id) in &chosen.commits {
        let tree = repository
            .find_commit(*id)
            .and_then(|commit| commit.tree())
            .map_err(say)?;
        let mut files = Vec::new();
        tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
            if entry.kind() == Some(ObjectType::Blob)
                && entry.filemode() != 0o120_000
                && let Ok(name) = entry.name()
            {
                let next = ids.len();
                files.push(
                    *ids.entry((format!("{folder}{name}"), entry.id()))
                        .or_insert(next),
                );
            }
            TreeWalkResult::Ok
        })
        .map_err(say)?;
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
        commits: chosen.count,
        shallow: repository.is_shallow(),
        versions: order.into_iter().map(|(path, _, id)| (path, id)).collect(),
        repository: Mutex::new(repository),
    })
}

/// The commits that are sampled, the last one first, and how many lie between them.
struct Chosen {
    commits: Vec<(Date, Oid)>,
    count: usize,
}

fn commits(
    repository: &Repository,
    every: Every,
    from: Option<Date>,
) -> Result<Chosen, git2::Error> {
    let mut commit = repository.head()?.peel_to_commit()?;
    let mut chosen = Chosen {
        commits: Vec::new(),
        count: 0,
    };
    let mut latest = Date::MAX;
    let mut period = None;
    loop {
        let moment = jiff::Timestamp::from_second(commit.time().seconds()).unwrap_or_default();
        // Clocks that went wrong do not turn the order around.
        latest = latest.min(jiff::tz::Offset::UTC.to_datetime(moment).date());
        if from.is_some_and(|from| latest < from) {
            break;
        }
        chosen.count += 1;
        let own = period_of(latest, every);
        if period != Some(own) {
            period = Some(own);
            chosen.commits.push((latest, commit.id()));
        }
        commit = match commit.parent(0) {
            Ok(parent) => parent,
            Err(_) if commit.parent_count() == 0 => break,
            Err(error) if error.code() == ErrorCode::NotFound && repository.is_shallow() => break,
            Err(error) => return Err(error),
        };
    }
    Ok(chosen)
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

    /// Reads a version; false when it does not read or is larger than `limit` bytes.
    pub fn read(&self, index: usize, limit: u64, buffer: &mut Vec<u8>) -> bool {
        buffer.clear();
        let Ok(repository) = self.repository.lock() else {
            return false;
        };
        let Ok(blob) = repository.find_blob(self.versions[index].1) else {
            return false;
        };
        if blob.size() as u64 > limit {
            return false;
        }
        buffer.extend_from_slice(blob.content());
        true
    }
}
