//! Actions by which a job signs in somewhere: data.

/// An action that signs a job in.
pub(super) struct SignIn {
    /// `owner/name`; a trailing slash covers everything below.
    pub(super) action: &'static str,
    /// Whose identity the job wears then.
    pub(super) provider: &'static str,
    /// Inputs that name the identity, first wins.
    pub(super) of: &'static [&'static str],
    /// Inputs that mean it signs in with its OIDC token, when no key is given.
    pub(super) oidc: &'static [&'static str],
    /// Inputs that hold a key: name and kind of credential.
    pub(super) keys: &'static [(&'static str, &'static str)],
    /// Whether the provider lets jobs sign in without a key.
    pub(super) keyless: bool,
    /// Whether it signs in with OIDC when it is given nothing.
    pub(super) bare: bool,
}

const NONE: SignIn = SignIn {
    action: "",
    provider: "",
    of: &[],
    oidc: &[],
    keys: &[],
    keyless: true,
    bare: false,
};

/// Actions by their documented inputs.
pub(super) const SIGN_INS: &[SignIn] = &[
    SignIn {
        action: "aws-actions/configure-aws-credentials",
        provider: "aws",
        of: &["role-to-assume"],
        oidc: &["role-to-assume"],
        keys: &[
            ("aws-access-key-id", "access_key"),
            ("aws-secret-access-key", "access_key"),
        ],
        ..NONE
    },
    SignIn {
        action: "azure/login",
        provider: "azure",
        of: &["client-id"],
        oidc: &["client-id", "tenant-id"],
        keys: &[("creds", "client_secret")],
        ..NONE
    },
    SignIn {
        action: "azure/docker-login",
        provider: "azure",
        keys: &[("password", "client_secret")],
        ..NONE
    },
    SignIn {
        action: "azure/webapps-deploy",
        provider: "azure",
        keys: &[("publish-profile", "password")],
        ..NONE
    },
    SignIn {
        action: "azure/functions-action",
        provider: "azure",
        keys: &[("publish-profile", "password")],
        ..NONE
    },
    SignIn {
        action: "google-github-actions/auth",
        provider: "google",
        of: &["service_account", "workload_identity_provider"],
        oidc: &["workload_identity_provider"],
        keys: &[("credentials_json", "service_account_key")],
        ..NONE
    },
    SignIn {
        action: "google-github-actions/",
        provider: "google",
        keys: &[
            ("service_account_key", "service_account_key"),
            ("credentials", "service_account_key"),
        ],
        ..NONE
    },
    SignIn {
        action: "aliyun/configure-aliyun-credentials-action",
        provider: "alibaba",
        of: &["role-to-assume"],
        oidc: &["role-to-assume"],
        keys: &[
            ("access-key-id", "access_key"),
            ("access-key-secret", "access_key"),
        ],
        ..NONE
    },
    SignIn {
        action: "hashicorp/vault-action",
        provider: "vault",
        of: &["role", "roleId"],
        oidc: &["jwtGithubAudience"],
        keys: &[
            ("token", "token"),
            ("secretId", "secret"),
            ("githubToken", "token"),
            ("password", "password"),
        ],
        ..NONE
    },
    SignIn {
        action: "hashicorp/setup-terraform",
        provider: "terraform_cloud",
        keys: &[("cli_config_credentials_token", "token")],
        keyless: false,
        ..NONE
    },
    SignIn {
        action: "pulumi/auth-actions",
        provider: "pulumi",
        of: &["organization"],
        oidc: &["organization"],
        ..NONE
    },
    SignIn {
        action: "jfrog/setup-jfrog-cli",
        provider: "artifactory",
        oidc: &["oidc-provider-name"],
        ..NONE
    },
    SignIn {
        action: "docker/login-action",
        provider: "docker",
        of: &["username"],
        keys: &[("password", "password")],
        keyless: false,
        ..NONE
    },
    SignIn {
        action: "pypa/gh-action-pypi-publish",
        provider: "pypi",
        keys: &[("password", "token")],
        bare: true,
        ..NONE
    },
    SignIn {
        action: "js-devtools/npm-publish",
        provider: "npm",
        keys: &[("token", "token")],
        bare: true,
        ..NONE
    },
    SignIn {
        action: "rust-lang/crates-io-auth-action",
        provider: "crates_io",
        bare: true,
        ..NONE
    },
    SignIn {
        action: "rubygems/configure-rubygems-credentials",
        provider: "rubygems",
        of: &["role-to-assume"],
        keys: &[("api-token", "token")],
        bare: true,
        ..NONE
    },
    SignIn {
        action: "nuget/login",
        provider: "nuget",
        of: &["user"],
        bare: true,
        ..NONE
    },
    SignIn {
        action: "tailscale/github-action",
        provider: "tailscale",
        oidc: &["audience"],
        keys: &[("authkey", "token"), ("oauth-secret", "client_secret")],
        ..NONE
    },
    SignIn {
        action: "cloudflare/wrangler-action",
        provider: "cloudflare",
        keys: &[("apiToken", "token"), ("apiKey", "api_key")],
        keyless: false,
        ..NONE
    },
    SignIn {
        action: "digitalocean/action-doctl",
        provider: "digitalocean",
        keys: &[("token", "token")],
        keyless: false,
        ..NONE
    },
    SignIn {
        action: "azure/k8s-set-context",
        provider: "kubernetes",
        keys: &[("kubeconfig", "token"), ("k8s-secret", "token")],
        ..NONE
    },
    SignIn {
        action: "appleboy/",
        provider: "ssh",
        of: &["username"],
        keys: &[("key", "ssh_key"), ("password", "password")],
        keyless: false,
        ..NONE
    },
    SignIn {
        action: "webfactory/ssh-agent",
        provider: "ssh",
        keys: &[("ssh-private-key", "ssh_key")],
        keyless: false,
        ..NONE
    },
    SignIn {
        action: "actions/create-github-app-token",
        provider: "github",
        of: &["app-id", "client-id"],
        keys: &[("private-key", "certificate")],
        keyless: false,
        ..NONE
    },
    SignIn {
        action: "tibdex/github-app-token",
        provider: "github",
        of: &["app_id"],
        keys: &[("private_key", "certificate")],
        keyless: false,
        ..NONE
    },
];

/// Inputs by which any action takes a token of GitHub itself.
pub(super) const GITHUB_INPUTS: &[(&str, &str)] = &[
    ("token", "token"),
    ("github-token", "token"),
    ("github_token", "token"),
    ("repo-token", "token"),
    ("repo_token", "token"),
    ("gh-token", "token"),
    ("gh_token", "token"),
    ("personal-access-token", "token"),
    ("personal_token", "token"),
    ("ssh-key", "deploy_key"),
];

/// Owners of actions whose `token` input is one of GitHub.
pub(super) const GITHUB_OWNERS: &[&str] = &[
    "actions",
    "github",
    "peter-evans",
    "softprops",
    "stefanzweifel",
    "googleapis",
    "google-github-actions",
    "release-drafter",
    "amannn",
    "ncipollo",
    "svenstaro",
    "semantic-release",
    "changesets",
    "JamesIves",
    "ad-m",
    "EndBug",
    "benc-uk",
    "convictional",
    "dawidd6",
    "repo-sync",
];
