// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What no contained command may see on macOS, besides what `secrets.ts` lists
 * for every system.
 *
 * Much of it macOS itself guards by asking the user (TCC); but a terminal that
 * was given full access to the disk passes that on to every command.
 *
 * @module
 */

import { isWithin } from "../../sandbox/within.ts";
import { HOME_SECRETS, type SecretPlace } from "./secrets.ts";

const PROFILE = "browser profile: cookies and passwords";
const TOKENS = "agent credentials";

/** Places beneath each home folder. */
export const MACOS_HOME_SECRETS: readonly Omit<SecretPlace, "source">[] = [
  { path: "Library/Keychains", why: "passwords and private keys" },
  { path: "Library/Cookies", why: "cookies of many programs" },
  { path: "Library/HTTPStorages", why: "cookies of many programs" },
  { path: "Library/Safari", why: "browsing history" },
  { path: "Library/WebKit", why: "what web pages stored" },
  {
    path: "Library/Containers",
    why: "private data of programs from the store",
  },
  { path: "Library/Group Containers", why: "private data of programs" },
  { path: "Library/Caches/com.apple.Safari", why: "what the user read" },
  { path: "Library/Caches/Google/Chrome", why: "what the user read" },
  { path: "Library/Caches/Firefox", why: "what the user read" },
  { path: "Library/Messages", why: "messages, one-time codes among them" },
  { path: "Library/Mail", why: "mail" },
  { path: "Library/Accounts", why: "the user's accounts" },
  { path: "Library/Mobile Documents", why: "iCloud Drive" },
  { path: "Library/CloudStorage", why: "other cloud drives" },
  { path: "Library/Application Support/CloudDocs", why: "iCloud Drive" },
  { path: "Library/Application Support/iCloud", why: "iCloud account" },
  { path: "Library/Application Support/AddressBook", why: "contacts" },
  { path: "Library/Application Support/CallHistoryDB", why: "calls" },
  {
    path: "Library/Application Support/com.apple.TCC",
    why: "which program may see what",
  },
  {
    path: "Library/Application Support/com.apple.sharedfilelist",
    why: "recently opened files",
  },
  {
    path: "Library/Application Support/MobileSync",
    why: "backups of phones",
  },
  { path: "Library/Application Support/Knowledge", why: "what the user did" },
  { path: "Library/Calendars", why: "calendar" },
  { path: "Library/Reminders", why: "reminders" },
  { path: "Library/Suggestions", why: "extracts of mail and messages" },
  { path: "Library/IdentityServices", why: "keys for messages" },
  { path: "Library/PersonalizationPortrait", why: "extracts of messages" },
  { path: "Library/Biome", why: "what the user did" },
  { path: "Library/Sharing", why: "shared passwords and devices" },
  { path: "Library/Autosave Information", why: "unsaved documents" },
  { path: "Library/Application Support/Google/Chrome", why: PROFILE },
  { path: "Library/Application Support/Google/Chrome Canary", why: PROFILE },
  { path: "Library/Application Support/Chromium", why: PROFILE },
  { path: "Library/Application Support/Firefox", why: PROFILE },
  { path: "Library/Application Support/Mozilla", why: PROFILE },
  { path: "Library/Application Support/BraveSoftware", why: PROFILE },
  { path: "Library/Application Support/Microsoft Edge", why: PROFILE },
  { path: "Library/Application Support/Arc", why: PROFILE },
  { path: "Library/Application Support/Vivaldi", why: PROFILE },
  { path: "Library/Application Support/com.operasoftware.Opera", why: PROFILE },
  { path: "Library/Application Support/zen", why: PROFILE },
  { path: "Library/Application Support/Orion", why: PROFILE },
  {
    path: "Library/Application Support/Thunderbird",
    why: "mail and passwords",
  },
  { path: "Library/Thunderbird", why: "mail and passwords" },
  { path: "Library/Application Support/1Password", why: "passwords" },
  { path: "Library/Application Support/Bitwarden", why: "passwords" },
  { path: "Library/Application Support/KeePassXC", why: "passwords" },
  { path: "Library/Application Support/Dashlane", why: "passwords" },
  { path: "Library/Application Support/Slack", why: "session of a chat" },
  { path: "Library/Application Support/discord", why: "session of a chat" },
  { path: "Library/Application Support/Signal", why: "messages" },
  { path: "Library/Application Support/Telegram Desktop", why: "messages" },
  { path: "Library/Application Support/WhatsApp", why: "messages" },
  { path: "Library/Application Support/Claude", why: TOKENS },
  { path: "Library/Application Support/Cursor", why: TOKENS },
  { path: "Library/Application Support/Windsurf", why: TOKENS },
  { path: "Library/Application Support/com.openai.chat", why: TOKENS },
  { path: "Library/Application Support/Code", why: "editor credentials" },
  {
    path: "Library/Application Support/Code - Insiders",
    why: "editor credentials",
  },
  { path: "Library/Application Support/VSCodium", why: "editor credentials" },
  { path: "Library/Application Support/JetBrains", why: "editor credentials" },
  { path: "Library/Application Support/Zed", why: "editor credentials" },
  { path: "Library/Application Support/GitHub Desktop", why: "GitHub token" },
  { path: "Library/Application Support/Postman", why: "tokens in requests" },
  { path: "Library/Application Support/TablePlus", why: "database passwords" },
  { path: "Library/Application Support/Sequel Ace", why: "database passwords" },
  {
    path: "Library/Application Support/DBeaverData",
    why: "database passwords",
  },
  { path: "Library/DBeaverData", why: "database passwords" },
  { path: "Library/Application Support/FileZilla", why: "passwords for hosts" },
  { path: "Library/Application Support/Cyberduck", why: "passwords for hosts" },
  { path: "Library/Application Support/Bitcoin", why: "wallet" },
  { path: "Library/Application Support/Electrum", why: "wallet" },
  { path: "Library/Application Support/Exodus", why: "wallet" },
  { path: "Library/Application Support/Ledger Live", why: "wallet" },
  { path: "Library/Ethereum", why: "wallet" },
  {
    path: "Library/Application Support/Docker Desktop",
    why: "registry tokens",
  },
  { path: "Library/Preferences/com.apple.iCloud.plist", why: "iCloud account" },
  { path: "Library/Preferences/MobileMeAccounts.plist", why: "iCloud account" },
  { path: "Library/Preferences/pypoetry", why: "registry token" },
  { path: "Library/Preferences/pnpm/rc", why: "registry token" },
  { path: "Library/Preferences/composer/auth.json", why: "registry token" },
  { path: "Library/Application Support/pip", why: "registry token" },
  { path: "Library/Application Support/gh", why: "GitHub token" },
  { path: "Library/Application Support/glab-cli", why: "GitLab token" },
  { path: "Library/Application Support/doctl", why: "cloud credentials" },
  { path: "Library/Application Support/fly", why: "cloud credentials" },
  { path: "Library/Application Support/sops", why: "private keys" },
  { path: "Library/Application Support/heroku", why: "cloud credentials" },
  { path: "Library/Preferences/.wrangler", why: "cloud credentials" },
  { path: "Library/Application Support/Steam", why: "session of a shop" },
  { path: ".zsh_sessions", why: "secrets typed on a command line" },
  { path: ".orbstack", why: "containers and the engine's socket" },
  { path: ".colima", why: "containers and the engine's socket" },
  { path: ".lima", why: "virtual machines and their keys" },
  { path: ".rd", why: "containers and the engine's socket" },
  { path: ".local/share/containers/podman/machine", why: "keys of a machine" },
  { path: ".Trash", why: "what the user threw away" },
];

/** Places that are the same on every Mac. */
export const MACOS_SYSTEM_SECRETS: readonly Omit<SecretPlace, "source">[] = [
  { path: "/Library/Keychains", why: "passwords and private keys" },
  { path: "/private/var/db/SystemKey", why: "key of the system's keychain" },
  { path: "/private/var/db/dslocal", why: "password hashes" },
  { path: "/private/etc/master.passwd", why: "password hashes" },
  { path: "/private/var/root", why: "home of root" },
  { path: "/private/var/db/TCC", why: "which program may see what" },
  {
    path: "/Library/Application Support/com.apple.TCC",
    why: "which program may see what",
  },
  {
    path:
      "/Library/Preferences/SystemConfiguration/com.apple.airport.preferences.plist",
    why: "network passwords",
  },
  {
    path: "/Library/Preferences/com.apple.wifi.known-networks.plist",
    why: "network passwords",
  },
  { path: "/private/var/protected", why: "the system's own secrets" },
  { path: "/private/var/vm", why: "memory of every program" },
  { path: "/private/var/spool/cups", why: "printed documents" },
  { path: "/private/var/at", why: "other users' jobs" },
  { path: "/private/var/mail", why: "mail" },
  { path: "/Volumes/.timemachine", why: "backups: each hidden file once more" },
  {
    path: "/Volumes/com.apple.TimeMachine.localsnapshots",
    why: "backups: each hidden file once more",
  },
  { path: "/cores", why: "memory of programs that failed" },
];

/**
 * Every place on this Mac that is hidden besides those of every system.
 *
 * @param site Home of the user that the command runs as, and the workspace.
 * @param listFolder Names in a folder, or `undefined`.
 */
export function macosSecretPaths(
  site: { readonly home: string; readonly workspace: string },
  listFolder: (path: string) => readonly string[] | undefined,
): string[] {
  // What is in the shared folder is meant for every user.
  const others = (listFolder("/Users") ?? []).filter((name) =>
    name !== "Shared" && !name.startsWith(".")
  ).map((name) => `/Users/${name}`)
    .filter((home) => !isWithin(site.home, home));
  // Of a home that holds the workspace only the secrets are hidden.
  const above = others.filter((home) => isWithin(site.workspace, home));
  return [
    ...MACOS_SYSTEM_SECRETS.map(({ path }) => path),
    ...[site.home, ...above].flatMap((home) =>
      [...HOME_SECRETS, ...MACOS_HOME_SECRETS].map(({ path }) =>
        `${home}/${path}`
      )
    ),
    ...others.filter((home) => !above.includes(home)),
  ];
}
