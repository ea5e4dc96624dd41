//! Environment variables that tools read a key from, whatever pipeline sets them: data.

/// A variable that tools read a key from.
pub(in crate::extract) struct Variable {
    /// Its name.
    pub(in crate::extract) name: &'static str,
    /// Whose key it is.
    pub(in crate::extract) provider: &'static str,
    /// Kind of credential.
    pub(in crate::extract) kind: &'static str,
    /// Whether the provider lets jobs sign in without a key.
    pub(in crate::extract) keyless: bool,
}

const fn keyless(name: &'static str, provider: &'static str, kind: &'static str) -> Variable {
    Variable {
        name,
        provider,
        kind,
        keyless: true,
    }
}

const fn keyed(name: &'static str, provider: &'static str, kind: &'static str) -> Variable {
    Variable {
        name,
        provider,
        kind,
        keyless: false,
    }
}

/// Variables that send the tools of AWS to somebody else's store.
pub(in crate::extract) const ENDPOINTS: &[&str] =
    &["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_S3_ENDPOINT"];

/// Variables by the documentation of the tools that read them.
pub(in crate::extract) const VARIABLES: &[Variable] = &[
    keyless("AWS_ACCESS_KEY_ID", "aws", "access_key"),
    keyless("AWS_SECRET_ACCESS_KEY", "aws", "access_key"),
    keyless("AZURE_CLIENT_SECRET", "azure", "client_secret"),
    keyless("ARM_CLIENT_SECRET", "azure", "client_secret"),
    keyless("AZURE_CREDENTIALS", "azure", "client_secret"),
    keyless("ARM_ACCESS_KEY", "azure", "access_key"),
    keyless("AZURE_STORAGE_KEY", "azure", "access_key"),
    keyless("GOOGLE_CREDENTIALS", "google", "service_account_key"),
    keyless(
        "GOOGLE_APPLICATION_CREDENTIALS_JSON",
        "google",
        "service_account_key",
    ),
    keyless("GCP_SA_KEY", "google", "service_account_key"),
    keyless("GCLOUD_SERVICE_KEY", "google", "service_account_key"),
    keyless("VAULT_TOKEN", "vault", "token"),
    keyless("VAULT_SECRET_ID", "vault", "secret"),
    keyless("NODE_AUTH_TOKEN", "npm", "token"),
    keyless("NPM_TOKEN", "npm", "token"),
    keyless("NPM_CONFIG_TOKEN", "npm", "token"),
    keyless("TWINE_PASSWORD", "pypi", "token"),
    keyless("UV_PUBLISH_TOKEN", "pypi", "token"),
    keyless("POETRY_PYPI_TOKEN_PYPI", "pypi", "token"),
    keyless("FLIT_PASSWORD", "pypi", "token"),
    keyless("HATCH_INDEX_AUTH", "pypi", "token"),
    keyless("PDM_PUBLISH_PASSWORD", "pypi", "token"),
    keyless("MATURIN_PYPI_TOKEN", "pypi", "token"),
    keyless("CARGO_REGISTRY_TOKEN", "crates_io", "token"),
    keyless("GEM_HOST_API_KEY", "rubygems", "api_key"),
    keyless("RUBYGEMS_API_KEY", "rubygems", "api_key"),
    keyless("NUGET_API_KEY", "nuget", "api_key"),
    keyless("KUBECONFIG", "kubernetes", "token"),
    keyless("KUBE_CONFIG", "kubernetes", "token"),
    keyless("KUBE_CONFIG_DATA", "kubernetes", "token"),
    keyless("PULUMI_ACCESS_TOKEN", "pulumi", "token"),
    keyless("JF_ACCESS_TOKEN", "artifactory", "token"),
    keyless("SNOWFLAKE_PASSWORD", "snowflake", "password"),
    keyless("DATABRICKS_TOKEN", "databricks", "token"),
    keyed("TFE_TOKEN", "terraform_cloud", "token"),
    keyed("TF_API_TOKEN", "terraform_cloud", "token"),
    keyed("TF_TOKEN_app_terraform_io", "terraform_cloud", "token"),
    keyed("CLOUDFLARE_API_TOKEN", "cloudflare", "token"),
    keyed("DIGITALOCEAN_ACCESS_TOKEN", "digitalocean", "token"),
    keyed("OP_SERVICE_ACCOUNT_TOKEN", "onepassword", "token"),
    keyed("GH_TOKEN", "github", "token"),
    keyed("GITHUB_TOKEN", "github", "token"),
    keyed("GH_PAT", "github", "token"),
    keyed("GITHUB_PAT", "github", "token"),
];
