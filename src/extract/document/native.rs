//! Pulumi's native providers are made from the clouds' own interfaces: `azure-native` from the types of ARM templates,
//! `aws-native` from those of CloudFormation. This gives them those names and shapes back, so that one table serves both.

use super::bridge;
use crate::format::{Entry, Node, Value};
use crate::rule::tables;
use compact_str::{CompactString, format_compact};

/// Types of Azure by the service and word that Pulumi gives them.
#[rustfmt::skip]
const AZURE: &[(&str, &str, &str)] = &[
    ("apimanagement", "ApiManagementService", "Microsoft.ApiManagement/service"),
    ("apimanagement", "Subscription", "Microsoft.ApiManagement/service/subscriptions"),
    ("appconfiguration", "ConfigurationStore", "Microsoft.AppConfiguration/configurationStores"),
    ("authorization", "RoleAssignment", "Microsoft.Authorization/roleAssignments"),
    ("authorization", "RoleDefinition", "Microsoft.Authorization/roleDefinitions"),
    ("automation", "AutomationAccount", "Microsoft.Automation/automationAccounts"),
    ("automation", "Credential", "Microsoft.Automation/automationAccounts/credentials"),
    ("batch", "BatchAccount", "Microsoft.Batch/batchAccounts"),
    ("cache", "Redis", "Microsoft.Cache/redis"),
    ("redis", "Redis", "Microsoft.Cache/redis"),
    ("cognitiveservices", "Account", "Microsoft.CognitiveServices/accounts"),
    ("compute", "SshPublicKey", "Microsoft.Compute/sshPublicKeys"),
    ("compute", "VirtualMachine", "Microsoft.Compute/virtualMachines"),
    ("compute", "VirtualMachineScaleSet", "Microsoft.Compute/virtualMachineScaleSets"),
    ("containerinstance", "ContainerGroup", "Microsoft.ContainerInstance/containerGroups"),
    ("containerregistry", "Registry", "Microsoft.ContainerRegistry/registries"),
    ("containerregistry", "Token", "Microsoft.ContainerRegistry/registries/tokens"),
    ("containerservice", "ManagedCluster", "Microsoft.ContainerService/managedClusters"),
    ("datafactory", "Factory", "Microsoft.DataFactory/factories"),
    ("dbformysql", "Server", "Microsoft.DBforMySQL/flexibleServers"),
    ("dbforpostgresql", "Server", "Microsoft.DBforPostgreSQL/flexibleServers"),
    ("cosmosdb", "DatabaseAccount", "Microsoft.DocumentDB/databaseAccounts"),
    ("documentdb", "DatabaseAccount", "Microsoft.DocumentDB/databaseAccounts"),
    ("eventgrid", "Domain", "Microsoft.EventGrid/domains"),
    ("eventgrid", "Topic", "Microsoft.EventGrid/topics"),
    ("eventhub", "Namespace", "Microsoft.EventHub/namespaces"),
    ("eventhub", "NamespaceAuthorizationRule", "Microsoft.EventHub/namespaces/AuthorizationRules"),
    ("keyvault", "Key", "Microsoft.KeyVault/vaults/keys"),
    ("keyvault", "Secret", "Microsoft.KeyVault/vaults/secrets"),
    ("keyvault", "Vault", "Microsoft.KeyVault/vaults"),
    ("kusto", "Cluster", "Microsoft.Kusto/clusters"),
    ("logic", "Workflow", "Microsoft.Logic/workflows"),
    ("managedidentity", "FederatedIdentityCredential", "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"),
    ("managedidentity", "UserAssignedIdentity", "Microsoft.ManagedIdentity/userAssignedIdentities"),
    ("operationalinsights", "Workspace", "Microsoft.OperationalInsights/workspaces"),
    ("recoveryservices", "Vault", "Microsoft.RecoveryServices/vaults"),
    ("search", "Service", "Microsoft.Search/searchServices"),
    ("servicebus", "Namespace", "Microsoft.ServiceBus/namespaces"),
    ("servicebus", "NamespaceAuthorizationRule", "Microsoft.ServiceBus/namespaces/AuthorizationRules"),
    ("servicefabric", "Cluster", "Microsoft.ServiceFabric/clusters"),
    ("signalrservice", "SignalR", "Microsoft.SignalRService/signalR"),
    ("signalrservice", "WebPubSub", "Microsoft.SignalRService/webPubSub"),
    ("sql", "Server", "Microsoft.Sql/servers"),
    ("storage", "BlobContainer", "Microsoft.Storage/storageAccounts/blobServices/containers"),
    ("storage", "LocalUser", "Microsoft.Storage/storageAccounts/localUsers"),
    ("storage", "StorageAccount", "Microsoft.Storage/storageAccounts"),
    ("synapse", "Workspace", "Microsoft.Synapse/workspaces"),
    ("web", "WebApp", "Microsoft.Web/sites"),
    ("web", "WebAppSlot", "Microsoft.Web/sites/slots"),
];

/// What stands beside `properties` in a resource of Azure.
const BESIDE: &[&str] = &[
    "location", "tags", "identity", "sku", "kind", "scope", "zones", "plan", "name",
];

/// Names of CloudFormation whose capitals Pulumi does not keep.
const CAPITALS: &[(&str, &str)] = &[
    (
        "EnableIamDatabaseAuthentication",
        "EnableIAMDatabaseAuthentication",
    ),
    ("DbClusterIdentifier", "DBClusterIdentifier"),
    ("DbProxyName", "DBProxyName"),
    ("IamAuth", "IAMAuth"),
];

/// The cloud's own type and shape of a resource; none for other providers and for types that no table knows.
pub(super) fn resource(
    provider: &str,
    service: &str,
    word: &str,
    body: &Node,
) -> Option<(CompactString, Node)> {
    match provider {
        "azure-native" => {
            let known = AZURE.iter().find(|(s, w, _)| *s == service && *w == word)?;
            Some((known.2.into(), azure(word, body)))
        }
        "aws-native" => {
            let wanted = format_compact!("AWS::{service}::{word}");
            let kind = tables().spelling("cloudformation", &wanted)?;
            Some((kind.into(), aws(body)))
        }
        _ => None,
    }
}

/// A flat resource as ARM templates nest it.
fn azure(word: &str, body: &Node) -> Node {
    let span = body.span;
    let own = format!("{}Name", lower(word));
    let (mut outer, mut inner) = (Vec::new(), Vec::new());
    let mut name = None;
    for entry in body.entries() {
        match entry.key.as_str() {
            "properties" => inner.extend(entry.value.entries().iter().cloned()),
            key if BESIDE.contains(&key) => outer.push(entry.clone()),
            "resourceName" | "accountName" | "serverName" | "workspaceName" => {
                name.get_or_insert_with(|| entry.clone());
            }
            key if key == own => name = Some(entry.clone()),
            _ => inner.push(entry.clone()),
        }
    }
    if !outer.iter().any(|entry: &Entry| entry.key == "name")
        && let Some(entry) = name
    {
        outer.push(Entry {
            key: "name".into(),
            ..entry
        });
    }
    outer.push(Entry {
        key: "properties".into(),
        key_span: span,
        value: Node::new(span, Value::Map(inner.into())),
    });
    Node::new(span, Value::Map(outer.into()))
}

/// The properties with the capitals of CloudFormation.
fn aws(node: &Node) -> Node {
    bridge::respelt(node, capital)
}

fn capital(entry: &Entry) -> Entry {
    let key = first(&entry.key, |letter| letter.to_ascii_uppercase());
    let known = CAPITALS.iter().find(|(own, _)| *own == key);
    Entry {
        key: known.map_or(key.as_str(), |(_, theirs)| theirs).into(),
        key_span: entry.key_span,
        value: match entry.key.contains(':') {
            true => entry.value.clone(),
            false => aws(&entry.value),
        },
    }
}

fn lower(word: &str) -> String {
    first(word, |letter| letter.to_ascii_lowercase())
}

/// The word with its first letter changed.
fn first(word: &str, change: fn(char) -> char) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(change)
        .into_iter()
        .chain(letters)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{BlobId, Span};

    fn map(entries: &[(&str, &str)]) -> Node {
        let span = Span::new(BlobId(0), 0, 1);
        let entry = |(key, value): &(&str, &str)| Entry {
            key: (*key).into(),
            key_span: span,
            value: Node::string(span, *value),
        };
        Node::new(span, Value::Map(entries.iter().map(entry).collect()))
    }

    #[test]
    fn azure_is_nested_as_in_templates() {
        let body = map(&[
            ("registryName", "images"),
            ("adminUserEnabled", "true"),
            ("location", "x"),
        ]);
        let (kind, body) =
            resource("azure-native", "containerregistry", "Registry", &body).expect("a known type");
        assert_eq!(kind, "Microsoft.ContainerRegistry/registries");
        assert_eq!(body.get("name").and_then(Node::as_str), Some("images"));
        let switch = body.at(&["properties", "adminUserEnabled"]);
        assert_eq!(switch.and_then(Node::as_str), Some("true"));
        assert!(resource("azure-native", "nothing", "Thing", &body).is_none());
    }

    #[test]
    fn aws_has_the_capitals_of_cloudformation() {
        let body = map(&[
            ("enableIamDatabaseAuthentication", "false"),
            ("engine", "mysql"),
        ]);
        let (kind, body) =
            resource("aws-native", "rds", "DbInstance", &body).expect("a known type");
        assert_eq!(kind, "AWS::RDS::DBInstance");
        assert!(body.get("EnableIAMDatabaseAuthentication").is_some());
        assert!(body.get("Engine").is_some());
    }
}
