//! What configuration means: identities, what they prove themselves with, what they may do, who may become them.
//!
//! The glossary, one word for one thing in code, rules, reports and documentation:
//! - **Identity**: a non-human identity: service account, app registration, IAM user or role, managed identity, CI job, bot.
//! - **Credential**: what an identity proves itself with: access key, client secret, certificate, token, password.
//! - **Grant**: a right given to a principal: role or actions, scope, level, activation, kind of policy.
//! - **Trust**: who may become an identity: issuer, subject, audience, principals, conditions.
//! - **Usage**: where an identity is worn: workload, job, module, environment.
//! - **Setting**: a switch of a resource that decides how identities are let in: local authentication, token lifetime.
//! - **Owner**: a person or team that answers for an identity, with how that is known.
//! - **Lease**: owner, purpose, expiry, approver and ticket bound to any of these.
//! - **Review**: that somebody looked at an access, or used one for emergencies.
//! - **Secret**: a credential's value found in text.
//!
//! Every field is a [`Fact`]: known, defaulted by the provider, absent, or unknown. Rules must tell them apart: unknown is
//! never reported as missing.

mod estate;
mod fact;
mod field;
mod lease;
mod level;
mod noun;
mod nouns;
mod owner;
mod path;
mod subject;

pub use estate::{Estate, Link};
pub use fact::{Date, Fact, Set};
pub use field::{Field, FieldKind, FieldMut, Shape};
pub use lease::{LeaseAbout, LeaseTerms};
pub use level::rank;
pub use noun::Noun;
pub use nouns::{Credential, Grant, Identity, Lease, Review, Setting, Trust, Usage};
pub use owner::{OwnerStep, Ownership, Strength};
pub use path::{Path, PathStep};
pub use subject::{Id, Subject};
