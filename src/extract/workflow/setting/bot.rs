//! Conditions that let a bot in by the name or number of the last actor, which whoever pushes to the bot's branch is.

use super::super::expression::{Expression, condition};
use super::Place;
use crate::format::Node;

/// Accounts of updating bots, and one integration that is mistaken for its account.
const NUMBERS: &[&str] = &["29110", "49699333", "27856297", "29139614"];

/// How the names of updating bots begin.
const BOTS: &[&str] = &["dependabot", "renovate"];

/// Judges the `if:` of a job or step.
pub(super) fn look(node: &Node, place: &mut Place<'_>) {
    let Some(entry) = node.entry("if") else {
        return;
    };
    let text = entry.value.scalar();
    let parsed = text.and_then(|text| condition(&text));
    if parsed.as_ref().is_some_and(is_spoofable) {
        place.on("bot_actor_check", entry.key_span.to(entry.value.span));
    }
}

/// Whether any part of a condition compares the last actor with a bot.
fn is_spoofable(expression: &Expression) -> bool {
    match expression {
        Expression::Equal(left, right, true) => {
            is_bot(left, right) || is_bot(right, left) || is_spoofable(left) || is_spoofable(right)
        }
        Expression::And(left, right) => {
            let open = is_spoofable(left) || is_spoofable(right);
            open && !asks_opener(expression)
        }
        Expression::Equal(left, right, false)
        | Expression::Or(left, right)
        | Expression::Order(left, right) => is_spoofable(left) || is_spoofable(right),
        // `!contains(...)` keeps bots out: nobody gains by wearing the name.
        Expression::Not(inner) if matches!(**inner, Expression::Call(..)) => false,
        Expression::Not(inner) | Expression::Part(inner) => is_spoofable(inner),
        Expression::Call(name, arguments) => {
            asks_name(name, arguments) || arguments.iter().any(is_spoofable)
        }
        _ => false,
    }
}

/// Whether a call asks the last actor's name for a bot's: the whole of it in a list, or how it begins or ends.
fn asks_name(function: &str, arguments: &[Expression]) -> bool {
    let [within, what] = arguments else {
        return false;
    };
    let written = |text: &Expression| match text {
        Expression::Text(text) => Some(text.to_ascii_lowercase()),
        _ => None,
    };
    let is_actor = |path: &Expression| matches!(actor(path), Some(By::Name));
    match function {
        "contains" if is_actor(what) => {
            let list = match within {
                Expression::Call(name, list) if name == "fromjson" => list.first(),
                list => Some(list),
            };
            list.and_then(written)
                .is_some_and(|list| list.contains("[bot]"))
        }
        "contains" | "startswith" | "endswith" if is_actor(within) => {
            written(what).is_some_and(|part| {
                part.ends_with("[bot]") || BOTS.iter().any(|bot| part.starts_with(bot))
            })
        }
        _ => false,
    }
}

/// Whether a condition also holds only where a bot opened the request: then who acted last opens nothing.
fn asks_opener(expression: &Expression) -> bool {
    let opener = |path: &Expression| {
        names(path).as_deref() == Some(&["github", "event", "pull_request", "user", "login"])
    };
    let bot = |text: &Expression| matches!(text, Expression::Text(text) if text.ends_with("[bot]"));
    match expression {
        Expression::And(left, right) => asks_opener(left) || asks_opener(right),
        Expression::Part(inner) => asks_opener(inner),
        Expression::Equal(left, right, true) => {
            (opener(left) && bot(right)) || (opener(right) && bot(left))
        }
        _ => false,
    }
}

/// The names of a context, where none of them is computed.
fn names(context: &Expression) -> Option<Vec<&str>> {
    match context {
        Expression::Context(path) => path.iter().map(Option::as_deref).collect(),
        _ => None,
    }
}

fn is_bot(actor: &Expression, bot: &Expression) -> bool {
    match (self::actor(actor), bot) {
        (Some(By::Name), Expression::Text(text)) => text.to_ascii_lowercase().ends_with("[bot]"),
        (Some(By::Number), Expression::Text(text) | Expression::Number(text)) => {
            NUMBERS.contains(&text.as_str())
        }
        _ => false,
    }
}

/// How a context tells who acted last.
enum By {
    /// By login.
    Name,
    /// By the account's number.
    Number,
}

fn actor(context: &Expression) -> Option<By> {
    match names(context)?.as_slice() {
        ["github", "actor" | "triggering_actor"]
        | ["github", "event", "sender", "login"]
        | ["github", "event", "pull_request", "sender", "login"] => Some(By::Name),
        ["github", "actor_id"]
        | ["github", "event", "sender", "id"]
        | ["github", "event", "pull_request", "sender", "id"] => Some(By::Number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_actor_proves_nothing() {
        let judged = |text: &str| is_spoofable(&condition(text).expect("a condition"));
        for open in [
            "github.actor == 'dependabot[bot]'",
            "'renovate[bot]' == github['ACTOR'] && github.repository == 'a/b'",
            "always() && (github.triggering_actor == 'x[bot]' || true)",
            "github.actor_id == 49699333",
            "github.event.pull_request.sender.login == 'dependabot[bot]'",
            "!(github.actor == 'dependabot[bot]')",
            "github.event.sender.login == 'dependabot[bot]'",
            "contains(fromJSON('[\"renovate[bot]\", \"alice\"]'), github.actor)",
            "endsWith(github.actor, '[bot]') && github.event_name == 'pull_request'",
            "startsWith(github.triggering_actor, 'dependabot')",
            "github.actor == 'a[bot]' || github.event.pull_request.user.login == 'a[bot]'",
        ] {
            assert!(judged(open), "{open}");
        }
        for sound in [
            "github.actor == 'alice'",
            "github.event.pull_request.user.login == 'dependabot[bot]'",
            "github.actor == 'a[bot]' && github.event.pull_request.user.login == 'a[bot]'",
            "github.actor != 'dependabot[bot]'",
            "github.actor_id == 1",
            "!endsWith(github.actor, '[bot]')",
            "!contains(fromJSON('[\"renovate[bot]\"]'), github.actor)",
            "contains(fromJSON('[\"alice\"]'), github.actor)",
            "contains(github.event.head_commit.message, 'dependabot')",
            "github.event.id == 49699333",
        ] {
            assert!(!judged(sound), "{sound}");
        }
    }
}
