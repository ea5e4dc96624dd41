//! Secrets in the files where people keep them: each kind with values that are found and with look-alikes that are not.

use std::path::Path;
use tenure::engine::{Scanner, Scratch};
use tenure::extract::secret::{self, KeyRules};
use tenure::format::{Limits, claim};
use tenure::rule::{Profile, builtin};
use tenure::scan::{self, Options, Tree, memory, trial};
use tenure::source::BlobId;
use tenure::walk;

#[path = "secrets/code.rs"]
mod code;
#[path = "secrets/settings.rs"]
mod settings;

/// Passwords and tokens that no file holds: made here, so that the repository keeps none.
struct Maker(u64);

impl Maker {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(99);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below
    }

    fn password(&mut self) -> String {
        let word = ["Harbor", "Meadow", "Falcon", "Granite", "Willow"][self.next(5)];
        format!(
            "{word}{}{}",
            1000 + self.next(9000),
            ["!", "%", "*"][self.next(3)]
        )
    }

    fn token(&mut self, length: usize) -> String {
        let letters = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        (0..length)
            .map(|_| char::from(letters[self.next(letters.len())]))
            .collect()
    }

    /// A text with `@@PASS`, `@@TOKEN`, `@@BASIC` and `@@KEYBLOCK` filled in.
    fn fill(&mut self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("@@") {
            filled.push_str(&rest[..at]);
            rest = &rest[at + 2..];
            let (value, length) = match rest {
                rest if rest.starts_with("PASS") => (self.password(), 4),
                rest if rest.starts_with("TOKEN") => (self.token(40), 5),
                rest if rest.starts_with("BASIC") => {
                    let pair = format!("svc:{}", self.password());
                    (base64(pair.as_bytes()), 5)
                }
                rest if rest.starts_with("KEYBLOCK") => (base64(block(self).as_bytes()), 8),
                _ => panic!("{rest}"),
            };
            filled.push_str(&value);
            rest = &rest[length..];
        }
        filled + rest
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let group = (0..3).fold(0, |group, at| {
            group << 8 | usize::from(*part.get(at).unwrap_or(&0))
        });
        for at in 0..4 {
            let letter = LETTERS[group >> (18 - 6 * at) & 63];
            text.push(if at <= part.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    text
}

/// A PEM block of noise, with the label of a private key.
fn block(maker: &mut Maker) -> String {
    let mut der = vec![0x30, 0x81, 201];
    der.extend((0..201).map(|_| u8::try_from(maker.next(256)).unwrap_or(0)));
    let label = ["RSA PRIVATE", "KEY"].join(" ");
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        base64(&der)
    )
}

/// Lines of the secrets that a profile shows, in the order of the text.
fn lines(path: &str, text: &str, profile: Profile) -> Vec<u32> {
    let files = vec![(path.to_owned(), text.as_bytes().to_vec())];
    let options = Options {
        profile,
        ..Options::new(trial::TODAY)
    };
    let outcome = memory(files, builtin(), &options);
    let blobs = &outcome.report.blobs;
    let mut found: Vec<u32> = outcome
        .report
        .findings
        .iter()
        .filter(|finding| finding.secret.is_some())
        .flat_map(|finding| {
            let again = finding.related.iter().map(|related| related.span);
            std::iter::once(finding.span)
                .chain(again)
                .collect::<Vec<_>>()
        })
        .map(|span| blobs.place(span).0.line)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Lines that hold a value to fill in must be found, and no others.
fn check(path: &str, text: &str) {
    check_in(Profile::Default, path, text);
}

/// As [`check`], in a profile.
fn check_in(profile: Profile, path: &str, text: &str) {
    let expected: Vec<u32> = (1..)
        .zip(text.lines())
        .filter(|(_, line)| line.contains("@@"))
        .map(|(number, _)| number)
        .collect();
    for seed in [7, 1907, 65_537] {
        let filled = Maker(seed).fill(text);
        assert_eq!(lines(path, &filled, profile), expected, "{path}:\n{filled}");
    }
}

#[test]
fn files_that_hold_logins() {
    check(
        ".pgpass",
        "# host:port:database:user:password\ndb.corp.io:5432:app:svc:@@PASS\n*:*:*:svc:@@TOKEN\ndb.corp.io:5432:app:svc:${PGPASS}\n",
    );
    check(
        ".netrc",
        "machine api.corp.io login svc password @@PASS\nmachine b.corp.io\n  login svc\n  password @@TOKEN\nmachine c.corp.io login svc password $TOKEN\n",
    );
    check(
        ".git-credentials",
        "https://svc:@@TOKEN@git.corp.io\nhttps://svc@git.corp.io\nhttps://svc:${TOKEN}@git.corp.io\n",
    );
    check(
        ".npmrc",
        "registry=https://npm.corp.io/\n//npm.corp.io/:_authToken=@@TOKEN\n//b.corp.io/:_authToken=${NPM_TOKEN}\n",
    );
    check(
        ".pypirc",
        "[corp]\nrepository = https://pypi.corp.io\nusername = svc\npassword = @@PASS\n",
    );
    check(".my.cnf", "[client]\nuser = root\npassword = @@PASS\n");
}

#[test]
fn configuration_of_docker() {
    let text = "{\n \"auths\": {\n  \"r.corp.io\": {\n   \"auth\": \"@@BASIC\"\n  },\n  \"s.corp.io\": {\n   \"auth\": \"c3ZjOmNoYW5nZW1l\"\n  }\n },\n \"credsStore\": \"pass\"\n}\n";
    check(".docker/config.json", text);
    check("ci/.dockerconfigjson", text);
}

#[test]
fn settings_of_maven() {
    check(
        "settings.xml",
        "<settings>\n <servers>\n  <server>\n   <id>central</id>\n   <username>deploy</username>\n   <password>@@PASS</password>\n  </server>\n  <server>\n   <password>${env.MAVEN_PASSWORD}</password>\n  </server>\n  <server>\n   <password>{COQLCE6DU6GtcS5P=}</password>\n   <passphrase>@@PASS</passphrase>\n  </server>\n </servers>\n</settings>\n",
    );
}

#[test]
fn notebooks_with_what_they_printed() {
    check(
        "analysis/load.ipynb",
        "{\n \"nbformat\": 4,\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"source\": [\n    \"import os\\n\",\n    \"db_password = \\\"@@PASS\\\"\\n\",\n    \"token = os.environ['TOKEN']\\n\",\n    \"e = connect('postgresql://svc:@@PASS@db.corp.io/app')\\n\"\n   ],\n   \"outputs\": [\n    {\"text\": [\n     \"loaded 12 rows\\n\",\n     \"api_token = @@TOKEN\\n\"\n    ]},\n    {\"data\": {\"text/plain\": [\n     \"{'password': '@@PASS', 'user': 'svc'}\"\n    ], \"image/png\": \"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ\"}}\n   ]\n  }\n ]\n}\n",
    );
}

#[test]
fn shell_scripts() {
    check(
        "deploy.sh",
        "#!/bin/sh\nexport DB_PASSWORD=@@PASS\nexport API_TOKEN=\"@@TOKEN\"\nexport OTHER_PASSWORD=\"$(pass show db)\"\nexport THIRD_PASSWORD=$1\ncurl -u svc:@@PASS https://api.corp.io\ncurl --user \"svc:$PASSWORD\" https://api.corp.io\ndocker login -u svc -p @@PASS r.corp.io\ndocker login -u svc --password-stdin r.corp.io\nmongo --username svc --password @@PASS db\nmongo --username svc --password \"$MONGO\" db\nbackup --password-file /etc/backup --token-ttl 3600\nPGPASSWORD=@@PASS psql -h db\n",
    );
}

#[test]
fn kubeconfig() {
    check(
        ".kube/config",
        "apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    token: @@TOKEN\n- name: b\n  user:\n    username: admin\n    password: @@PASS\n- name: c\n  user:\n    client-key-data: @@KEYBLOCK\n- name: d\n  user:\n    tokenFile: /var/run/secrets/token\n    exec:\n      command: aws\n",
    );
}

#[test]
fn settings_of_applications() {
    check(
        "src/main/resources/application.properties",
        "spring.datasource.url=jdbc:postgresql://db.corp.io/app?user=svc&password=@@PASS\nspring.datasource.username=svc\nspring.datasource.password=@@PASS\nspring.rabbitmq.password=${RABBIT}\njwt.secret=@@TOKEN\nspring.data.mongodb.uri=mongodb://svc:@@PASS@m.corp.io/app\nspring.cloud.vault.token={cipher}3f9a1c8e7b2d\nspring.security.user.password-reset-url=/reset\n",
    );
    check(
        "appsettings.json",
        "{\n \"ConnectionStrings\": {\n  \"Default\": \"Server=db;Database=app;User Id=svc;Password=@@PASS;\",\n  \"Trusted\": \"Server=db;Database=app;Trusted_Connection=True;\"\n },\n \"Smtp\": {\n  \"Password\": \"@@PASS\"\n },\n \"Other\": {\n  \"Password\": \"@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/p)\"\n }\n}\n",
    );
    check(
        "web.config",
        "<configuration>\n <add name=\"Default\" connectionString=\"Server=db;User Id=svc;Password=@@PASS\" />\n <add key=\"SmtpPassword\" value=\"@@PASS\" />\n <add key=\"PasswordLength\" value=\"12\" />\n</configuration>\n",
    );
    check(
        "main.bicep",
        "param adminPassword string = '@@PASS'\n@secure()\nparam dbPassword string\nvar passwordPolicy string = 'strong'\n",
    );
}

#[test]
fn addresses_with_a_login() {
    check(
        "urls.yaml",
        "a: postgres://svc:@@PASS@db.corp.io/app\nb: amqp://svc:@@TOKEN@mq.corp.io:5672/\nc: redis://:@@TOKEN@r.corp.io:6379/0\nd: https://svc@git.corp.io/x.git\ne: postgres://svc:${DB}@db.corp.io/app\nf: https://user:password@example.com/\ng: ssh://git@git.corp.io/x.git\n",
    );
}

#[test]
fn state_of_terraform() {
    check(
        "terraform.tfstate",
        "{\n \"version\": 4,\n \"resources\": [\n  {\n   \"type\": \"random_password\",\n   \"instances\": [{\"attributes\": {\n    \"result\": \"@@PASS\",\n    \"length\": 16\n   }}]\n  },\n  {\n   \"type\": \"azuread_application_password\",\n   \"instances\": [{\"attributes\": {\n    \"value\": \"@@PASS\",\n    \"key_id\": \"none\"\n   }}]\n  },\n  {\n   \"type\": \"random_pet\",\n   \"instances\": [{\"attributes\": {\n    \"result\": \"clever-falcon-17\"\n   }}]\n  },\n  {\n   \"type\": \"aws_db_instance\",\n   \"instances\": [{\"attributes\": {\n    \"password\": \"@@PASS\",\n    \"password_wo\": null\n   }}]\n  }\n ]\n}\n",
    );
}

/// A text that [`Maker::fill`] fills in from the lines of a case.
fn lined(lines: &[&str]) -> String {
    lines.join("\n") + "\n"
}

#[test]
fn logins_in_commands() {
    check(
        "build.sh",
        &lined(&[
            "echo \"@@PASS\" | docker login -u ci --password-stdin r.corp.io",
            "printf '%s' '@@PASS' | podman login -u ci --password-stdin r.corp.io",
            "echo @@TOKEN | helm registry login r.corp.io -u ci --password-stdin",
            "echo \"$TOKEN\" | docker login -u ci --password-stdin r.corp.io",
            "cat token | docker login -u ci --password-stdin r.corp.io",
            "echo 'root:@@PASS' | chpasswd",
            "echo \"root:$ROOT\" | chpasswd",
            "rabbitmqctl add_user svc @@PASS",
            "rabbitmqctl add_user svc \"$RABBIT\"",
            "htpasswd -b -c /etc/users ops @@PASS",
            "ldapsearch -x -D cn=admin -w @@PASS -b dc=corp",
            "keytool -list -storepass @@PASS -alias web",
            "export SSHPASS=@@PASS",
            "curl -u svc:\"@@PASS\" https://api.corp.io",
            ": \"${DB_PASSWORD:=@@PASS}\"",
            ": \"${DB_PASSWORD:=$OTHER}\"",
            "net use z: \\\\files\\share /user:svc @@PASS",
            "openssl enc -aes-256-cbc -k @@PASS -in a",
            "smbclient //files/share -U 'svc%@@PASS'",
            "redis-server --requirepass @@PASS --appendonly yes",
            "redis-server --requirepass \"$REDIS\" --appendonly yes",
        ]),
    );
    check(
        ".github/workflows/push.yml",
        &lined(&[
            "on: push",
            "jobs:",
            "  push:",
            "    runs-on: ubuntu-latest",
            "    steps:",
            "      - run: echo \"@@PASS\" | docker login -u ci --password-stdin r.corp.io",
            "      - run: echo \"${{ secrets.TOKEN }}\" | docker login -u ci --password-stdin r.corp.io",
        ]),
    );
    check(
        "compose.yml",
        &lined(&[
            "services:",
            "  cache:",
            "    command: [\"redis-server\", \"--requirepass\", \"@@PASS\"]",
            "  queue:",
            "    command: redis-server --requirepass $$REDIS_PASSWORD",
            "  db:",
            "    healthcheck:",
            "      test: [\"CMD\", \"mysqladmin\", \"ping\", \"-u\", \"root\", \"-p@@PASS\"]",
        ]),
    );
}

#[test]
fn settings_of_redis() {
    check(
        "redis.conf",
        &lined(&[
            "# if the \"requirepass\" directive is used",
            "# requirepass foobared",
            "requirepass @@PASS",
            "masterauth \"@@PASS\"",
            "user svc on >@@PASS ~app:* +@read",
            "user other on nopass ~app:* +@read",
            "port 6379",
        ]),
    );
}

#[test]
fn maps_below_a_key_that_says_what_they_hold() {
    check(
        "prod.tfvars",
        &lined(&[
            "api_tokens = {",
            "  ci     = \"@@TOKEN\"",
            "  deploy = \"@@TOKEN\"",
            "}",
            "passwords = { ops = \"@@PASS\" }",
            "token_ttl = { ci = \"3600\", deploy = \"7200\" }",
            "secrets   = { ci = \"ledger/ci/token\", deploy = \"projects/1/secrets/deploy\" }",
            "tokens    = { ci_name = \"ledger-ci-token-2024-x81z\" }",
        ]),
    );
    check(
        "auth.json",
        "{\n \"gitlab-token\": {\n  \"git.corp.io\": \"@@TOKEN\"\n },\n \"Jwt\": {\n  \"Key\": \"@@TOKEN\",\n  \"Issuer\": \"https://auth.corp.io\"\n }\n}\n",
    );
}

#[test]
fn logins_of_registries() {
    check(
        ".dockercfg",
        "{\n \"https://r.corp.io/v1/\": {\n  \"auth\": \"@@BASIC\",\n  \"email\": \"ci@corp.io\"\n }\n}\n",
    );
    check(
        ".yarnrc.yml",
        "npmScopes:\n  corp:\n    npmAuthIdent: \"@@BASIC\"\n  other:\n    npmAuthIdent: \"${NPM_AUTH}\"\n",
    );
}

#[test]
fn defaults_of_references() {
    check(
        "application.yml",
        "spring:\n  cloud:\n    config:\n      password: ${CONFIG_PASSWORD:@@PASS}\n  mail:\n    password: ${MAIL_PASSWORD:}\n  ldap:\n    password: ${LDAP_PASSWORD:changeme}\ncustom:\n  password: ${ssm:/ledger/password}\n  token: ${env:TOKEN}\n",
    );
}

#[test]
fn secrets_within_a_value() {
    check(
        "template.yaml",
        "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  A:\n    Type: AWS::SecretsManager::Secret\n    Properties:\n      SecretString: '{\"username\":\"app\",\"password\":\"@@PASS\"}'\n  B:\n    Type: AWS::SecretsManager::Secret\n    Properties:\n      SecretString: '{\"username\":\"app\",\"password\":\"${Password}\"}'\n",
    );
    check(
        "unattend.xml",
        "<unattend>\n <AdministratorPassword>\n  <Value>@@PASS</Value>\n  <PlainText>true</PlainText>\n </AdministratorPassword>\n</unattend>\n",
    );
}

/// Rules about the model that find something in files.
fn judged(files: &[(&str, String)]) -> Vec<String> {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let outcome = memory(files, builtin(), &Options::new(trial::TODAY));
    let findings = outcome.report.findings.iter();
    findings
        .filter(|finding| finding.secret.is_none())
        .map(|finding| format!("{} {}", finding.rule, finding.message))
        .collect()
}

#[test]
fn certificates_and_tokens_that_end_are_credentials() {
    let ended = include_str!("../testdata/certificates/ended.pem").to_owned();
    let found = judged(&[("certs/server.pem", ended)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("credential/expired "), "{found:?}");
    assert!(
        found[0].contains("ledger.corp.example ended on 2025-01-01"),
        "{found:?}"
    );
    let long = include_str!("../testdata/certificates/long.pem");
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: tls\n  labels: {{team: ledger}}\ndata:\n  tls.crt: {}\n",
        base64(long.as_bytes())
    );
    let found = judged(&[("deploy/tls.yaml", secret)]);
    assert!(
        found
            .iter()
            .any(|found| found.starts_with("credential/long-lived ")),
        "{found:?}"
    );
    let short = include_str!("../testdata/certificates/short.pem").to_owned();
    let root = include_str!("../testdata/certificates/authority.pem").to_owned();
    assert_eq!(
        judged(&[("certs/server.pem", short), ("certs/ca.pem", root)]),
        Vec::<String>::new()
    );
    let token = |ends: u64| {
        let part = |text: String| {
            base64(text.as_bytes())
                .replace('=', "")
                .replace('+', "-")
                .replace('/', "_")
        };
        let header = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".to_owned());
        let payload = part(format!("{{\"sub\":\"svc-ledger\",\"exp\":{ends}}}"));
        format!("session = {header}.{payload}.{}\n", Maker(5).token(43))
    };
    let found = judged(&[("app.conf", token(1_700_000_000))]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("ended on 2023-11-14"), "{found:?}");
    assert_eq!(
        judged(&[("app.conf", token(1_770_000_000))]),
        Vec::<String>::new()
    );
}

/// A short run of what `fuzz/` does: files with bytes flipped, cut and doubled never panic, and every span lies within them.
#[test]
fn mutated_files_never_panic() {
    let certificate = include_str!("../testdata/certificates/ended.pem");
    let seeds = [
        (
            "a.json",
            "{\"auths\": {\"r\": {\"auth\": \"@@BASIC\"}}, \"password\": [\"a\\u00e9\", \"@@PASS\"]}",
        ),
        (
            "a.ipynb",
            "{\"nbformat\": 4, \"cells\": [{\"source\": [\"password = '@@PASS'\\n\"], \"outputs\": []}]}",
        ),
        (
            "a.yaml",
            "kind: Secret\napiVersion: v1\ndata:\n  a: @@BASIC\nenv:\n- name: DB_PASSWORD\n  value: @@PASS\n",
        ),
        (
            "a.tf",
            "variable \"db_password\" {\n  default = \"@@PASS\"\n}\nlocals {\n  url = \"postgres://a:@@PASS@b/c\"\n}\n",
        ),
        (".pgpass", "a:1:b:c:@@PASS\n\\::*:*:d:@@TOKEN\n"),
        (
            "a.sh",
            "curl -u a:@@PASS x; docker login -p @@TOKEN; run --password '@@PASS' \"$X\"\n",
        ),
        (
            "a.xml",
            "<password>@@PASS</password><add key=\"pwd\" value=\"@@PASS\"/>\n",
        ),
        ("a.pem", certificate),
        (
            "a.txt",
            "token: @@TOKEN\nkey @@KEYBLOCK\nAuthorization: Basic @@BASIC\n",
        ),
    ];
    let rules = builtin();
    let (scanner, keys) = (Scanner::new(&rules), KeyRules::new(&rules));
    let mut scratch = Scratch::default();
    let mut maker = Maker(3);
    for (path, seed) in seeds {
        let seed = maker.fill(seed).into_bytes();
        for _ in 0..60 {
            let mut bytes = seed.clone();
            for _ in 0..=maker.next(4) {
                let at = maker.next(bytes.len());
                match maker.next(4) {
                    0 => bytes[at] ^= 1 << maker.next(8),
                    1 => bytes.truncate(at.max(1)),
                    2 => bytes.extend_from_within(at..),
                    _ => bytes.insert(at, b"\"'\\\n{:=\0"[maker.next(8)]),
                }
            }
            let mut found = scanner.bytes(&mut scratch, BlobId(0), path, &bytes);
            let text = std::str::from_utf8(&bytes);
            if let (Ok(text), Some(format)) = (text, claim(path, &bytes)) {
                let document = format.parse(BlobId(0), path, text, Limits::default());
                found = secret::judge(&document, text, found, scratch.hits(), &keys);
            }
            for candidate in found {
                assert!(candidate.value.start <= candidate.value.end, "{path}");
                assert!(candidate.value.end as usize <= bytes.len(), "{path}");
            }
        }
    }
}

/// Files that cannot hold a secret are not parsed where no rule asks for more; nothing is lost by it.
#[test]
fn the_same_secrets_are_found_whether_or_not_the_estate_is_drawn() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let rules = || builtin().filter(|head| head.mark().is_some());
    let found = |estate: bool| {
        let files = walk::tree(std::slice::from_ref(&root), &walk::Options::default());
        let options = Options {
            profile: Profile::Audit,
            estate,
            ..Options::new(tenure::model::Date::constant(2026, 11, 22))
        };
        let report = scan::run(&Tree::new(files, 64 << 20), rules(), &options).report;
        let parsed: usize = report.coverage.parsed.iter().map(|(_, count)| count).sum();
        let findings: Vec<String> = report
            .findings
            .iter()
            .map(|finding| {
                format!(
                    "{} {:?} {:?}",
                    finding.fingerprint, finding.span, finding.route
                )
            })
            .collect();
        (findings, parsed, report.summary)
    };
    let (with, without) = (found(true), found(false));
    assert!(with.0.len() > 5, "{}", with.0.len());
    assert_eq!(with.0, without.0);
    assert!(without.1 < with.1, "{} {}", without.1, with.1);
    assert!(with.2.estate.is_some() && without.2.estate.is_none());
    assert_eq!(with.2.secrets, without.2.secrets);
}
