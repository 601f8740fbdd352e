// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Secrets outside the homes. Most are readable by root alone, and a command in
 * a workspace of root's is root to the file system.
 *
 * @module
 */

import type { SecretGroup } from "./secret_group.ts";

/** Absolute paths. */
export const SYSTEM_GROUPS: readonly SecretGroup[] = [
  {
    why: "password hashes",
    source: "shadow(5), gshadow(5), pam_unix(8), debconf(7)",
    paths: [
      "/etc/shadow",
      "/etc/shadow-",
      "/etc/gshadow",
      "/etc/gshadow-",
      "/etc/security/opasswd",
      "/var/backups",
      "/var/cache/debconf/passwords.dat",
    ],
  },
  {
    why: "other users' names",
    source: "vipw(8), subuid(5), sssd(8), utmp(5), wtmpdb(8), accounts-daemon",
    paths: [
      "/etc/passwd-",
      "/etc/group-",
      "/etc/subuid",
      "/etc/subuid-",
      "/etc/subgid",
      "/etc/subgid-",
      "/etc/sssd",
      "/var/lib/AccountsService",
      "/var/lib/lastlog",
      "/var/lib/wtmpdb",
      "/var/log/btmp",
      "/var/log/faillog",
      "/var/log/lastlog",
      "/var/log/wtmp",
    ],
  },
  {
    why: "who may become root",
    source: "sudoers(5), doas.conf(5), polkit(8)",
    paths: ["/etc/sudoers", "/etc/sudoers.d", "/etc/doas.conf"],
  },
  {
    why: "private keys",
    source: "sshd_config(5), update-ca-trust(8), certbot(1), wg(8), krb5.conf",
    paths: [
      "/etc/ssl/private",
      "/etc/pki/tls/private",
      "/etc/pki/CA/private",
      "/etc/pki/entitlement",
      "/etc/pki/consumer",
      "/etc/letsencrypt",
      "/etc/ssh/ssh_host_rsa_key",
      "/etc/ssh/ssh_host_dsa_key",
      "/etc/ssh/ssh_host_ecdsa_key",
      "/etc/ssh/ssh_host_ed25519_key",
      "/etc/wireguard",
      "/etc/openvpn",
      "/etc/ipsec.secrets",
      "/etc/ipsec.d/private",
      "/etc/swanctl/private",
      "/etc/krb5.keytab",
      "/etc/cryptsetup-keys.d",
      "/etc/luks",
      "/etc/rndc.key",
      "/etc/bind/rndc.key",
    ],
  },
  {
    why: "network passwords",
    source:
      "nm-settings-keyfile(5), wpa_supplicant.conf(5), netplan(5), pppd(8)",
    paths: [
      "/etc/NetworkManager/system-connections",
      "/etc/wpa_supplicant",
      "/etc/netplan",
      "/etc/ppp/chap-secrets",
      "/etc/ppp/pap-secrets",
      "/var/lib/NetworkManager",
      "/var/lib/iwd",
      "/var/lib/bluetooth",
      "/var/lib/tailscale",
    ],
  },
  {
    why: "passwords of services",
    source: "each service's manual; apt_auth.conf(5), postfix(1)",
    paths: [
      "/etc/apt/auth.conf",
      "/etc/apt/auth.conf.d",
      "/etc/mysql/debian.cnf",
      "/etc/postfix/sasl_passwd",
      "/etc/postfix/sasl_passwd.db",
      "/etc/exim4/passwd.client",
      "/etc/msmtprc",
      "/var/lib/samba/private",
      "/var/lib/sss/db",
      "/var/lib/sss/secrets",
    ],
  },
  {
    why: "cluster credentials",
    source: "kubeadm, kubelet, k3s and etcd manuals; service account tokens",
    paths: [
      "/etc/kubernetes",
      "/etc/rancher",
      "/var/lib/kubelet",
      "/var/lib/rancher",
      "/var/lib/etcd",
      "/var/run/secrets",
    ],
  },
  {
    why: "other containers' and machines' files",
    source: "dockerd(8), containerd(8), libvirtd(8), cloud-init(1)",
    paths: [
      "/var/lib/docker",
      "/var/lib/containerd",
      "/var/lib/containers",
      "/var/lib/libvirt",
      "/var/lib/lxc",
      "/var/lib/lxd",
      "/var/lib/machines",
      "/var/lib/cloud",
      "/etc/docker/key.json",
    ],
  },
  {
    why: "databases",
    source: "each database's default data folder",
    paths: [
      "/var/lib/postgresql",
      "/var/lib/mysql",
      "/var/lib/mongodb",
      "/var/lib/redis",
      "/var/lib/private",
    ],
  },
  {
    why: "other users' mail and jobs",
    source: "hier(7), crontab(5), at(1)",
    paths: ["/var/mail", "/var/spool/mail", "/var/spool/cron", "/var/spool/at"],
  },
  {
    why: "what others did on this machine",
    source: "systemd-journald(8), auditd(8), pam_lastlog(8)",
    paths: [
      "/var/log/journal",
      "/var/log/audit",
      "/var/log/auth.log",
      "/var/log/secure",
      "/var/account",
    ],
  },
  {
    why: "copies of memory and random state",
    source: "swapon(8), systemd-coredump(8), random-seed in systemd-boot(7)",
    paths: [
      "/swapfile",
      "/swap.img",
      "/var/lib/systemd/coredump",
      "/var/crash",
      "/var/lib/systemd/random-seed",
      "/boot/efi/loader/random-seed",
    ],
  },
];
