//! Conditions that let a bot in by the name or number of the last actor, which whoever pushes to the bot's branch is.

use super::super::expression::{Expression, condition};
use super::Place;
use crate::format::Node;

/// Accounts of updating bots, and one integration that is mistaken for its account.
const NUMBERS: &[&str] = &["29110", "49699333", "27856297", "29139614"];

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
        Expression::Not(inner) | Expression::Part(inner) => is_spoofable(inner),
        Expression::Call(_, arguments) => arguments.iter().any(is_spoofable),
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
    let path = names(actor);
    let (by_name, by_number) = match path.as_deref() {
        Some(["github", "actor" | "triggering_actor"])
        | Some(["github", "event", "pull_request", "sender", "login"]) => (true, false),
        Some(["github", "actor_id"])
        | Some(["github", "event", "pull_request", "sender", "id"]) => (false, true),
        _ => return false,
    };
    match bot {
        Expression::Text(text) | Expression::Number(text) => {
            (by_name && text.ends_with("[bot]")) || (by_number && NUMBERS.contains(&text.as_str()))
        }
        _ => false,
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
        ] {
            assert!(!judged(sound), "{sound}");
        }
    }
}
