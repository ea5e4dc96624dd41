//! Names that one directory uses twice: an error in the language, but a directory of examples may well do it, and then
//! each file means its own.

use crate::format::Declaration;
use crate::source::{Gap, GapKind};
use rustc_hash::FxHashMap;

/// What stands between an address and the number of its repetition.
const MARK: char = '#';

/// Makes addresses unique in their directory: the second `aws_iam_role.ci` becomes `aws_iam_role.ci#2`.
pub(super) fn number(declarations: &mut [Declaration], gaps: &mut Vec<Gap>) {
    let mut counts: FxHashMap<(String, String), usize> = FxHashMap::default();
    for declaration in declarations {
        if matches!(&*declaration.kind, "locals" | "tfvars") {
            continue;
        }
        let address = declaration.address.to_string();
        let key = (declaration.scope.directory.to_string(), address);
        let count = counts.entry(key).or_insert(0);
        *count += 1;
        if *count == 1 {
            continue;
        }
        let address = &declaration.address;
        if declaration.kind != "terraform" {
            gaps.push(Gap::at(
                &declaration.scope.path,
                declaration.head,
                GapKind::Unresolved,
                format!("`{address}` is written more than once in its directory"),
            ));
        }
        declaration.address = compact_str::format_compact!("{address}{MARK}{count}");
    }
}

/// The address before it was numbered, if it was.
pub(super) fn original(address: &str) -> Option<&str> {
    Some(address.rsplit_once(MARK)?.0)
}
