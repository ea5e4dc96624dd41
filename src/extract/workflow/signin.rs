//! How a job signs in: with its OIDC token, or with a key that the platform keeps as a secret.

mod table;

use super::expression::{Expression, Piece, parse, pieces};
use super::step::Step;
use super::values::Values;
use crate::extract::read;
use crate::extract::variable::{ENDPOINTS, VARIABLES};
use crate::format::Node;
use crate::model::Fact;
use crate::source::Span;
use compact_str::CompactString;
use table::{GITHUB_INPUTS, GITHUB_OWNERS, SIGN_INS, SignIn};

/// One way a job signs in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Session {
    /// Whose identity.
    pub(super) provider: &'static str,
    /// Which identity: ARN, e-mail, client id, role; holes that cannot be filled stay in it.
    pub(super) of: Fact<CompactString>,
    /// `oidc`, `static_key`, `token`, `password`.
    pub(super) method: &'static str,
    /// Where it is written.
    pub(super) span: Span,
    /// The keys it uses.
    pub(super) keys: Vec<Key>,
}

/// A key that the platform keeps.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    /// Name of the secret, in capitals as the platform keeps it.
    pub(super) secret: CompactString,
    /// Kind of credential.
    pub(super) kind: &'static str,
    /// Whether the provider lets jobs sign in without it.
    pub(super) keyless: bool,
    /// Where it is used.
    pub(super) span: Span,
}

/// The sessions that a step opens: by its action, and by variables of its own.
pub(super) fn of_step(step: &Step<'_>) -> Vec<Session> {
    let mut found = Vec::new();
    if let Some(action) = step.action() {
        let known = SIGN_INS.iter().find(|entry| covers(entry.action, action));
        if let Some(entry) = known {
            found.extend(by_action(entry, step));
        }
        found.extend(with_token(action, step));
    }
    if let Some(env) = step.node.get("env") {
        found.extend(of_env(env, &step.values));
    }
    found
}

fn covers(entry: &str, action: &str) -> bool {
    match entry.strip_suffix('/') {
        Some(owner) => {
            let mut parts = action.splitn(2, '/');
            parts
                .next()
                .is_some_and(|own| own.eq_ignore_ascii_case(owner))
        }
        None => {
            action.eq_ignore_ascii_case(entry)
                || action
                    .get(..entry.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(entry))
                    && action[entry.len()..].starts_with('/')
        }
    }
}

fn by_action(entry: &SignIn, step: &Step<'_>) -> Vec<Session> {
    let keys: Vec<Key> = entry
        .keys
        .iter()
        .filter_map(|(input, kind)| {
            let node = &step.input(input)?.value;
            key(node, kind, entry.keyless, &step.values)
        })
        .collect();
    let jwt = entry.provider == "vault"
        && step
            .input("method")
            .is_some_and(|method| method.value.as_str() == Some("jwt"));
    let oidc = jwt || entry.oidc.iter().any(|input| step.input(input).is_some());
    let method = match (keys.first(), oidc || entry.bare) {
        (Some(key), _) if jwt && key.kind == "token" => "oidc",
        (Some(key), _) => match key.kind {
            "password" => "password",
            "token" if !key.keyless => "token",
            _ => "static_key",
        },
        (None, true) => "oidc",
        (None, false) => return Vec::new(),
    };
    let keys = if method == "oidc" { Vec::new() } else { keys };
    let span = step.from.unwrap_or_else(|| step.head());
    let session = |of: Fact<CompactString>, span: Span| Session {
        provider: entry.provider,
        of,
        method,
        span,
        keys: keys.clone(),
    };
    let named = entry.of.iter().find_map(|input| step.input(input));
    let Some(named) = named else {
        return vec![session(Fact::Unknown(Some(span)), span)];
    };
    let literals = step.values.resolve(&named.value).into_iter();
    literals
        .map(|(text, at)| {
            let at = match at == Span::default() {
                true => named.value.span,
                false => at,
            };
            // The identity's own line, where it stands in the workflow that signs in.
            let place = if at.blob == span.blob { at } else { span };
            match is_open(&text) {
                true => session(Fact::Unknown(Some(at)), span),
                false => session(Fact::Known(text, at), place),
            }
        })
        .collect()
}

/// Whether a text is nothing but a hole.
fn is_open(text: &str) -> bool {
    matches!(pieces(text.trim()).as_slice(), [Piece::Hole { .. }])
}

/// A personal token, or a deploy key, given to an action that works on the repository.
fn with_token(action: &str, step: &Step<'_>) -> Option<Session> {
    let owner = action.split('/').next().unwrap_or_default();
    if !GITHUB_OWNERS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(owner))
    {
        return None;
    }
    let keys: Vec<Key> = GITHUB_INPUTS
        .iter()
        .filter_map(|(input, kind)| {
            let node = &step.input(input)?.value;
            key(node, kind, false, &step.values)
        })
        .collect();
    let span = keys.first()?.span;
    Some(Session {
        provider: "github",
        of: Fact::Unknown(Some(span)),
        method: "token",
        span,
        keys,
    })
}

/// The sessions that variables of an `env:` open: one for each provider.
///
/// Keys of a store that only speaks AWS's language are no keys of AWS.
pub(super) fn of_env(env: &Node, values: &Values<'_>) -> Vec<Session> {
    let mut found: Vec<Session> = Vec::new();
    let elsewhere = ENDPOINTS.iter().any(|name| env.get(name).is_some());
    for entry in env.entries() {
        let known = VARIABLES.iter().find(|variable| variable.name == entry.key);
        let Some(variable) = known else { continue };
        if elsewhere && variable.provider == "aws" {
            continue;
        }
        let Some(key) = key(&entry.value, variable.kind, variable.keyless, values) else {
            continue;
        };
        let own = found
            .iter_mut()
            .find(|session| session.provider == variable.provider);
        match own {
            Some(session) => session.keys.push(key),
            None => found.push(Session {
                provider: variable.provider,
                of: Fact::Unknown(Some(entry.value.span)),
                method: match (variable.keyless, variable.kind) {
                    (true, _) => "static_key",
                    (false, "password") => "password",
                    (false, _) => "token",
                },
                span: entry.key_span.to(entry.value.span),
                keys: vec![key],
            }),
        }
    }
    found
}

/// The secret a value is taken from, if it is taken from one; the job's own token is none.
fn key(node: &Node, kind: &'static str, keyless: bool, values: &Values<'_>) -> Option<Key> {
    let text = read::text(Some(node));
    let filled = values.resolve(node);
    let texts = std::iter::once(text.text()).chain(filled.iter().map(|(text, _)| text.as_str()));
    let secret = texts.flat_map(secrets_in).next()?;
    Some(Key {
        secret,
        kind,
        keyless,
        span: node.span,
    })
}

/// Names of the secrets that a text's holes name, in capitals; `GITHUB_TOKEN` is left out.
pub(super) fn secrets_in(text: &str) -> Vec<CompactString> {
    let mut found = Vec::new();
    for piece in pieces(text) {
        if let Piece::Hole { inner, .. } = piece
            && let Some(expression) = parse(inner)
        {
            names(&expression, &mut found);
        }
    }
    found
}

fn names(expression: &Expression, found: &mut Vec<CompactString>) {
    match expression {
        Expression::Context(path) => {
            if let [Some(context), Some(name)] = path.as_slice()
                && context == "secrets"
                && name != "github_token"
            {
                found.push(name.to_ascii_uppercase());
            }
        }
        Expression::Call(_, arguments) => {
            for argument in arguments {
                names(argument, found);
            }
        }
        Expression::Part(inner) | Expression::Not(inner) => names(inner, found),
        Expression::And(left, right)
        | Expression::Or(left, right)
        | Expression::Equal(left, right, _)
        | Expression::Order(left, right) => {
            names(left, found);
            names(right, found);
        }
        _ => {}
    }
}
