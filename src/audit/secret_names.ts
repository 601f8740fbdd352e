// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which names are names of secrets: variables, options, headers, JSON keys.
 *
 * @module
 */

/** Words that make a name a secret's, wherever they stand in it. */
const WORDS = new Set([
  "password",
  "passwd",
  "passphrase",
  "passcode",
  "pass",
  "storepass",
  "keypass",
  "secret",
  "secrets",
  "token",
  "credential",
  "credentials",
  "apikey",
  "authorization",
]);

/** Words that make a name that ends in `key` a secret's: not `primary_key`. */
const KEY_WORDS = new Set(
  ("api access private secret auth signing encryption account master session " +
    "deploy storage client license service shared").split(" "),
);

/** Last words of names that say where or what a secret is, not the secret. */
const ABOUT = new Set(
  ("file path dir stdin url uri type name count length limit expiry expires " +
    "ttl prompt env command helper policy only").split(" "),
);

/** Ends of single words such as `PGPASSWORD` and `authtoken`. */
const ENDING_REGEXP =
  /(?:password|passwd|passphrase|secret|token|apikey|accesskey|secretkey|privatekey)$/;

/** Every secret's name has one of these in it; most texts have none. */
const HINTS = ["pass", "pwd", "secret", "token", "cred", "key", "auth"];

/**
 * Whether a text can hold a secret's name at all.
 *
 * @param lower In lower case.
 */
export function mayNameSecret(lower: string): boolean {
  return HINTS.some((hint) => lower.includes(hint));
}

/**
 * Whether a value with this name is a secret.
 *
 * @param name Such as `GITHUB_TOKEN`, `--api-key`, `clientSecret`, `x.y.password`.
 */
export function isSecretName(name: string): boolean {
  if (!mayNameSecret(name.toLowerCase())) return false;
  const own = name.slice(name.lastIndexOf(".") + 1);
  const words = own.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase()
    .split(/[^a-z0-9]+/).filter((word) => word !== "");
  const last = words.at(-1);
  if (last === undefined || ABOUT.has(last)) return false;
  if (last === "key" || last === "keys") {
    return KEY_WORDS.has(words.at(-2) ?? "");
  }
  // PWD and OLDPWD are folders, MYSQL_PWD is not.
  if (last === "pwd" && words.length > 1) return true;
  return ENDING_REGEXP.test(last) || words.some((word) => WORDS.has(word));
}
