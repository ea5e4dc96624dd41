//! Reads one table file. Every mistake is an error with its line: a misspelt key or field, a path that is none.

use super::super::page::PageError;
use super::path::Path;
use super::source::{Alternative, Condition, From, Source, Test, Unit};
use super::tree::{Tree, Value};
use super::{Make, Row, Sheet, Table};

/// Whether a noun (by its word) has a field of this name.
pub type FieldCheck<'a> = &'a dyn Fn(&str, &str) -> bool;

/// Fields of which a bare word is the value itself, not an attribute path.
const WORDS: &[&str] = &[
    "activation",
    "breadth",
    "effect",
    "issuer_kind",
    "kind",
    "level",
    "method",
    "owner_kind",
    "policy",
    "principal",
    "protection",
    "provider",
    "scope",
    "starter",
    "stored",
];
const NOUNS: &[&str] = &[
    "identity",
    "credential",
    "grant",
    "trust",
    "usage",
    "setting",
];

type Result<T> = std::result::Result<T, PageError>;

/// Reads the text of `rules/resources/<language>/<provider>.yml`.
///
/// # Errors
/// The first mistake, with its line.
pub fn read(file: &str, language: &str, text: &str, has_field: FieldCheck<'_>) -> Result<Sheet> {
    let tree: Tree = serde_saphyr::from_str(text).map_err(|e| PageError {
        file: file.to_owned(),
        line: e
            .location()
            .map_or(1, |at| u32::try_from(at.line()).unwrap_or(1)),
        column: 1,
        message: e.to_string().lines().next().unwrap_or_default().to_owned(),
    })?;
    let reader = Reader { file, has_field };
    let mut table = Table {
        file: file.to_owned(),
        language: language.to_owned(),
        ..Table::default()
    };
    let mut rows = Vec::new();
    let mut pages = String::new();
    for (key, value) in reader.map(&tree)? {
        match key.as_str() {
            "provider" => table.provider = reader.text(value)?,
            "docs" => pages = reader.text(value)?,
            "tags" => table.tags = reader.paths(value)?,
            "purpose" => table.purpose = reader.paths(value)?,
            "rows" => {
                for row in value.items() {
                    rows.push(reader.row(row, &pages)?);
                }
            }
            _ => return Err(reader.error(value, format!("unknown key `{key}`"))),
        }
    }
    Ok(Sheet { table, rows })
}

struct Reader<'a> {
    file: &'a str,
    has_field: FieldCheck<'a>,
}

impl Reader<'_> {
    fn error(&self, at: &Tree, message: String) -> PageError {
        PageError {
            file: self.file.to_owned(),
            line: at.line,
            column: at.column,
            message,
        }
    }

    fn map<'t>(&self, tree: &'t Tree) -> Result<&'t [(String, Tree)]> {
        match &tree.value {
            Value::Map(entries) => Ok(entries),
            _ => Err(self.error(tree, "a map is expected here".to_owned())),
        }
    }

    fn text(&self, tree: &Tree) -> Result<String> {
        tree.scalar()
            .ok_or_else(|| self.error(tree, "a word is expected here".to_owned()))
    }

    fn texts(&self, tree: &Tree) -> Result<Vec<String>> {
        tree.items().iter().map(|item| self.text(item)).collect()
    }

    fn flag(&self, tree: &Tree) -> Result<bool> {
        match tree.value {
            Value::Flag(flag) => Ok(flag),
            _ => Err(self.error(tree, "true or false is expected here".to_owned())),
        }
    }

    fn path(&self, tree: &Tree) -> Result<Path> {
        Path::parse(&self.text(tree)?).map_err(|message| self.error(tree, message))
    }

    fn paths(&self, tree: &Tree) -> Result<Vec<Path>> {
        tree.items().iter().map(|item| self.path(item)).collect()
    }

    fn row(&self, tree: &Tree, pages: &str) -> Result<Row> {
        let mut row = Row {
            line: tree.line,
            ..Row::default()
        };
        for (key, value) in self.map(tree)? {
            match key.as_str() {
                "resource" => row.resource = self.texts(value)?,
                "except" => row.except = self.texts(value)?,
                "docs" => row.docs = self.text(value)?,
                "when" => row.when = self.conditions(value)?,
                "uses" => row.uses = self.paths(value)?,
                noun if NOUNS.contains(&noun) => {
                    for item in value.items() {
                        row.makes.push(self.make(noun, item)?);
                    }
                }
                _ => return Err(self.error(value, format!("unknown key `{key}` in a row"))),
            }
        }
        let Some(first) = row.resource.first() else {
            return Err(self.error(tree, "a row names its `resource`".to_owned()));
        };
        if row.docs.is_empty() {
            row.docs = pages
                .replace("{page}", &page(first))
                .replace("{kind}", first);
        }
        if row.makes.is_empty() && row.uses.is_empty() {
            return Err(self.error(tree, format!("the row of `{first}` makes nothing")));
        }
        Ok(row)
    }

    fn make(&self, noun: &str, tree: &Tree) -> Result<Make> {
        let mut make = Make {
            line: tree.line,
            noun: noun.to_owned(),
            ..Make::default()
        };
        for (key, value) in self.map(tree)? {
            match key.as_str() {
                "each" => make.each = Some(self.path(value)?),
                "when" => make.when = self.conditions(value)?,
                "document" => make.document = Some(self.path(value)?),
                "attach" => make.attach = Some(self.path(value)?),
                "amend" if matches!(noun, "identity" | "credential" | "grant") => {
                    make.amend = Some(self.path(value)?)
                }
                "orphan" => make.orphan = self.flag(value)?,
                field if (self.has_field)(noun, field) => {
                    if make.fields.iter().any(|(known, _)| known == field) {
                        return Err(self.error(value, format!("`{field}` is given twice")));
                    }
                    make.fields
                        .push((field.to_owned(), self.source(noun, field, value)?));
                }
                _ => return Err(self.error(value, format!("{noun} has no field `{key}`"))),
            }
        }
        Ok(make)
    }

    fn conditions(&self, tree: &Tree) -> Result<Vec<Condition>> {
        let mut conditions = Vec::new();
        for (key, value) in self.map(tree)? {
            let path = Path::parse(key).map_err(|message| self.error(value, message))?;
            let test = match &value.value {
                Value::Map(entries) => match entries.as_slice() {
                    [(word, flag)] if word == "written" => Test::Written(self.flag(flag)?),
                    [(word, texts)] if word == "not" => Test::NotIn(self.texts(texts)?),
                    [(word, flag)] if word == "literal" && self.flag(flag)? => Test::Literal,
                    _ => {
                        let message = "a condition asks `written:`, `literal: true` or `not:`, or lists values";
                        return Err(self.error(value, message.to_owned()));
                    }
                },
                _ => Test::In(self.texts(value)?),
            };
            conditions.push(Condition { path, test });
        }
        Ok(conditions)
    }

    fn source(&self, noun: &str, field: &str, tree: &Tree) -> Result<Source> {
        let mut source = Source::default();
        let is_word = WORDS.contains(&field) || (noun == "setting" && field == "name");
        match &tree.value {
            Value::Text(word) if is_word && !word.starts_with('@') => {
                source.alternatives.push(constant(vec![word.clone()]))
            }
            Value::Flag(_) | Value::Number(_) => {
                source.alternatives.push(constant(vec![self.text(tree)?]))
            }
            Value::List(items) => {
                for item in items {
                    self.alternative(item, &mut source)?;
                }
            }
            _ => self.alternative(tree, &mut source)?,
        }
        Ok(source)
    }

    fn alternative(&self, tree: &Tree, source: &mut Source) -> Result<()> {
        let Value::Map(entries) = &tree.value else {
            source.alternatives.push(Alternative {
                from: From::Path(self.path(tree)?),
                ..Alternative::default()
            });
            return Ok(());
        };
        let (mut found, mut from) = (Alternative::default(), None);
        for (key, value) in entries {
            match key.as_str() {
                "path" => from = Some(From::Path(self.path(value)?)),
                "after" => from = Some(From::After(self.path(value)?)),
                "present" => from = Some(From::Present(self.path(value)?)),
                "const" => from = Some(From::Const(self.texts(value)?)),
                "default" => source.default = Some(self.text(value)?),
                "none" => found.none = self.texts(value)?,
                "strip" => found.strip = self.texts(value)?,
                "last" => found.last = self.text(value)?,
                "prefix" => found.prefix = self.text(value)?,
                "keys" => from = Some(From::Keys(self.path(value)?)),
                "not" => found.not = self.flag(value)?,
                "index" => found.index = self.flag(value)?,
                "follow" => found.follow = self.paths(value)?,
                "unit" => {
                    found.unit = Unit::of(&self.text(value)?).ok_or_else(|| {
                        self.error(
                            value,
                            "a unit is seconds, minutes, hours, days or months".to_owned(),
                        )
                    })?;
                }
                "values" => {
                    for (written, word) in self.map(value)? {
                        found.values.push((written.clone(), self.text(word)?));
                    }
                }
                _ => return Err(self.error(value, format!("unknown key `{key}` in a source"))),
            }
        }
        match from {
            Some(from) => source.alternatives.push(Alternative { from, ..found }),
            None if source.default.is_some() => {}
            None => {
                let message =
                    "a source has `path`, `keys`, `after`, `present`, `const` or `default`";
                return Err(self.error(tree, message.to_owned()));
            }
        }
        Ok(())
    }
}

fn constant(values: Vec<String>) -> Alternative {
    Alternative {
        from: From::Const(values),
        ..Alternative::default()
    }
}

/// The page of a type in its provider's documentation: `resources/role` of Terraform's `aws_role`, `iam-role` of
/// CloudFormation's `AWS::IAM::Role`, `microsoft.sql/servers` of Azure's `Microsoft.Sql/servers`.
fn page(resource: &str) -> String {
    if resource.contains("::") {
        let parts: Vec<&str> = resource.split("::").skip(1).collect();
        return parts.join("-").to_ascii_lowercase();
    }
    if resource.contains('/') {
        return resource.to_ascii_lowercase();
    }
    let (section, name) = resource
        .strip_prefix("data.")
        .map_or(("resources", resource), |name| ("data-sources", name));
    let name = name.split_once('_').map_or(name, |(_, name)| name);
    format!("{section}/{name}")
}
