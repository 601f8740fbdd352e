// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a person's own programs keep beneath a home folder: browsers, mail,
 * wallets, and the history of every prompt.
 *
 * @module
 */

import type { SecretGroup } from "./secret_group.ts";

/** Paths are relative to the home folder. */
export const PERSONAL_GROUPS: readonly SecretGroup[] = [
  {
    why: "browser profile: cookies and passwords",
    source: "each browser's profile folder; snap and flatpak keep their own",
    paths: [
      ".mozilla",
      ".cache/mozilla",
      ".config/google-chrome",
      ".config/google-chrome-beta",
      ".cache/google-chrome",
      ".config/chromium",
      ".cache/chromium",
      ".config/BraveSoftware",
      ".config/microsoft-edge",
      ".config/vivaldi",
      ".config/opera",
      ".librewolf",
      ".waterfox",
      ".local/share/torbrowser",
      "snap",
      ".var/app",
    ],
  },
  {
    why: "mail, messages and their passwords",
    source: "each program's manual; muttrc(5), msmtp(1), fetchmail(1)",
    paths: [
      ".thunderbird",
      ".config/evolution",
      ".local/share/evolution",
      ".mutt",
      ".muttrc",
      ".msmtprc",
      ".config/msmtp",
      ".mbsyncrc",
      ".offlineimaprc",
      ".fetchmailrc",
      "Maildir",
      "mbox",
      ".config/Slack",
      ".config/discord",
      ".config/Signal",
      ".config/Element",
      ".local/share/TelegramDesktop",
    ],
  },
  {
    why: "wallets",
    source: "each wallet's data folder",
    paths: [
      ".bitcoin",
      ".electrum",
      ".ethereum/keystore",
      ".foundry/keystores",
      ".config/solana",
      ".near-credentials",
    ],
  },
  {
    why: "secrets typed on a command line or at a prompt",
    source: "HISTFILE in bash(1) and zshparam(1); each shell's manual",
    paths: [
      ".bash_history",
      ".bash_sessions",
      ".zsh_history",
      ".zhistory",
      ".zsh_sessions",
      ".sh_history",
      ".ksh_history",
      ".ash_history",
      ".history",
      ".local/share/fish",
      ".config/nushell/history.txt",
      ".config/nushell/history.sqlite3",
      ".local/share/atuin",
      ".local/share/mcfly",
      ".python_history",
      ".local/state/python_history",
      ".node_repl_history",
      ".irb_history",
      ".php_history",
      ".psql_history",
      ".mysql_history",
      ".mariadb_history",
      ".sqlite_history",
      ".rediscli_history",
      ".dbshell",
      ".lesshst",
    ],
  },
];
