//! Where the blocks of a folder's Terraform files are named, so that none is taken out that another refers to.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// The addresses that files name, with where.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    files: Vec<String>,
    /// By address: the file and offset of each mention.
    places: FxHashMap<String, Vec<(usize, usize)>>,
}

impl Mentions {
    /// Adds a file.
    pub(super) fn add(&mut self, path: &str, text: &str) {
        let file = self.files.len();
        self.files.push(path.to_owned());
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if !line.trim_start().starts_with('#') {
                for (offset, address) in addresses(line) {
                    let places = self.places.entry(address).or_default();
                    places.push((file, at + offset));
                }
            }
            at += line.len();
        }
    }

    /// The first file that names an address anywhere but in these lines.
    pub(super) fn outside(&self, address: &str, lines: &[(String, Range<usize>)]) -> Option<&str> {
        let mut places = self.places.get(address)?.iter();
        let inside = |(file, at): &(usize, usize)| {
            let path = &self.files[*file];
            lines
                .iter()
                .any(|(own, lines)| own == path && lines.contains(at))
        };
        let (file, _) = places.find(|place| !inside(place))?;
        Some(&self.files[*file])
    }
}

/// The addresses of blocks in a line: the first words of each chain, `aws_iam_role.ci`, `data.aws_iam_policy.x`, `module.m`.
fn addresses(line: &str) -> impl Iterator<Item = (usize, String)> + '_ {
    let of_chain = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '.';
    let mut at = 0;
    let chains = line.split(move |c| !of_chain(c)).map(move |chain| {
        let start = at;
        // One byte parts two chains, or more where the sign is of more.
        at = start + chain.len();
        at += line[at..].chars().next().map_or(0, char::len_utf8);
        (start, chain)
    });
    chains.filter_map(|(start, chain)| {
        let parts: Vec<&str> = chain.split('.').collect();
        let length = if parts[0] == "data" { 3 } else { 2 };
        let told = parts.len() >= length && parts[..length].iter().all(|part| !part.is_empty());
        told.then(|| (start, parts[..length].join(".")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_where_they_are_meant() {
        let text =
            "x = a_b.c.id\n# a_b.d\ny = \"é ${a_b.e}-x\" z = data.a_b.f.json + module.m[0].n\n";
        let mut mentions = Mentions::default();
        mentions.add("m.tf", text);
        let named = |address: &str| mentions.outside(address, &[]);
        for address in ["a_b.c", "a_b.e", "data.a_b.f", "module.m"] {
            assert_eq!(named(address), Some("m.tf"), "{address}");
        }
        for address in ["a_b.d", "a_b.f", "b.c", "a_b.cd"] {
            assert_eq!(named(address), None, "{address}");
        }
        let own = [("m.tf".to_owned(), 0..12)];
        assert_eq!(mentions.outside("a_b.c", &own), None);
        let at = text.find("a_b.e").unwrap_or(0);
        let places = &mentions.places["a_b.e"];
        assert_eq!(places, &[(0, at)]);
    }
}
