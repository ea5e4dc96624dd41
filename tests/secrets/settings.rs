//! Secrets in settings that no tree shows: files that are one value, directives, rows of a table.

use super::{check, check_in, lined};
use tenure::rule::Profile::Strict;

#[test]
fn files_that_are_one_secret() {
    for path in [
        "config/master.key",
        "config/credentials/production.key",
        "keys/encryption.key",
        "deploy/.vault_pass",
        "secrets/db_password.txt",
        "secrets/api_token",
    ] {
        check(path, "@@TOKEN\n");
    }
    for (path, text) in [
        ("config/master.key", "<%= key %>\n"),
        ("secrets/db_password.txt", "changeme\n"),
        ("secrets/token_path", "/run/secrets/token\n"),
        ("keys/public.key", "Vq7hT2mZs9LxNk3pW8tRqZK4fB6cD1eG\n"),
    ] {
        check(path, text);
    }
}

#[test]
fn directives_without_a_sign() {
    check(
        "conf/bridge.conf",
        &lined(&[
            "remote_username ops",
            "remote_password @@PASS",
            "password_file /etc/mosquitto/passwd",
            "bindpw @@PASS",
            "password incorrect",
        ]),
    );
    check(
        "network/router.cfg",
        &lined(&[
            "enable password @@PASS",
            "username ops privilege 15 password 0 @@PASS",
            "snmp-server community @@PASS RO",
            "tacacs-server host 10.0.0.2 key @@PASS",
            "neighbor 10.0.0.3 password @@PASS",
            "service password-encryption",
            "enable secret 9 $9$k3Jf8sQ0pLz1$Vq7hT2mZs9LxNk3pW8",
            "snmp-server community public RO",
            "neighbor 10.0.0.3 remote-as 65001",
        ]),
    );
    check(
        "soap/login.xml",
        "<wsse:Password Type=\"http://corp.io/token#PasswordText\">@@PASS</wsse:Password>\n<wsse:Password Type=\"#t\">${pw}</wsse:Password>\n<xs:element name=\"password\" type=\"xs:string\"/>\n",
    );
}

#[test]
fn a_key_below_what_it_is_for() {
    check(
        "svc/config.yml",
        &lined(&[
            "encryption: {key: \"@@TOKEN\", algorithm: aes-256-gcm}",
            "jwt: {key: \"@@TOKEN\", issuer: ledger}",
            "cache: {key: \"v2-balances-2024\", ttl: 300}",
            "encryption: {key: \"${ENCRYPTION_KEY}\"}",
        ]),
    );
}

#[test]
fn rows_of_a_table() {
    check_in(
        Strict,
        "db/seed.sql",
        &lined(&[
            "INSERT INTO users (id, name, password) VALUES (1, 'ops', '@@PASS');",
            "INSERT INTO users (id, name, password) VALUES (2, 'ci', '$2b$12$k3Jf8sQ0pLz1');",
            "INSERT INTO users (name, password) VALUES (:name, :password);",
            "INSERT INTO labels (name, title) VALUES ('password', 'Password of the day 2');",
        ]),
    );
}
