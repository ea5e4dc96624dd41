//! The nouns themselves, each defined once; see the glossary in [`crate::model`].

use super::field::{field_type, noun};
use super::{Date, Fact, Field, FieldKind, FieldMut, Set, Shape};
use crate::source::Span;
use compact_str::CompactString;

noun! {
    /// A non-human identity.
    Identity {
        language: Text = "language of the declaration: terraform, kubernetes, github-actions, ...",
        resource: Text = "type of the declaration: aws_iam_role, ServiceAccount, ...",
        provider: Text = "aws, azure, google, kubernetes, github, gitlab, vault, ...",
        kind: Text = "iam_role, iam_user, service_account, app_registration, service_principal, managed_identity, oauth_client, database_user, identity_pool, permission_set, group, user, job, bot, runner, agent, service_connection, context, stored_credential, ...",
        name: Text = "the name the provider knows it by",
        namespace: Text = "namespace, project or account it lives in",
        environment: Text = "production, staging, development, test, shared: from path, namespace, tags or name",
        purpose: Text = "what it is for, in its owner's words: a description or purpose tag",
        owner: Text = "who answers for it, after the ownership ladder",
        owner_step: Text = "the step of the ladder that answered: own, parent, scope, catalogue, codeowners, catch_all, config, lease",
        declared_owners: Texts = "owners the resource itself names in an attribute made for it",
        human: Flag = "whether a person signs in with it",
        disabled: Flag = "whether it is switched off",
        external: Flag = "whether it belongs to a third party",
        break_glass: Flag = "whether it is for emergencies only",
        watched: Flag = "whether an alarm here names it, where it is for emergencies; unknown where no alarm about its provider is kept here",
        managed: Flag = "whether the platform makes and manages it (service-linked, instance or default identity), so nobody need own it",
        level: Text = "highest level of its grants: read, write, admin, escalate; none without grants",
        standing: Flag = "whether an admin or escalate grant holds without end or condition",
        expires: Day = "day it ends",
        review_after: Day = "day its access is to be reviewed",
        session: Length = "longest session it may hold, in seconds",
        boundary: Text = "permissions boundary or guardrail bound to it",
        automount: Flag = "whether its token is mounted into workloads that do not ask for it",
        audience: Text = "who may sign in: single or multi tenant, public",
        grants: Number = "how many grants it has",
        credentials: Number = "how many credentials it has",
        trusts: Number = "how many trusts lead to it",
        usages: Number = "how many workloads or jobs wear it",
        environments: Texts = "environments it is worn in",
        tier: Number = "risk from 1 (worst) to 4: what it reaches, who can become it, where it is worn",
        tier_reason: Text = "why it has its tier, in a lower-case phrase",
        leased_until: Day = "last day of the lease that speaks for it: declared, not enforced by the platform",
        members: Texts = "who belongs to it, when it is a group",
    }
}

noun! {
    /// What an identity proves itself with.
    Credential {
        language: Text = "language of the declaration",
        resource: Text = "type of the declaration",
        provider: Text = "aws, azure, google, ...",
        kind: Text = "access_key, client_secret, certificate, token, password, ssh_key, api_key, service_account_key, deploy_key, secret, sas, hmac_key, encryption_key",
        name: Text = "the name it is known by",
        of: Text = "the identity it belongs to: its name, or the address of its declaration",
        environment: Text = "production, staging, ...",
        stored: Text = "where its value is kept: terraform_state, kubernetes_secret, vault, secret_manager, repository, platform",
        static_key: Flag = "whether it is a long-lived key where the provider offers a keyless way",
        enabled: Flag = "whether it is switched on",
        expires: Day = "day it ends",
        issued: Day = "day it starts",
        lifetime: Length = "how long it lives, in seconds",
        rotation: Length = "how often it is replaced, in seconds",
        rotated: Flag = "whether something replaces it",
        bound: Flag = "whether its use is bound to addresses, audiences or a session",
        scopes: Texts = "what it is limited to",
        level: Text = "read, write, admin, escalate",
        owner_kind: Text = "service or human: whom it was issued to",
        uses: Length = "how many uses it allows",
        leased_until: Day = "last day of the lease that speaks for it or for its identity: declared, not enforced",
    }
}

noun! {
    /// A right given to a principal.
    Grant {
        language: Text = "language of the declaration",
        resource: Text = "type of the declaration",
        provider: Text = "aws, azure, google, kubernetes, github, ...",
        policy: Text = "kind of policy it is written in: identity, resource, key, organisation, token, role (the rules of a role, whoever is bound to it)",
        to: Text = "the principal: its name or the address of its declaration",
        principal: Text = "kind of principal: service, role, user, group, account, public, authenticated, platform (a service of the cloud itself), federated, unknown",
        external_account: Flag = "whether the principal of a resource's policy is of an account that is not among this repository's own",
        role: Text = "role or policy name",
        actions: Texts = "actions or verbs allowed",
        wildcards: Texts = "those of the actions that are all actions, or all of a service",
        not_actions: Texts = "actions excepted from an allow of everything else",
        resources: Texts = "what the actions reach",
        level: Text = "read, write, admin, escalate: by effect, not by name",
        scope: Text = "organisation, folder, management_group, account, subscription, project, cluster, namespace, resource_group, resource",
        wildcard: Flag = "whether all actions, or all actions of a service, are allowed on everything",
        excess: Texts = "those of the actions that could be limited to resources; reads are left out where the right is to change",
        narrowable: Flag = "whether the actions could be limited to resources: false where the provider only takes everything",
        activation: Text = "standing, eligible, conditional, time_bound",
        expires: Day = "day it ends",
        lifetime: Length = "how long it lasts once given, in seconds",
        approval: Flag = "whether someone has to approve its activation",
        mfa: Flag = "whether its activation asks for a second factor",
        justification: Text = "why it was given",
        ticket: Text = "the work item it was given for",
        conditions: Texts = "condition keys that narrow it",
        denies: Number = "how many deny statements stand beside it on the same identity",
        boundary: Flag = "whether a permissions boundary caps it",
        break_glass: Flag = "whether it is given for emergencies only, itself or with its identity",
        watched: Flag = "whether an alarm here names its principal, as for an identity, where it is given for emergencies to one that is none here",
        emergency: Text = "what is for emergencies and in the same hands, where it is not itself",
        environment: Text = "production, staging, ...",
        escalation: Text = "the combination of rights that lets the holder gain more, when there is one",
        effect: Text = "what the right amounts to, in a few words: read_secrets, exec, impersonate, create_tokens, ...",
        namespace: Text = "namespace it holds in; empty for a whole cluster",
        addon: Flag = "whether it goes to a published component that clusters run on, by the account it ships with",
        leased_until: Day = "last day of the lease that speaks for it or for its identity: declared, not enforced",
        age: Length = "how long its line has stood in the repository, in seconds; only where history is asked and tells",
        remark: Text = "the comment at it; only where history is asked and tells",
        brought_by: Text = "first line of the message of the commit that brought it; only where history is asked and tells",
        beside: Texts = "what the change that adds or alters it does to what guards it: owners (whoever must review its file is another), review (a review is no longer asked for), policy (a rule that checks it was altered); only where a change is scanned",
    }
}

noun! {
    /// Who may become an identity.
    Trust {
        language: Text = "language of the declaration",
        resource: Text = "type of the declaration",
        provider: Text = "provider of the identity: aws, azure, google, vault, kubernetes, ...",
        of: Text = "the identity it leads to: its name or the address of its declaration",
        kind: Text = "oidc, saml, certificate, account, service, role, public, workload, token",
        issuer: Text = "issuer's URL or host",
        issuer_kind: Text = "github, gitlab, bitbucket, circleci, buildkite, terraform_cloud, spacelift, kubernetes, google, azure, azure_devops, cognito, other",
        subjects: Texts = "subject patterns that are let in",
        audiences: Texts = "audiences that are let in",
        principals: Texts = "accounts, roles, users or services that are let in",
        external_account: Flag = "whether a principal is an account that is not among this repository's own",
        external_id: Text = "the external id asked for",
        conditions: Texts = "condition keys that narrow it",
        breadth: Text = "who gets in: anyone, provider, organisation, account, namespace, repository, any_ref, pull_request, branch, environment, workload",
        mfa: Flag = "whether a second factor is asked for",
        environment: Text = "production, staging, ...",
        session: Length = "how long a session lasts, in seconds",
        static_secret: Flag = "whether the way in is a stored secret",
        leased_until: Day = "last day of the lease that speaks for it or for its identity: declared, not enforced",
    }
}

noun! {
    /// Where an identity is worn.
    Usage {
        language: Text = "language of the declaration",
        resource: Text = "type of the declaration: Deployment, job, ...",
        provider: Text = "kubernetes, github, gitlab, aws, ...",
        kind: Text = "workload, job, step, module, function, instance, deployer, runner",
        name: Text = "name of the workload or job",
        of: Text = "the identity that is worn: its name or the address of its declaration",
        namespace: Text = "namespace it runs in",
        environment: Text = "production, staging, ...",
        default: Flag = "whether the identity is the platform's default one",
        automount: Flag = "whether the identity's token is mounted",
        triggers: Texts = "events that start it",
        starter: Text = "who can start it: anyone, fork, writer, main, reviewed, schedule",
        gated: Flag = "whether a protected environment or an approval stands before it",
        permissions: Texts = "token permissions it holds, as scope:level; secrets:inherit where it hands on every secret",
        subjects: Texts = "OIDC subjects its token may carry; * stands for what the file does not tell",
        runner: Text = "whose machine it runs on: hosted, self_hosted",
        method: Text = "how it signs in: oidc, static_key, token, password, default",
        protection: Text = "what guards the environment it deploys to",
        external: Flag = "whether third-party code runs in it",
        takes_in: Text = "what it works on of the stranger who starts it, the worst: code (their branch, the files of their run), command (a comment it obeys), words (their text handed to a step), nothing; only where anyone starts it",
        accepted: Flag = "whether a comment beside it tells another linter to let it be",
        was: Text = "how the same job or file signed in to the provider before: oidc where a version of it did and no step of it does any more; only where a change is scanned or history is asked",
    }
}

noun! {
    /// A switch of a resource that decides how identities are let in or kept.
    Setting {
        language: Text = "language of the declaration",
        resource: Text = "type of the declaration",
        provider: Text = "aws, azure, google, ...",
        name: Text = "the switch: local_auth, basic_auth, anonymous, mfa, password_min_length, imds_v1, secret_env, token_permissions, workflow_permissions, persist_credentials, all_secrets, unredacted_secret, bot_actor_check, app_token_kept, app_token_all_repositories, app_token_permissions, public_access, api_key_auth, shared_key, local_user, password_login, password_grant, iam_auth, directory_auth, os_login, project_ssh_keys, client_certificate, abac, rbac_enabled, workload_identity, run_command, creator_is_admin, config_map_auth, imds_hop_limit, password_max_age, password_reuse, password_symbols, password_numbers, password_uppercase, password_lowercase, password_expiry_disabled, access_token_lifetime, refresh_token_lifetime, refresh_token_endless, session_lifetime, session_policy, auth_flows, authentication_methods, pkce_required, full_scope, redirect_uris, oidc_provider, saml_provider, certificate_authority, oidc_subject_claims, credential_type, sas_expiry, secret_rotation, secret_default, secret_shown, legacy_access_policies, managing_tenant, activation_approval, activation_mfa, activation_justification, activation_ticket, activation_length, assignment_must_end, eligibility_must_end, access_review, default_service_accounts, guardrail, denied, environment_reviewers, environment_self_review, environment_admin_bypass, environment_branch_policy, organisation_secret_visibility, allowed_actions, workflow_default_permissions, workflow_may_approve, runner_group_visibility, runner_group_public, webhook_secret, variable_protected, variable_masked, variable_sensitive, job_token_scope, token_max_lifetime, runner_untagged, environment_wait, actions_access_level, runner_group_workflows, members_may_create_repositories, default_repository_permission, refresh_token_rotation, network_policy, self_registration, sign_in_required, key_creation_restricted, ssh_keys, console_access, deprecated_account_field, host_network, host_credentials, component_anonymous, component_authorization, component_token_file, component_password_file, component_client_ca, component_account_lookup, component_account_key, component_kubelet_ca, component_kubelet_certificate, component_admission_off, component_shared_credentials, component_certificate_rotation, unexplained_permissions, container_password, publishes_with_token, secret_without_environment, self_hosted_runner, updater_runs_code, user_policies, secret_rotation, id_token_audience, removed_job_token, debug_trace, shared_code_ref, credential_artifact, password_argument, principal_in_script, job_token_in_script, root_variable_group, secret_in_script, all_ssh_keys, secret_on_change_request, privileged_step, endless_run, webhook_unsigned, credential_for_every_stage, secret_in_build_command, builds_on_controller, anyone_approves, controller_authorization, local_build_user, credential_scope, account_capabilities, web_terminal, builtin_admin, credential_url, deploys_as_controller, foreign_source, shared_recipient, left_recipient, project_reaches_controller, project_sources, project_source_namespaces, project_destination, project_cluster_kinds, application_project, templated_project, store_namespaces, secret_refresh, secret_kept, unverified_server, secret_find, sealed_scope, receiver_type, key_reuse, spiffe_admin, updates_merged_unseen, use_alarm (somebody is told when an identity is used), pipeline_approves, code_owners_own_path, pipelines_without_owner, code_owner_line_ignored, code_owner_malformed, code_owner_in_comment, review_required, review_count, code_owner_review, last_push_approval, protection_bypass, own_change_approval, committer_approval, endpoint_scheme, endpoint_for_all_pipelines, requester_approves, literal_credential, ...",
        of: Text = "what it belongs to",
        flag: Flag = "its value when it is a switch",
        text: Text = "its value when it is a word",
        number: Number = "its value when it is a number",
        length: Length = "its value when it is a time, in seconds",
        texts: Texts = "its value when it is a list",
        accepted: Flag = "whether a comment beside it tells another linter to let it be, the head of its file says that a tool writes it, or it is a workflow for others to start from",
        environment: Text = "production, staging, ...",
    }
}

noun! {
    /// Owner, purpose and end that somebody declared for an access.
    Lease {
        form: Text = "how it is written: comment, annotation, file",
        owner: Text = "who answers for it",
        purpose: Text = "what it is for",
        expires: Day = "its last day",
        approver: Text = "who approved it",
        ticket: Text = "the work item it was given for",
        kind: Text = "break-glass: for emergencies alone; absent for the daily kind",
        approval: Text = "what its approver is worth: missing, self (the owner), not_entitled (not among leases.approvers), named, entitled",
        about: Text = "noun it speaks for: identity, grant, credential, trust, usage, setting; absent for nothing",
        environment: Text = "production, staging, ...: of what it speaks for",
        level: Text = "highest level of what it speaks for: read, write, admin, escalate",
        tier: Number = "tier of the identity it speaks for, from 1 (worst) to 4",
        maximum: Text = "the limit of its tier: lease_tier_1, ... lease_tier_4",
        copies: Number = "how many others have an access of the same purpose in the same environment",
        other_owners: Number = "how many owners of theirs are not its own",
        problem: Text = "what is wrong with it, when it is not understood",
        age: Length = "how long its line has stood in the repository, in seconds; only where history is asked and tells",
        reviewed: Day = "day on which somebody other than its owner last reviewed what it speaks for, by .tenure/reviews; with history since it has stood",
        renewals: Number = "how often its end was moved since somebody else approved it; only where history is asked and tells",
        written_by_approver: Flag = "whether its approver is the author of the commit that brought it; only where history is asked and tells",
    }
}

noun! {
    /// That somebody used an access for emergencies, or looked at an access, by `.tenure/reviews/`.
    Review {
        about: Text = "address, name or scope that it is about",
        used_by: Text = "who used it",
        used: Day = "day it was used",
        reviewed_by: Text = "who looked at it: never who used it",
        reviewed: Day = "day it was looked at",
        outcome: Text = "what came of it",
        next: Day = "day by which it is to be looked at again; absent where it was looked at since",
        waited: Length = "how long after its use it was looked at, or how long it has waited for that, in seconds",
        problem: Text = "what is wrong with it, when it counts for nothing",
    }
}
