//! Who a principal of a statement is.

use super::super::run::Run;
use super::super::scalar::{Piece, Scalar};
use super::document::Principal;

/// What a CloudFormation template calls the account it is deployed to.
const OWN_ACCOUNT: &str = "AWS.AccountId";

/// Kinds of principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Anyone at all.
    Public,
    /// All of an account.
    Account,
    /// A role.
    Role,
    /// A user.
    User,
    /// A service of the platform itself.
    Platform,
    /// An identity provider.
    Federated,
    /// Cannot be told.
    Unknown,
}

impl Kind {
    /// The model's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Public => "public",
            Kind::Account => "account",
            Kind::Role => "role",
            Kind::User => "user",
            Kind::Platform => "platform",
            Kind::Federated => "federated",
            Kind::Unknown => "unknown",
        }
    }
}

/// The kind of a principal.
pub(super) fn kind_of(run: &Run<'_>, principal: &Principal) -> Kind {
    match principal.kind.as_str() {
        "Service" if principal.who.pattern_text().as_deref() == Some("*") => return Kind::Public,
        "Service" => return Kind::Platform,
        "Federated" => return Kind::Federated,
        "CanonicalUser" => return Kind::Account,
        _ => {}
    }
    match &principal.who {
        Scalar::Address { address, .. } => of_declaration(run, address),
        who => who
            .pattern_text()
            .map_or(Kind::Unknown, |text| of_text(&text)),
    }
}

fn of_declaration(run: &Run<'_>, address: &str) -> Kind {
    if address == OWN_ACCOUNT {
        return Kind::Account;
    }
    let kind = run.at(address).map_or_else(
        || {
            let mut parts = address.rsplit('.');
            parts.nth(1).unwrap_or(address)
        },
        |target| target.kind.as_str(),
    );
    match kind.strip_prefix("data.").unwrap_or(kind) {
        "aws_iam_role" | "aws_iam_session_context" | "AWS::IAM::Role" => Kind::Role,
        "aws_iam_user" | "AWS::IAM::User" => Kind::User,
        "aws_caller_identity" | "aws_organizations_account" => Kind::Account,
        "aws_cloudfront_origin_access_identity"
        | "aws_elb_service_account"
        | "AWS::CloudFront::CloudFrontOriginAccessIdentity" => Kind::Platform,
        _ => Kind::Unknown,
    }
}

fn of_text(text: &str) -> Kind {
    if text == "*" {
        return Kind::Public;
    }
    if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Kind::Account;
    }
    let Some((before, last)) = text.rsplit_once(':') else {
        return Kind::Unknown;
    };
    if text.starts_with("arn:") && text.split(':').nth(4) == Some("*") {
        return Kind::Public;
    }
    if before.ends_with(":cloudfront") {
        return Kind::Platform;
    }
    match last.split('/').next().unwrap_or(last) {
        "root" => Kind::Account,
        "role" | "assumed-role" => Kind::Role,
        "user" | "federated-user" => Kind::User,
        "*" if before.starts_with("arn:") => Kind::Public,
        _ => Kind::Unknown,
    }
}

/// Whether a principal is of an account other than the one the configuration is applied to; none when it cannot be told.
pub(super) fn is_foreign(run: &Run<'_>, who: &Scalar) -> Option<bool> {
    match who {
        Scalar::Text(text, _) => {
            let account = account_of(text)?;
            Some(!run.owns_account(account))
        }
        Scalar::Address { address, .. } if address == OWN_ACCOUNT => Some(false),
        Scalar::Address { address, .. } => {
            let target = run.at(address)?;
            (!target.kind.starts_with("data.aws_iam")).then_some(false)
        }
        Scalar::Pieces(pieces, _) => {
            let own = |piece: &Piece| match piece {
                Piece::Address(address, _) => {
                    address.contains("aws_caller_identity") || address == OWN_ACCOUNT
                }
                _ => false,
            };
            if pieces.iter().any(own) {
                return Some(false);
            }
            let text = who.pattern_text()?;
            let account = account_of(&text)?;
            Some(!run.owns_account(account))
        }
        Scalar::Empty | Scalar::Unknown(_) => None,
    }
}

/// The account id of an ARN, or the text itself when it is one.
fn account_of(text: &str) -> Option<&str> {
    let account = text.split(':').nth(4).unwrap_or(text);
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_kinds_of_arn_apart() {
        for (text, kind) in [
            ("*", Kind::Public),
            ("123456789012", Kind::Account),
            ("arn:aws:iam::123456789012:root", Kind::Account),
            ("arn:aws:iam::${}:root", Kind::Account),
            ("arn:aws:iam::123456789012:role/a/b", Kind::Role),
            ("arn:aws:sts::123456789012:assumed-role/a/b", Kind::Role),
            ("arn:aws:iam::123456789012:user/a", Kind::User),
            (
                "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
                Kind::Platform,
            ),
            ("arn:aws:iam::*:*", Kind::Public),
            ("arn:aws:iam::*:root", Kind::Public),
            ("arn:aws:iam::*:role/ci", Kind::Public),
            ("AROAEXAMPLE", Kind::Unknown),
        ] {
            assert_eq!(of_text(text), kind, "{text}");
        }
    }

    #[test]
    fn finds_the_account() {
        assert_eq!(
            account_of("arn:aws:iam::123456789012:root"),
            Some("123456789012")
        );
        assert_eq!(account_of("123456789012"), Some("123456789012"));
        assert_eq!(account_of("arn:aws:iam::${}:root"), None);
        assert_eq!(account_of("*"), None);
    }
}
