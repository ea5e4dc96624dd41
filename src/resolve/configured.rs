//! What the configuration says of single nouns: which identities are for emergencies, which accounts are one's own.

use super::name::{Name, is_open};
use crate::config::Config;
use crate::model::{Estate, Fact, Trust};

/// Applies it.
pub(super) fn settle(estate: &mut Estate, config: &Config) {
    for identity in &mut estate.identities {
        if identity.break_glass.is_absent() && config.is_break_glass(identity.name.text()) {
            identity.break_glass = Fact::Default(true);
        }
    }
    for trust in &mut estate.trusts {
        if let Some(foreign) = is_foreign(trust, config) {
            let span = trust.external_account.span();
            trust.external_account = match span {
                Some(span) => Fact::Known(foreign, span),
                None => Fact::Default(foreign),
            };
        }
    }
}

/// Whether a trust lets in an account that is not listed; none when it names no account, or no accounts are listed.
fn is_foreign(trust: &Trust, config: &Config) -> Option<bool> {
    let mut own = None;
    for text in trust.principals.texts() {
        let account = match Name::of(text) {
            Name::Arn { account, .. } => account,
            Name::Plain(plain) => plain,
            _ => continue,
        };
        let number = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !number || is_open(account) {
            continue;
        }
        match config.is_own_account(account)? {
            false => return Some(true),
            true => own = Some(false),
        }
    }
    own
}
