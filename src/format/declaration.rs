//! One named object written in a document: a Terraform block, a Kubernetes manifest, a workflow, a template resource.
//!
//! Still syntax: what its kind means is the business of the resource tables.

use super::Node;
use crate::source::Span;
use compact_str::CompactString;
use std::sync::Arc;

/// A named object and its body. Before resolution the body may hold references; after it, only
/// [`Symbol`](super::Expr::Symbol), [`Unknown`](super::Expr::Unknown) and [`Candidates`](super::Expr::Candidates) are left.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// The language it is written in, the first folder under `rules/resources`: `terraform`, `kubernetes`,
    /// `cloudformation`, `arm`, `github-actions`, ...
    pub language: &'static str,
    /// Its type as that language spells it: `aws_iam_role`, `RoleBinding`, `AWS::IAM::Role`, `workflow`.
    pub kind: CompactString,
    /// Its own name: the block's label, `metadata.name`, the logical id, the file's name for a workflow.
    pub name: CompactString,
    /// Unique address in the run: `module.a.aws_iam_role.ci`, `prod/RoleBinding/ci`.
    pub address: CompactString,
    /// The content, shared by the copies that a history or a module call makes.
    pub body: Arc<Node>,
    /// The whole object.
    pub span: Span,
    /// The line that names it: where a finding about the object as a whole points.
    pub head: Span,
    /// Where it belongs.
    pub scope: Scope,
}

impl Declaration {
    /// The content, to be changed; a copy of its own where others share it.
    pub fn body_mut(&mut self) -> &mut Node {
        Arc::make_mut(&mut self.body)
    }
}

/// What surrounds a declaration.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scope {
    /// Path of the file, relative to the root: what a gap names.
    pub path: CompactString,
    /// Directory of the file, relative to the root; empty at the root.
    pub directory: CompactString,
    /// Root module, overlay, chart or stack it is part of: the directory that is applied.
    pub root: CompactString,
    /// Namespace, project or account it lives in, when written.
    pub namespace: Option<CompactString>,
    /// The chain of module calls or overlays that made it, outermost first; each a place to show.
    pub through: Vec<Span>,
    /// Key/value tags that the surroundings add (provider `default_tags`, overlay labels), with where they stand.
    pub tags: Vec<(CompactString, Node)>,
    /// Comments beside values, for languages where they say what a value is for.
    pub remarks: Vec<Remark>,
}

/// A comment that stands on the line of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The value it follows; the comment itself where it has a line of its own.
    pub beside: Span,
    /// Its words, without the sign that begins it.
    pub text: CompactString,
}
