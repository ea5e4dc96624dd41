//! Evaluates Terraform and OpenTofu configurations: what a root and the modules it calls come to.
//!
//! Every directory is a module. A directory that no other calls is a root: it is evaluated with what variable files set,
//! each module it calls once a call and key with its inputs. What stays open after that is a reference to another
//! block's attribute ([`Symbol`](crate::format::Expr::Symbol)), one of several values
//! ([`Candidates`](crate::format::Expr::Candidates)), text with such holes, or unknown with a reason. Plans and states
//! are evaluated already and pass.
//!
//! Data files that configurations decode come as declarations of the language `data`, and are used up here.
//!
//! All work is bounded: steps, depth, instances; what goes past a bound is unknown and a gap.

mod body;
mod children;
mod emit;
mod eval;
mod files;
mod frame;
mod functions;
mod instances;
mod keys;
mod memo;
mod module;
mod names;
mod opened;
mod overrides;
mod provider;
mod reference;
mod run;
mod template;
mod twice;
mod typing;
mod value;
mod walk;

use crate::format::Declaration;
use crate::source::Gap;
use compact_str::CompactString;
use memo::Keys as MemoKeys;
pub use memo::Memo;
use module::Modules;
use run::Run;
use rustc_hash::FxHashSet;

/// Evaluates the Terraform declarations among all; the others stay as they are. The result is in the order of files and
/// text, instances of one block in the order of their keys.
pub(super) fn evaluate(
    declarations: Vec<Declaration>,
    gaps: &mut Vec<Gap>,
    memo: Option<&Memo>,
) -> Vec<Declaration> {
    let is_data = |declaration: &Declaration| declaration.language == "data";
    let (data, declarations): (Vec<_>, Vec<_>) = declarations.into_iter().partition(is_data);
    let is_open = |declaration: &Declaration| {
        declaration.language == "terraform" && declaration.scope.root.is_empty()
    };
    let (open, mut done): (Vec<_>, Vec<_>) = declarations.into_iter().partition(is_open);
    let keys = memo.map(|memo| MemoKeys::new(memo, &open));
    let mut open = overrides::apply(open);
    twice::number(&mut open, gaps);
    let modules = Modules::new(&open);
    let roots = modules.roots();
    let applied: FxHashSet<&str> = done
        .iter()
        .filter(|declaration| declaration.language == "terraform")
        .map(|declaration| declaration.scope.root.as_str())
        .collect();
    let several = roots.len() + applied.len() != 1;
    let prefix = |root: &str| match root {
        "" => CompactString::default(),
        root if several => compact_str::format_compact!("{root}:"),
        _ => CompactString::default(),
    };
    for declaration in &mut done {
        if declaration.language == "terraform" {
            let prefix = prefix(&declaration.scope.root);
            declaration.address = prefix + &declaration.address;
        }
    }
    let mut run = Run::new(&modules, open.len());
    run.data = data
        .iter()
        .map(|file| (file.address.as_str(), &*file.body))
        .collect();
    let mut values = files::values(&modules, &roots);
    for module in roots.iter().filter_map(|root| modules.get(root)) {
        let values = values.remove(module.directory);
        let prefix = prefix(module.directory);
        match &keys {
            Some(keys) => keys.root(&mut run, module, prefix, values),
            None => run.root(module, prefix, values),
        }
    }
    // Modules that only call one another in a circle.
    for module in modules.iter() {
        if !run.visited.contains(module.directory) {
            run.root(module, prefix(module.directory), None);
        }
    }
    gaps.append(&mut run.gaps);
    done.append(&mut run.made);
    done.iter_mut().for_each(opened::open);
    done.sort_by_key(|declaration| (declaration.span.blob, declaration.span.start));
    done
}
