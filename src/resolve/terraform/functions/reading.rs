//! Functions of paths and files. What a file holds is known only of data files that the run read.

use super::super::frame::Frame;
use super::super::memo::Asked;
use super::super::run::Run;
use super::super::template::assemble;
use super::super::value::{flag, list};
use super::kept;
use crate::format::{Expr, Node, Value};
use crate::source::Span;
use crate::source::folder::join;

impl Run<'_> {
    /// Calls that look at files; none for other functions.
    pub(super) fn reading(
        &mut self,
        name: &str,
        args: &[Node],
        span: Span,
        frame: &Frame,
    ) -> Option<Node> {
        match name {
            "file" | "templatefile" | "filebase64" => Some(self.file(name, args, span, frame)),
            "abspath" => Some(self.absolute(args.first()?.as_str()?, span, frame)),
            "fileexists" => {
                let path = self.in_tree(args.first()?, frame)?;
                let read = self.data.contains_key(path.as_str());
                self.asked.push(Asked::File(path));
                read.then(|| flag(span, true))
            }
            "fileset" => self.fileset(args, span, frame),
            "jsondecode" | "yamldecode" => {
                let Value::Expr(expr) = &args.first()?.value else {
                    return None;
                };
                let Expr::Call { name, args } = &**expr else {
                    return None;
                };
                let path = args.first().and_then(Node::as_str)?;
                self.asked.push(Asked::File(path.to_owned()));
                let data = *self.data.get(path).filter(|_| name == "file")?;
                Some(self.copy(data, frame))
            }
            _ => None,
        }
    }

    /// A path from the top of a file system: where the repository lies in it is not known.
    pub(in super::super) fn absolute(&self, path: &str, span: Span, frame: &Frame) -> Node {
        let checkout = Node::unknown(span, "place of the checkout");
        match join(self.instance(frame.instance).root, path) {
            Some(path) if !path.is_empty() => {
                let path = Node::string(span, format!("/{path}"));
                assemble(span, vec![checkout, path])
            }
            _ => checkout,
        }
    }

    /// A path as the language writes it, relative to the repository; none when it leads out.
    fn in_tree(&self, path: &Node, frame: &Frame) -> Option<String> {
        let text = path.as_str().filter(|text| !text.starts_with('/'))?;
        join(self.instance(frame.instance).root, text)
    }

    /// A call that reads a file, with the path made relative to the repository.
    fn file(&self, name: &str, args: &[Node], span: Span, frame: &Frame) -> Node {
        let mut args = args.to_vec();
        if let Some(path) = args.first_mut()
            && path.as_str().is_some()
        {
            *path = match self.in_tree(path, frame) {
                Some(in_tree) => Node::string(path.span, in_tree),
                None => Node::unknown(path.span, "file outside the repository"),
            };
        }
        kept(name, args, span)
    }

    /// The data files of a folder whose names fit a pattern; none when there are none: they may not have been read.
    fn fileset(&mut self, args: &[Node], span: Span, frame: &Frame) -> Option<Node> {
        let folder = self.in_tree(args.first()?, frame)?;
        let folder = if folder.is_empty() {
            folder
        } else {
            folder + "/"
        };
        let pattern = globset::GlobBuilder::new(args.get(1)?.as_str()?)
            .literal_separator(true)
            .build()
            .ok()?
            .compile_matcher();
        self.asked.push(Asked::Folder(folder.clone()));
        let below = self.data.range(folder.as_str()..);
        let names = below
            .map_while(|(path, _)| path.strip_prefix(folder.as_str()))
            .filter(|name| pattern.is_match(name));
        let names: Vec<Node> = names.map(|name| Node::string(span, name)).collect();
        (!names.is_empty()).then(|| list(span, names))
    }
}
