//! A way through a declaration: `a.b["c.d"].*`, from the declaration, from the item at hand, or from what holds it.

use serde::{Deserialize, Serialize};

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Base {
    /// `a.b`: the item of `each`, else the declaration.
    #[default]
    Item,
    /// `/a.b`: the declaration.
    Declaration,
    /// `^a.b`: the map or block that holds the item; one more `^` for one more level.
    Holder(u8),
    /// `@key`: the key of the item.
    Key,
    /// `@self`: the address of the declaration.
    Address,
    /// `@name`: the declaration's own name.
    Name,
    /// `@namespace`: the namespace, project or account it lives in.
    Namespace,
}

/// One step of a path; lists on the way are walked item by item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// The values of this key.
    Key(String),
    /// `*`: all values.
    Any,
}

/// A way through a declaration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Path {
    /// Where it starts.
    pub base: Base,
    /// The steps; none is the start itself.
    pub steps: Vec<Step>,
}

impl Path {
    /// Reads `a.b["c.d"]`, `/a`, `^a`, `@`, `@key`, `@self`, `@name`, `@namespace`.
    ///
    /// # Errors
    /// A phrase that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (base, mut rest) = start(text)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(quoted) = rest.strip_prefix("[\"") {
                let (key, after) = quoted
                    .split_once("\"]")
                    .ok_or_else(|| format!("`{text}` has no closing `\"]`"))?;
                steps.push(Step::Key(key.to_owned()));
                rest = after.strip_prefix('.').unwrap_or(after);
                continue;
            }
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let key = &rest[..end];
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | ':');
            if key == "*" {
                steps.push(Step::Any);
            } else if !key.is_empty() && key.chars().all(plain) {
                steps.push(Step::Key(key.to_owned()));
            } else {
                return Err(format!("`{text}` is no attribute path"));
            }
            rest = &rest[end..];
            rest = rest.strip_prefix('.').unwrap_or(rest);
        }
        Ok(Self { base, steps })
    }
}

fn start(text: &str) -> Result<(Base, &str), String> {
    match text {
        "" => return Err("an attribute path is not empty".to_owned()),
        "@" => return Ok((Base::Item, "")),
        "@key" => return Ok((Base::Key, "")),
        "@self" => return Ok((Base::Address, "")),
        "@name" => return Ok((Base::Name, "")),
        "@namespace" => return Ok((Base::Namespace, "")),
        _ => {}
    }
    if let Some(rest) = text.strip_prefix('/') {
        return Ok((Base::Declaration, rest));
    }
    let rest = text.trim_start_matches('^');
    match u8::try_from(text.len() - rest.len()) {
        Ok(0) => Ok((Base::Item, rest)),
        Ok(levels) => Ok((Base::Holder(levels), rest)),
        Err(_) => Err(format!("`{text}` is no attribute path")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Step {
        Step::Key(text.to_owned())
    }

    #[test]
    fn reads_steps_quotes_and_bases() {
        let path = Path::parse("metadata.annotations[\"eks.amazonaws.com/role-arn\"].*").unwrap();
        assert_eq!(path.base, Base::Item);
        assert_eq!(
            path.steps,
            [
                key("metadata"),
                key("annotations"),
                key("eks.amazonaws.com/role-arn"),
                Step::Any
            ]
        );
        assert_eq!(Path::parse("/role").unwrap().base, Base::Declaration);
        assert_eq!(Path::parse("^^role").unwrap().base, Base::Holder(2));
        assert_eq!(Path::parse("@").unwrap().steps, []);
        assert_eq!(Path::parse("@self").unwrap().base, Base::Address);
    }

    #[test]
    fn refuses_what_is_no_path() {
        for text in ["", "a b", "a[\"b", "a..b", "@other"] {
            assert!(Path::parse(text).is_err(), "{text}");
        }
    }
}
