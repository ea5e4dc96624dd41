//! Secrets in code: calls, comparisons, fallbacks, headers, maps.

use super::{check_in, lined};
use tenure::rule::Profile::Strict;

#[test]
fn calls_that_log_in_or_sign() {
    check_in(
        Strict,
        "lib/sync.py",
        &lined(&[
            "ssh.connect(\"web1\", 22, \"ops\", \"@@PASS\")",
            "ldap.simple_bind_s(\"cn=admin,dc=corp,dc=io\", \"@@PASS\")",
            "credentials = pika.PlainCredentials(\"app\", \"@@PASS\")",
            "cipher = AES.new(b\"@@TOKEN\", AES.MODE_CBC, iv)",
            "basic = base64.b64encode(b\"ops:@@PASS\")",
            "ssh.connect(host, 22, user, password)",
            "button.connect(\"clicked\", \"on_click\")",
            "digest = hmac.new(key, body, hashlib.sha256)",
            "basic = base64.b64encode(b\"user:name\")",
        ]),
    );
    check_in(
        Strict,
        "src/Keys.java",
        &lined(&[
            "store.load(in, \"@@PASS\".toCharArray());",
            "session.createConnection(\"ops\", \"@@PASS\");",
            "config.setPassword(\"@@PASS\");",
            "char[] alphabet = \"0123456789abcdef\".toCharArray();",
            "session.createConnection(user, password);",
            "config.setPassword(settings.password());",
        ]),
    );
}

#[test]
fn what_is_compared() {
    check_in(
        Strict,
        "lib/gate.js",
        &lined(&[
            "if (req.headers[\"x-api-key\"] === \"@@TOKEN\") next();",
            "if (password == '@@PASS') open();",
            "if (password.equals(\"@@PASS\")) open();",
            "if (grant === \"password\") ask();",
            "if (token.type == \"bearer-token-2\") next();",
            "if (mode.equals(\"password\")) ask();",
        ]),
    );
}

#[test]
fn what_stands_in_for_a_variable() {
    check_in(
        Strict,
        "lib/settings.py",
        &lined(&[
            "SMTP_PASS = os.environ.get(\"SMTP_PASS\") or \"@@PASS\"",
            "PASSWORDS = {\"ops\": \"@@PASS\"}",
            "secret = base64.b64decode(\"@@TOKEN\")",
            "password = os.environ.get(\"DB_PASSWORD\") or \"\"",
            "PASSWORDS = {\"ops\": settings.OPS}",
            "FIELDS = {\"password\": \"Password\"}",
        ]),
    );
    check_in(
        Strict,
        "lib/config.js",
        &lined(&[
            "const pass = process.env.DB_PASS || '@@PASS';",
            "const db = { password: process.env.PW || '@@PASS' };",
            "const pass = process.env.DB_PASS ?? config.pass;",
        ]),
    );
}

#[test]
fn headers_of_requests() {
    check_in(
        Strict,
        "lib/client.rb",
        &lined(&[
            "req[\"Authorization\"] = \"Token @@TOKEN\"",
            "req[\"Authorization\"] = \"Token #{token}\"",
            "req[\"Authorization\"] = \"aws-signature-version-four\"",
        ]),
    );
}

#[test]
fn joints_of_some_languages() {
    check_in(
        Strict,
        "R/load.R",
        "password <- \"@@PASS\"\ntoken <- Sys.getenv(\"TOKEN\")\n",
    );
    check_in(
        Strict,
        "src/core.clj",
        "(def db {:user \"app\" :password \"@@PASS\"})\n(def ui {:label \"Password\" :password \"Password\"})\n",
    );
    check_in(
        Strict,
        "src/config.hpp",
        "static const std::string api_key{\"@@TOKEN\"};\nstatic const std::string api_key{};\n",
    );
}

#[test]
fn salts_and_short_secrets() {
    check_in(
        Strict,
        "lib/seal.py",
        &lined(&[
            "SALT = \"@@TOKEN\"",
            "secret = \"@@PASS\"",
            "salt = os.urandom(16)",
            "seed = 20240131",
            "secret = \"sessions\"",
        ]),
    );
}
