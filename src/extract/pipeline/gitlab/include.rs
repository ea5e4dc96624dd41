//! Which files make one pipeline: `include: local` joins the file that says it and the files it names.
//!
//! <https://docs.gitlab.com/ci/yaml/includes/#include-a-single-configuration-file>. Variables and defaults at the top of any of
//! them hold for the jobs of all. Files that include each other in a circle are one pipeline like any other.

use crate::format::{Declaration, Node};
use rustc_hash::FxHashMap;

/// Most files of one run that are joined.
const MOST: usize = 2000;

/// The files of a run, parted by pipeline.
pub(super) struct Pipelines<'a> {
    files: Vec<&'a Declaration>,
    /// The pipeline of each file: the least index of its files.
    of: Vec<usize>,
}

impl<'a> Pipelines<'a> {
    /// Joins the files by what they include.
    pub(super) fn new(files: Vec<&'a Declaration>) -> Self {
        let mut of: Vec<usize> = (0..files.len()).collect();
        if files.len() <= MOST {
            let by_path: FxHashMap<&str, usize> = files
                .iter()
                .enumerate()
                .map(|(index, file)| (file.scope.path.as_str(), index))
                .collect();
            for (index, file) in files.iter().enumerate() {
                for local in locals(file) {
                    for other in named(&file.scope.path, local, &by_path) {
                        join(&mut of, index, other);
                    }
                }
            }
        }
        Self { files, of }
    }

    /// The files, each with the others of its pipeline.
    pub(super) fn files(&self) -> impl Iterator<Item = (&'a Declaration, Vec<&'a Declaration>)> {
        self.files.iter().enumerate().map(|(index, file)| {
            let pipeline = self.of[index];
            let others = (0..self.files.len())
                .filter(|other| *other != index && self.of[*other] == pipeline)
                .map(|other| self.files[other])
                .collect();
            (*file, others)
        })
    }
}

/// Makes two pipelines one.
fn join(of: &mut [usize], one: usize, other: usize) {
    let (low, high) = (of[one].min(of[other]), of[one].max(of[other]));
    for pipeline in of.iter_mut().filter(|pipeline| **pipeline == high) {
        *pipeline = low;
    }
}

/// Paths that a file includes from its own repository: `local:`, or a text that is no address.
fn locals(file: &Declaration) -> impl Iterator<Item = &str> {
    let list = file.body.get("include").map_or(&[][..], Node::one_or_many);
    list.iter().filter_map(|include| {
        let text = include.get("local").unwrap_or(include).as_str()?;
        (!text.contains("://") && !text.contains('$')).then(|| text.trim_start_matches('/'))
    })
}

/// The files a path of an include means: from the folder of the file or one above it, which is the repository's root; `*` stands
/// for any part of a path.
fn named(path: &str, local: &str, by_path: &FxHashMap<&str, usize>) -> Vec<usize> {
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        let found = below(&format!("{folder}/"), local, by_path);
        if !found.is_empty() {
            return found;
        }
    }
    below("", local, by_path)
}

fn below(folder: &str, local: &str, by_path: &FxHashMap<&str, usize>) -> Vec<usize> {
    let path = format!("{folder}{local}");
    match path.split_once('*') {
        None => by_path.get(path.as_str()).copied().into_iter().collect(),
        Some((start, rest)) => {
            let end = rest.rsplit('*').next().unwrap_or_default();
            let meets = |path: &str| path.starts_with(start) && path.ends_with(end);
            let mut found: Vec<usize> = by_path
                .iter()
                .filter(|(path, _)| meets(path))
                .map(|(_, index)| *index)
                .collect();
            found.sort_unstable();
            found
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;

    fn roles(files: &[(&str, &str)]) -> Vec<String> {
        let estate = sample::estate(files);
        let steps = estate.usages.iter();
        steps
            .filter(|usage| usage.kind.text() == "step")
            .map(|usage| usage.of.text().to_owned())
            .collect()
    }

    const JOB: &str =
        "deploy:\n  id_tokens: {T: {aud: sts.amazonaws.com}}\n  script: [make]\n  stage: deploy\n";
    const TOP: &str = "variables: {AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/deploy'}\n";

    #[test]
    fn variables_of_the_file_that_includes_hold_in_the_included() {
        for include in [
            "include: /ci/deploy.yml\n",
            "include: [{local: ci/deploy.yml}]\n",
            "include: [{local: '/ci/*.yml'}]\n",
        ] {
            let top = format!("{include}{TOP}");
            let found = roles(&[(".gitlab-ci.yml", &top), ("ci/deploy.yml", JOB)]);
            assert_eq!(
                found,
                ["arn:aws:iam::123456789012:role/deploy"],
                "{include}"
            );
        }
        assert!(roles(&[(".gitlab-ci.yml", TOP), ("ci/deploy.yml", JOB)]).is_empty());
    }

    #[test]
    fn a_circle_of_includes_ends() {
        let one = format!("include: b.yml\n{TOP}");
        let two = format!("include: .gitlab-ci.yml\n{JOB}");
        assert_eq!(roles(&[(".gitlab-ci.yml", &one), ("b.yml", &two)]).len(), 1);
    }

    #[test]
    fn what_comes_from_elsewhere_is_not_made_up() {
        let top = format!("include: 'https://example.com/ci/deploy.yml'\n{TOP}");
        assert!(roles(&[(".gitlab-ci.yml", &top), ("ci/deploy.yml", JOB)]).is_empty());
    }
}
