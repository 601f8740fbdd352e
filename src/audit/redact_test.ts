// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { makeRedactor } from "./redact.ts";

const redact = await makeRedactor([]);

Deno.test.each(
  [
    ["curl -H 'Authorization: Bearer abcdefgh12345678' x", "abcdefgh12345678"],
    ["curl -u me --password hunter2", "hunter2"],
    ["mysql --password=hunter2 db", "hunter2"],
    ["API_KEY=abc123 run", "abc123"],
    ["my-token: zzz", "zzz"],
    ['{"secret": "zzz9"}', "zzz9"],
    ["git clone https://me:tok123@host/x", "tok123"],
    ["AKIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNOP"],
    ["ghp_abcdefghijklmnopqrstuvwxyz012345", "ghp_abcdefgh"],
    ["glpat-abcdefghij0123456789", "glpat-abcdefghij"],
    ["xoxb-1234567890-abcdef", "xoxb-1234567890"],
    [`key is sk-${"a1".repeat(12)}`, "a1a1a1"],
    [
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
      "eyJzdWIiOiIxIn0",
    ],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END", "MIIE"],
    [
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIE\nabc=",
      "MIIE",
    ],
    ["curl -H 'Authorization: rawvalue1' x", "rawvalue1"],
    ["curl -H 'Proxy-Authorization: Basic cmF3OnZhbHVl' x", "cmF3OnZhbHVl"],
    ["X-Auth: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNz"],
    ["curl -u me:hunter2 https://x", "hunter2"],
    ["curl -ume:hunter2 https://x", "hunter2"],
    ["mysql -phunter2 db", "hunter2"],
    ["sudo /usr/bin/mysqldump -uroot -phunter2 db", "hunter2"],
    ["sshpass -p hunter2 ssh host", "hunter2"],
    ["docker login -u me -p hunter2 host", "hunter2"],
    ["login --password 'two words2'", "words2"],
    ['DB_PASSWORD="two words2" run', "words2"],
    ["DB_PASS=hunter2 run", "hunter2"],
    ["MYSQL_PWD=hunter2 mysql", "hunter2"],
    ["clientSecret: 'hunter2'", "hunter2"],
    ["https://rawtoken1@github.com/x", "rawtoken1"],
    ["redis://:hunter2@host/0", "hunter2"],
    ["openssl enc -pass pass:hunter2", "hunter2"],
    [`sh -c "mysql -phunter2 db"`, "hunter2"],
    ["machine h login me password hunter2", "hunter2"],
    [
      "AKIAABCDEFGHIJKLMNOP,abcdefghij0123456789ABCDEFGHIJ0123456789",
      "0123456",
    ],
  ] as const,
)("redact() takes the secret out of %s", (text, secret) => {
  const out = redact({ command: text })["command"];
  assert(typeof out === "string" && !out.includes(secret), String(out));
  assert(out.includes("<redacted>"));
});

Deno.test.each(
  [
    [["mysql", "-p", "hunter2", "db"], ["mysql", "-p", "<redacted>", "db"]],
    [["x", "--password", "two words"], ["x", "--password", "<redacted>"]],
    [["x", "--password=two words"], ["x", "--password=<redacted>"]],
    [["env", "API_TOKEN=a;b", "x"], ["env", "API_TOKEN=<redacted>", "x"]],
    [["curl", "-u", "me:two words"], ["curl", "-u", "me:<redacted>"]],
    [["x", "Authorization:", "a b"], ["x", "Authorization:", "<redacted>"]],
    [
      ["sh", "-c", "TOKEN=abc; rm -rf /"],
      ["sh", "-c", "TOKEN=<redacted>; rm -rf /"],
    ],
    [["mkdir", "-p", "a/b"], ["mkdir", "-p", "a/b"]],
    [["docker", "run", "-p", "80:80"], ["docker", "run", "-p", "80:80"]],
  ] as const,
)("redact() turns the argument list %j into %j", (argv, want) => {
  assert.deepEqual(redact({ argv })["argv"], want);
});

Deno.test.each(
  [
    ["git commit -m 'fix: one line'"],
    ["ls -la src/token_reader.ts"],
    ["https://example.com:8080/path"],
    ["git clone ssh://git@host/x"],
    ["sha256:0123456789abcdef"],
    ["mkdir -p /etc/x && cp -p a b"],
    ["src/token.ts:12: error"],
    ["--max-tokens=100 --token-file=/run/t"],
    ["PWD=/home/me OLDPWD=/ ls"],
    ["pass: 3 tests"],
    ["PGPASSWORD=$PGPASSWORD psql"],
    // What follows runs, whatever it is called: it has to be seen.
    ["TOKEN=$(rm -rf ~)"],
    ['PASSWORD="$(rm -rf ~)"'],
    ["SECRET=`rm -rf /`"],
    ["-----BEGIN PRIVATE KEY-----; rm -rf /"],
  ] as const,
)("redact() leaves %s as it is", (text) => {
  assert.equal(redact({ text })["text"], text);
});

const LEGACY = [
  "(?i)(api[_-]?key\\s*[=:]\\s*)([^\\s]+)",
  "(?i)(token\\s*[=:]\\s*)([^\\s]+)",
  "(?i)(x-secret\\s*[=:]\\s*)([^\\s]+)",
];
// Letters that fold to ASCII ones, blanks that RE2 does not take for blanks.
const soup = fc.array(
  fc.constantFrom(
    ..."api_key -token:x-secret=ToKen\u212a\u017f\u00a0\v\t\n'\"$(",
    "api_key",
    "to\u212aen=",
    "token=",
    "x-\u017fecret :",
  ),
).map((parts) => parts.join(""));

Deno.test("the short way for Runtime Guard's patterns takes out all that RE2 would", async () => {
  const quick = await makeRedactor(LEGACY);
  // Not of the short form, and otherwise the same.
  const slow = await makeRedactor(LEGACY.map((pattern) => `(?:)${pattern}`));
  fc.assert(
    fc.property(soup, (text) => {
      assert.deepEqual(quick({ text }), slow({ text }));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("a match that is group 1 alone goes whole", async () => {
  const own = await makeRedactor(["(internal-\\d+)"]);
  assert.deepEqual(own({ text: "see internal-4711" }), {
    text: "see <redacted>",
  });
});

Deno.test("a policy's pattern sees an argument list as one text", async () => {
  const own = await makeRedactor(["(--pin )\\S+"]);
  assert.deepEqual(own({ argv: ["x", "--pin", "12 34", "y"] }), {
    argv: ["x", "--pin", "<redacted>", "y"],
  });
});

Deno.test("redact() cuts what is too long, after taking secrets out", () => {
  const token = `ghp_${"a".repeat(36)}`;
  for (let before = 16 * 1024 - 40; before <= 16 * 1024; before += 5) {
    const out = redact({ text: `${"x ".repeat(before / 2)}${token} end` });
    assert.doesNotMatch(String(out["text"]), /ghp_/);
  }
  const reasons = Array.from({ length: 500 }, () => ({
    argv: Array.from({ length: 500 }, () => "x".repeat(50)),
  }));
  assert(JSON.stringify(redact({ reasons })).length < 512 * 1024);
});

Deno.test("redact() applies a policy's pattern and keeps its first group", async () => {
  const own = await makeRedactor(["(?i)(internal-)(\\d+)"]);
  assert.deepEqual(own({ text: "see INTERNAL-4711 now" }), {
    text: "see INTERNAL-<redacted> now",
  });
});

Deno.test("makeRedactor() refuses a pattern it cannot read", async () => {
  await assert.rejects(
    makeRedactor(["(unclosed"]),
    /Cannot read the redact pattern/,
  );
});

Deno.test("a policy's pattern that would explode elsewhere ends", async () => {
  const own = await makeRedactor(["(a+)+$"]);
  own({ text: "a".repeat(5_000) + "!" });
});

Deno.test("redact() of argument lists keeps their length", () => {
  fc.assert(fc.property(fc.array(fc.oneof(soup, fc.string())), (argv) => {
    const out = redact({ argv })["argv"];
    assert(Array.isArray(out) && out.length === argv.length);
  }));
});

Deno.test("redact() never throws and keeps the shape", () => {
  fc.assert(fc.property(fc.object(), (value) => {
    const fields = JSON.parse(JSON.stringify(value));
    assert.deepEqual(Object.keys(redact(fields)), Object.keys(fields));
  }));
});
