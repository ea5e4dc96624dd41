//! Switches a credential off where its resource has a switch for it: the resource tables say which attribute tells whether it
//! is in use, and which of its values says that it is not.

use crate::edit::{self, Change};
use crate::model::Estate;
use crate::rule::resource::{Base, From, Source, Step};
use crate::rule::{Edit, Syntax, tables};

/// The edit that switches a credential of a type off; none where the type has no switch, or the language is not written here.
pub(super) fn off(language: &str, resource: &str) -> Option<Edit> {
    let (syntax, within, above) = match language {
        "terraform" => (Syntax::Hcl, resource, ""),
        "cloudformation" => (Syntax::Yaml, "Type", "Properties."),
        _ => return None,
    };
    let rows = tables().rows(language, resource);
    let makes = rows.flat_map(|(_, row)| &row.makes);
    let mut fields = makes
        .filter(|make| make.noun == "credential" && make.each.is_none())
        .flat_map(|make| &make.fields);
    let (_, source) = fields.find(|(field, _)| field == "enabled")?;
    let (attribute, value) = written(source)?;
    Some(Edit {
        syntax,
        within: within.to_owned(),
        set: format!("{above}{attribute}"),
        to: value,
        risky: false,
    })
}

/// The attribute, and what is written there when it is off.
fn written(source: &Source) -> Option<(String, String)> {
    let alternative = source.alternatives.first()?;
    let From::Path(path) = &alternative.from else {
        return None;
    };
    let keys: Option<Vec<&str>> = path
        .steps
        .iter()
        .map(|step| match step {
            Step::Key(key) if !key.contains('.') => Some(key.as_str()),
            _ => None,
        })
        .collect();
    let keys = keys.filter(|keys| path.base == Base::Item && !keys.is_empty())?;
    let value = match alternative.values.is_empty() {
        true => alternative.not.to_string(),
        false => {
            let mut values = alternative.values.iter();
            let (word, _) = values.find(|(word, means)| means == "false" && word != "*")?;
            format!("\"{word}\"")
        }
    };
    Some((keys.join("."), value))
}

/// A text in which the credential at an offset is off; none where that would be a guess.
pub(super) fn switched(path: &str, text: &str, offset: usize, to: &Edit) -> Option<String> {
    let edited = edit::edit(path, text, &[(offset..offset + 1, Change::Set(to))]);
    (!edited.made.is_empty()).then_some(edited.text)
}

/// Whether every credential of an address is known to be off.
pub(super) fn is_off(estate: &Estate, address: &str) -> bool {
    let mut own = estate
        .credentials
        .iter()
        .filter(|credential| credential.address == address)
        .peekable();
    own.peek().is_some() && own.all(|credential| credential.enabled.value() == Some(&false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_tell_how_a_key_is_switched_off() {
        let said = |language: &str, kind: &str| off(language, kind).map(|edit| (edit.set, edit.to));
        let own = |set: &str, to: &str| Some((set.to_owned(), to.to_owned()));
        assert_eq!(
            said("terraform", "aws_iam_access_key"),
            own("status", "\"Inactive\"")
        );
        assert_eq!(
            said("terraform", "google_storage_hmac_key"),
            own("state", "\"INACTIVE\"")
        );
        assert_eq!(
            said("terraform", "google_iam_oauth_client_credential"),
            own("disabled", "true")
        );
        assert_eq!(
            said("terraform", "aws_api_gateway_api_key"),
            own("enabled", "false")
        );
        assert_eq!(
            said("cloudformation", "AWS::IAM::AccessKey"),
            own("Properties.Status", "\"Inactive\"")
        );
        assert_eq!(said("terraform", "github_repository_deploy_key"), None);
        assert_eq!(said("kubernetes", "Secret"), None);
    }
}
