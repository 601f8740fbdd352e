// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What no contained command may see, and why: the maintained list.
 *
 * @module
 */

/** One place that holds secrets. */
export interface SecretPlace {
  /** Relative to a home folder, or absolute. */
  readonly path: string;
  readonly why: string;
}

/** Places beneath each home folder. */
export const HOME_SECRETS: readonly SecretPlace[] = [
  { path: ".ssh", why: "private keys" },
  { path: ".gnupg", why: "private keys" },
  { path: ".password-store", why: "passwords" },
  { path: ".local/share/keyrings", why: "passwords" },
  { path: ".local/share/kwalletd", why: "passwords" },
  { path: ".config/op", why: "1Password session" },
  { path: ".vault-token", why: "Vault token" },
  { path: ".netrc", why: "passwords for hosts" },
  { path: ".authinfo", why: "passwords for hosts" },
  { path: ".authinfo.gpg", why: "passwords for hosts" },
  { path: ".git-credentials", why: "tokens for git hosts" },
  { path: ".config/git/credentials", why: "tokens for git hosts" },
  { path: ".config/gh", why: "GitHub token" },
  { path: ".config/hub", why: "GitHub token" },
  { path: ".config/glab-cli", why: "GitLab token" },
  { path: ".aws", why: "cloud credentials" },
  { path: ".azure", why: "cloud credentials" },
  { path: ".config/gcloud", why: "cloud credentials" },
  { path: ".config/doctl", why: "cloud credentials" },
  { path: ".config/hcloud", why: "cloud credentials" },
  { path: ".oci", why: "cloud credentials" },
  { path: ".fly", why: "cloud credentials" },
  { path: ".wrangler", why: "cloud credentials" },
  { path: ".terraform.d", why: "Terraform credentials" },
  { path: ".terraformrc", why: "Terraform credentials" },
  { path: ".config/rclone", why: "storage credentials" },
  { path: ".s3cfg", why: "storage credentials" },
  { path: ".kube", why: "cluster credentials" },
  { path: ".docker", why: "registry credentials and the engine's socket" },
  { path: ".config/containers/auth.json", why: "registry credentials" },
  { path: ".npmrc", why: "registry token" },
  { path: ".yarnrc", why: "registry token" },
  { path: ".yarnrc.yml", why: "registry token" },
  { path: ".config/pnpm/rc", why: "registry token" },
  { path: ".bunfig.toml", why: "registry token" },
  { path: ".pypirc", why: "registry token" },
  { path: ".config/pip", why: "registry token" },
  { path: ".pip", why: "registry token" },
  { path: ".config/pypoetry", why: "registry token" },
  { path: ".cargo/credentials", why: "registry token" },
  { path: ".cargo/credentials.toml", why: "registry token" },
  { path: ".gem/credentials", why: "registry token" },
  { path: ".bundle/config", why: "registry token" },
  { path: ".composer/auth.json", why: "registry token" },
  { path: ".config/composer/auth.json", why: "registry token" },
  { path: ".m2/settings.xml", why: "registry password" },
  { path: ".m2/settings-security.xml", why: "registry password" },
  { path: ".gradle/gradle.properties", why: "registry password" },
  { path: ".nuget/NuGet", why: "registry password" },
  { path: ".pgpass", why: "database passwords" },
  { path: ".my.cnf", why: "database passwords" },
  { path: ".mylogin.cnf", why: "database passwords" },
  { path: ".claude.json", why: "agent credentials" },
  { path: ".claude/.credentials.json", why: "agent credentials" },
  { path: ".codex/auth.json", why: "agent credentials" },
  { path: ".gemini/oauth_creds.json", why: "agent credentials" },
  { path: ".config/Claude", why: "agent credentials" },
  { path: ".config/Cursor", why: "agent credentials" },
  { path: ".config/Code", why: "editor credentials" },
  { path: ".config/github-copilot", why: "agent credentials" },
  { path: ".copilot", why: "agent credentials" },
  { path: ".mozilla", why: "browser profile: cookies and passwords" },
  {
    path: ".config/google-chrome",
    why: "browser profile: cookies and passwords",
  },
  { path: ".config/chromium", why: "browser profile: cookies and passwords" },
  {
    path: ".config/BraveSoftware",
    why: "browser profile: cookies and passwords",
  },
  {
    path: ".config/microsoft-edge",
    why: "browser profile: cookies and passwords",
  },
  { path: ".thunderbird", why: "mail and passwords" },
  { path: "snap/firefox", why: "browser profile: cookies and passwords" },
  { path: ".bash_history", why: "secrets typed on a command line" },
  { path: ".zsh_history", why: "secrets typed on a command line" },
  { path: ".local/share/fish", why: "secrets typed on a command line" },
  { path: ".python_history", why: "secrets typed at a prompt" },
  { path: ".node_repl_history", why: "secrets typed at a prompt" },
  { path: ".psql_history", why: "secrets typed at a prompt" },
  { path: ".mysql_history", why: "secrets typed at a prompt" },
  { path: ".rediscli_history", why: "secrets typed at a prompt" },
];

/** Places that are the same on every machine. */
export const SYSTEM_SECRETS: readonly SecretPlace[] = [
  { path: "/etc/shadow", why: "password hashes" },
  { path: "/etc/shadow-", why: "password hashes" },
  { path: "/etc/gshadow", why: "password hashes" },
  { path: "/etc/gshadow-", why: "password hashes" },
  { path: "/etc/sudoers", why: "who may become root" },
  { path: "/etc/sudoers.d", why: "who may become root" },
  { path: "/etc/ssl/private", why: "private keys" },
  { path: "/etc/ssh/ssh_host_rsa_key", why: "private keys" },
  { path: "/etc/ssh/ssh_host_ecdsa_key", why: "private keys" },
  { path: "/etc/ssh/ssh_host_ed25519_key", why: "private keys" },
  { path: "/etc/wireguard", why: "private keys" },
  { path: "/etc/NetworkManager/system-connections", why: "network passwords" },
  { path: "/etc/rancher", why: "cluster credentials" },
  { path: "/etc/kubernetes", why: "cluster credentials" },
  { path: "/var/lib/docker", why: "other containers' files" },
  { path: "/var/lib/containerd", why: "other containers' files" },
  { path: "/var/run/secrets", why: "service account token" },
  { path: "/var/spool/cron", why: "other users' jobs" },
  { path: "/var/mail", why: "mail" },
  { path: "/boot/efi/loader/random-seed", why: "random seed" },
];
