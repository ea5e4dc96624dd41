//! A job of any pipeline, and the nouns it yields.

use crate::format::{Declaration, Entry, Node};
use crate::model::{Estate, Fact, Identity, Set, Setting, Usage};
use crate::source::Span;
use compact_str::{CompactString, format_compact};

/// What is known of a job.
pub(super) struct Job<'a> {
    /// The file it stands in.
    pub(super) declaration: &'a Declaration,
    /// Whose platform runs it: gitlab, azure_devops, circleci, ...
    pub(super) provider: &'static str,
    /// Its key, name or place in the file.
    pub(super) id: CompactString,
    /// Where it is named.
    pub(super) head: Span,
    /// All of it.
    pub(super) whole: Span,
    /// What it deploys to.
    pub(super) environment: Fact<CompactString>,
    /// Events that start it.
    pub(super) triggers: Set,
    /// Who can start it.
    pub(super) starter: Fact<CompactString>,
    /// Whether somebody approves before it runs.
    pub(super) gated: Fact<bool>,
    /// Subjects of its token.
    pub(super) subjects: Set,
}

impl<'a> Job<'a> {
    /// A job of which no more is known than where it stands.
    pub(super) fn new(
        declaration: &'a Declaration,
        provider: &'static str,
        id: impl Into<CompactString>,
        head: Span,
        whole: Span,
    ) -> Self {
        Self {
            declaration,
            provider,
            id: id.into(),
            head,
            whole: head.to(whole),
            environment: Fact::Absent,
            triggers: Set::default(),
            starter: Fact::Unknown(None),
            gated: Fact::Unknown(None),
            subjects: Set {
                complete: false,
                ..Set::default()
            },
        }
    }

    fn address(&self) -> CompactString {
        format_compact!("{}#jobs.{}", self.declaration.address, self.id)
    }

    /// Adds the job as an identity that the platform makes, and its usage.
    pub(super) fn declare(&self, estate: &mut Estate) {
        estate.identities.push(Identity {
            address: self.address(),
            span: self.head,
            whole: self.whole,
            language: Fact::given(self.declaration.language),
            resource: Fact::given("job"),
            provider: Fact::given(self.provider),
            kind: Fact::given("job"),
            name: Fact::Known(self.name(), self.head),
            environment: self.environment.clone(),
            managed: Fact::Default(true),
            human: Fact::Default(false),
            ..Identity::default()
        });
        estate.usages.push(Usage {
            method: Fact::given("token"),
            ..self.usage("job")
        });
    }

    fn name(&self) -> CompactString {
        format_compact!("{}#{}", self.declaration.address, self.id)
    }

    fn usage(&self, kind: &'static str) -> Usage {
        Usage {
            address: self.address(),
            span: self.head,
            whole: self.whole,
            language: Fact::given(self.declaration.language),
            resource: Fact::given(kind),
            provider: Fact::given(self.provider),
            kind: Fact::given(kind),
            name: Fact::Known(self.name(), self.head),
            of: Fact::Known(self.address(), self.head),
            environment: self.environment.clone(),
            default: Fact::Default(false),
            triggers: self.triggers.clone(),
            starter: self.starter.clone(),
            gated: self.gated.clone(),
            subjects: self.subjects.clone(),
            permissions: Set {
                complete: false,
                ..Set::default()
            },
            ..Usage::default()
        }
    }

    /// Adds the usage of another identity that the job becomes by `method`.
    pub(super) fn session(
        &self,
        provider: &'static str,
        of: Fact<CompactString>,
        method: &'static str,
        span: Span,
        estate: &mut Estate,
    ) {
        let same = |usage: &Usage| {
            usage.span == span && usage.provider.text() == provider && usage.kind.text() == "step"
        };
        if estate.usages.iter().rev().take(64).any(same) {
            return;
        }
        estate.usages.push(Usage {
            span,
            provider: Fact::given(provider),
            of,
            method: Fact::Known(method.into(), span),
            ..self.usage("step")
        });
    }

    /// Adds the usage of something the platform keeps under a name, a service connection or a context, and that thing as
    /// an identity the first time it is named.
    pub(super) fn kept(
        &self,
        kind: &'static str,
        provider: &'static str,
        name: &Node,
        estate: &mut Estate,
    ) {
        let Some(text) = name.scalar().filter(|text| is_plain(text)) else {
            return;
        };
        let address = format_compact!("{}:{kind}:{text}", self.declaration.language);
        let known = estate.identities.iter().any(|own| own.address == address);
        if !known {
            estate.identities.push(Identity {
                address: address.clone(),
                span: name.span,
                whole: name.span,
                language: Fact::given(self.declaration.language),
                resource: Fact::given(kind),
                provider: Fact::given(provider),
                kind: Fact::given(kind),
                name: Fact::Known(text, name.span),
                managed: Fact::Default(true),
                human: Fact::Default(false),
                ..Identity::default()
            });
        }
        estate.usages.push(Usage {
            span: name.span,
            provider: Fact::given(provider),
            of: Fact::Known(address, name.span),
            method: Fact::Unknown(None),
            ..self.usage("step")
        });
    }

    /// Adds a setting of the job.
    pub(super) fn add<'e>(
        &self,
        name: &str,
        span: Span,
        estate: &'e mut Estate,
    ) -> &'e mut Setting {
        let found = setting(self.declaration, self.provider, name, span, estate);
        found.address = self.address();
        found.whole = self.whole;
        found.resource = Fact::given("job");
        found.of = Fact::given(&self.name());
        found.environment = self.environment.clone();
        found
    }

    /// Adds a switch of the job that is on.
    pub(super) fn on<'e>(&self, name: &str, span: Span, estate: &'e mut Estate) -> &'e mut Setting {
        let found = self.add(name, span, estate);
        found.flag = Fact::Known(true, span);
        found
    }
}

/// Adds a setting of a file as a whole.
pub(super) fn setting<'e>(
    declaration: &Declaration,
    provider: &'static str,
    name: &str,
    span: Span,
    estate: &'e mut Estate,
) -> &'e mut Setting {
    estate.settings.push(Setting {
        address: declaration.address.clone(),
        span,
        whole: span,
        language: Fact::given(declaration.language),
        resource: Fact::given("pipeline"),
        provider: Fact::given(provider),
        name: Fact::given(name),
        of: Fact::given(&declaration.address),
        ..Setting::default()
    });
    let last = estate.settings.len() - 1;
    &mut estate.settings[last]
}

/// Key and value of an entry.
pub(super) fn whole(entry: &Entry) -> Span {
    entry.key_span.to(entry.value.span)
}

/// Whether a name is written out, with no variable of any system in it.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains(['$', '{', '<'])
}

/// Adds the setting of a reference to shared pipeline code: `flag` says whether it can change under one's feet.
pub(super) fn shared_code(
    declaration: &Declaration,
    provider: &'static str,
    text: &str,
    mutable: Fact<bool>,
    span: Span,
    estate: &mut Estate,
) {
    let found = setting(declaration, provider, "shared_code_ref", span, estate);
    found.text = Fact::Known(text.into(), span);
    found.flag = mutable;
}

/// Whether a ref is a commit: forty or sixty-four hexadecimal digits.
pub(super) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Words in the names of stages and jobs that tell what they deploy to.
const STAGES: &[&str] = &[
    "production",
    "prod",
    "prd",
    "live",
    "staging",
    "stage",
    "stg",
    "uat",
    "preprod",
    "development",
    "dev",
    "sandbox",
    "qa",
];

/// The word in a stage's or job's name that tells what it deploys to.
pub(super) fn stage_of(name: &str) -> Option<&str> {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.find(|word| STAGES.contains(&word.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_told_by_a_word() {
        assert_eq!(stage_of("Deploy_Prod"), Some("Prod"));
        assert_eq!(stage_of("deploy-dev-eu"), Some("dev"));
        assert_eq!(stage_of("product-tests"), None);
        assert!(is_commit(&"0a".repeat(20)));
        assert!(!is_commit("main"));
    }
}
