//! Pulumi's and Crossplane's providers are made from Terraform's: the same resources with other spellings. This gives them
//! Terraform's names back, so that one table serves all three.

use crate::format::{Entry, Node, Value};
use crate::rule::resource::glob;
use crate::rule::tables;
use compact_str::{CompactString, format_compact};

/// Terraform's word for a provider.
const PROVIDERS: &[(&str, &str)] = &[
    ("aws", "aws"),
    ("gcp", "google"),
    ("google", "google"),
    ("azure", "azurerm"),
    ("azuread", "azuread"),
    ("github", "github"),
    ("gitlab", "gitlab"),
    ("vault", "vault"),
    ("okta", "okta"),
    ("tfe", "tfe"),
    ("cloudflare", "cloudflare"),
    ("datadog", "datadog"),
    ("grafana", "grafana"),
    ("snowflake", "snowflake"),
    ("databricks", "databricks"),
    ("mongodbatlas", "mongodbatlas"),
    ("keycloak", "keycloak"),
    ("auth0", "auth0"),
];

/// Types whose name does not follow from service and kind.
const SPECIAL: &[(&str, &str, &str, &str)] = &[
    ("aws", "rds", "Instance", "aws_db_instance"),
    ("aws", "rds", "Proxy", "aws_db_proxy"),
    (
        "aws",
        "iam",
        "OpenIdConnectProvider",
        "aws_iam_openid_connect_provider",
    ),
    (
        "aws",
        "iam",
        "OpenIDConnectProvider",
        "aws_iam_openid_connect_provider",
    ),
    ("aws", "identitystore", "Group", "aws_identitystore_group"),
    ("aws", "apigateway", "RestApi", "aws_api_gateway_rest_api"),
    ("aws", "apigateway", "RestAPI", "aws_api_gateway_rest_api"),
    ("aws", "apigateway", "Method", "aws_api_gateway_method"),
    ("aws", "apigateway", "ApiKey", "aws_api_gateway_api_key"),
    (
        "google",
        "serviceaccount",
        "Account",
        "google_service_account",
    ),
    (
        "google",
        "serviceaccount",
        "Key",
        "google_service_account_key",
    ),
    (
        "google",
        "serviceaccount",
        "IAMMember",
        "google_service_account_iam_member",
    ),
    (
        "google",
        "serviceaccount",
        "IAMBinding",
        "google_service_account_iam_binding",
    ),
    (
        "google",
        "projects",
        "IAMMember",
        "google_project_iam_member",
    ),
    (
        "google",
        "projects",
        "IAMBinding",
        "google_project_iam_binding",
    ),
    (
        "google",
        "projects",
        "IAMPolicy",
        "google_project_iam_policy",
    ),
    (
        "google",
        "projects",
        "IAMCustomRole",
        "google_project_iam_custom_role",
    ),
    ("google", "folder", "IAMMember", "google_folder_iam_member"),
    (
        "google",
        "organizations",
        "IAMMember",
        "google_organization_iam_member",
    ),
    ("google", "sql", "User", "google_sql_user"),
    (
        "google",
        "sql",
        "DatabaseInstance",
        "google_sql_database_instance",
    ),
    (
        "azurerm",
        "authorization",
        "Assignment",
        "azurerm_role_assignment",
    ),
    (
        "azurerm",
        "authorization",
        "UserAssignedIdentity",
        "azurerm_user_assigned_identity",
    ),
    (
        "azurerm",
        "authorization",
        "RoleDefinition",
        "azurerm_role_definition",
    ),
    (
        "azurerm",
        "armmsi",
        "FederatedIdentityCredential",
        "azurerm_federated_identity_credential",
    ),
    (
        "azurerm",
        "containerservice",
        "Registry",
        "azurerm_container_registry",
    ),
    ("azurerm", "keyvault", "KeyVault", "azurerm_key_vault"),
    ("azurerm", "keyvault", "Vault", "azurerm_key_vault"),
    ("azurerm", "keyvault", "Secret", "azurerm_key_vault_secret"),
    ("azurerm", "keyvault", "Key", "azurerm_key_vault_key"),
    (
        "azurerm",
        "keyvault",
        "Certificate",
        "azurerm_key_vault_certificate",
    ),
    (
        "azurerm",
        "keyvault",
        "AccessPolicy",
        "azurerm_key_vault_access_policy",
    ),
    ("azurerm", "storage", "Account", "azurerm_storage_account"),
    (
        "azurerm",
        "storage",
        "Container",
        "azurerm_storage_container",
    ),
    ("azurerm", "mssql", "Server", "azurerm_mssql_server"),
    ("azurerm", "sql", "MSSQLServer", "azurerm_mssql_server"),
    ("azurerm", "cosmosdb", "Account", "azurerm_cosmosdb_account"),
    (
        "azurerm",
        "eventhub",
        "EventHubNamespace",
        "azurerm_eventhub_namespace",
    ),
    (
        "azurerm",
        "servicebus",
        "Namespace",
        "azurerm_servicebus_namespace",
    ),
    (
        "azurerm",
        "servicebus",
        "ServiceBusNamespace",
        "azurerm_servicebus_namespace",
    ),
    (
        "azurerm",
        "containerregistry",
        "Registry",
        "azurerm_container_registry",
    ),
    (
        "azurerm",
        "dbforpostgresql",
        "FlexibleServer",
        "azurerm_postgresql_flexible_server",
    ),
    (
        "azurerm",
        "dbforpostgresql",
        "Server",
        "azurerm_postgresql_server",
    ),
    (
        "azurerm",
        "dbformysql",
        "FlexibleServer",
        "azurerm_mysql_flexible_server",
    ),
    ("azurerm", "dbformysql", "Server", "azurerm_mysql_server"),
    (
        "azurerm",
        "sql",
        "MSSQLManagedInstance",
        "azurerm_mssql_managed_instance",
    ),
    (
        "azurerm",
        "cognitiveservices",
        "Account",
        "azurerm_cognitive_account",
    ),
    (
        "azurerm",
        "cognitive",
        "Account",
        "azurerm_cognitive_account",
    ),
    (
        "azurerm",
        "appconfiguration",
        "Configuration",
        "azurerm_app_configuration",
    ),
    (
        "azurerm",
        "appconfiguration",
        "ConfigurationStore",
        "azurerm_app_configuration",
    ),
    (
        "azurerm",
        "signalrservice",
        "Service",
        "azurerm_signalr_service",
    ),
    (
        "azurerm",
        "operationalinsights",
        "Workspace",
        "azurerm_log_analytics_workspace",
    ),
    (
        "azurerm",
        "operationalinsights",
        "AnalyticsWorkspace",
        "azurerm_log_analytics_workspace",
    ),
    ("azurerm", "devices", "IOTHub", "azurerm_iothub"),
    ("azurerm", "iot", "IoTHub", "azurerm_iothub"),
];

/// Maps whose keys are the user's own.
const FREE: &[&str] = &["tags", "labels", "annotations", "metadata", "keepers"];

/// Terraform's type for a kind of a provider's service; none that no table knows.
pub(super) fn kind(provider: &str, service: &str, kind: &str) -> Option<CompactString> {
    let (_, provider) = PROVIDERS.iter().find(|(known, _)| *known == provider)?;
    let special = SPECIAL
        .iter()
        .find(|(p, s, k, _)| p == provider && *s == service && *k == kind);
    if let Some((_, _, _, name)) = special {
        return Some((*name).into());
    }
    let word = snake(kind.strip_suffix("V2").unwrap_or(kind));
    let full = format_compact!("{provider}_{service}_{word}");
    let short = format_compact!("{provider}_{word}");
    // A bare `instance` or `cluster` of another service is not the provider's first one.
    let owner = matches!(
        service,
        "" | "index" | "ec2" | "cloudplatform" | "compute" | "authorization"
    );
    let short = Some(short).filter(|_| owner || word.contains('_'));
    let both = match owner {
        true => [short, Some(full)],
        false => [Some(full), short],
    };
    both.into_iter().flatten().find(|name| is_known(name))
}

/// Whether a row is about this type, and not about all types of a provider.
fn is_known(name: &str) -> bool {
    tables()
        .rows("terraform", name)
        .flat_map(|(_, row)| &row.resource)
        .any(|pattern| pattern == name || (!pattern.ends_with('*') && glob(pattern, name)))
}

/// A map with Terraform's keys.
pub(super) fn body(node: &Node) -> Node {
    respelt(node, entry)
}

/// A map, or the maps of a list, with each entry spelt anew.
pub(super) fn respelt(node: &Node, spell: fn(&Entry) -> Entry) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| respelt(item, spell)).collect()),
        Value::Map(entries) => Value::Map(entries.iter().map(spell).collect()),
        other => other.clone(),
    };
    Node::new(node.span, value)
}

fn entry(entry: &Entry) -> Entry {
    let own = entry.key.starts_with(|c: char| c.is_ascii_uppercase()) || entry.key.contains(':');
    let key: CompactString = match own {
        true => entry.key.clone(),
        false => snake(&entry.key).into(),
    };
    let value = match own || FREE.contains(&key.as_str()) {
        true => entry.value.clone(),
        false => body(&entry.value),
    };
    Entry {
        key,
        key_span: entry.key_span,
        value,
    }
}

/// `maxSessionDuration` as `max_session_duration`, `IAMMember` as `iam_member`.
pub(super) fn snake(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut text = String::with_capacity(word.len() + 4);
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(index + 1);
        let starts = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if starts && before != Some('_') {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_get_terraforms_names() {
        let is = |provider, service, word, name: &str| {
            assert_eq!(kind(provider, service, word).as_deref(), Some(name));
        };
        is("aws", "iam", "Role", "aws_iam_role");
        is("aws", "s3", "BucketPolicy", "aws_s3_bucket_policy");
        is("aws", "ec2", "Instance", "aws_instance");
        is("aws", "rds", "Instance", "aws_db_instance");
        is("gcp", "projects", "IAMMember", "google_project_iam_member");
        is(
            "gcp",
            "cloudplatform",
            "ServiceAccount",
            "google_service_account",
        );
        is(
            "azure",
            "authorization",
            "RoleAssignment",
            "azurerm_role_assignment",
        );
        is(
            "azure",
            "containerregistry",
            "Registry",
            "azurerm_container_registry",
        );
        is(
            "azure",
            "dbforpostgresql",
            "FlexibleServer",
            "azurerm_postgresql_flexible_server",
        );
        assert_eq!(kind("aws", "neptune", "Instance"), None);
        assert_eq!(kind("nobody", "x", "Y"), None);
    }

    #[test]
    fn keys_are_taken_apart() {
        for (word, apart) in [
            ("maxSessionDuration", "max_session_duration"),
            ("IAMMember", "iam_member"),
            ("kmsKeyId", "kms_key_id"),
            ("already_apart", "already_apart"),
        ] {
            assert_eq!(snake(word), apart);
        }
    }
}
