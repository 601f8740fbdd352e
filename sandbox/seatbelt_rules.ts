// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What every contained command on macOS gets, whatever its profile: tables.
 *
 * Sources: Chromium's sandbox/policy/mac/common.sb, the base policies of Codex
 * and sandbox-runtime, and measurements others published (named where used).
 * None of it was run on a Mac by the authors of airg.
 *
 * @module
 */

/** One name and what needs it. */
export interface Needed {
  readonly name: string;
  readonly why: string;
}

/** Mach services any command may look up. */
export const MACH_SERVICES: readonly Needed[] = [
  { name: "com.apple.system.opendirectoryd.libinfo", why: "getpwuid, whoami" },
  { name: "com.apple.system.opendirectoryd.membership", why: "getgroups, id" },
  { name: "com.apple.bsd.dirhelper", why: "confstr, the user's own folders" },
  { name: "com.apple.system.logger", why: "syslog" },
  { name: "com.apple.logd", why: "os_log" },
  { name: "com.apple.system.notification_center", why: "notify, time zones" },
];

/** Mach services a command with an open network may look up as well. */
export const NETWORK_SERVICES: readonly Needed[] = [
  { name: "com.apple.SystemConfiguration.configd", why: "proxies, interfaces" },
  {
    name: "com.apple.SystemConfiguration.DNSConfiguration",
    why: "which name servers",
  },
  {
    name: "com.apple.trustd.agent",
    why:
      "checking certificates (Go, Swift, curl); it can fetch addresses itself",
  },
];

/**
 * Mach services no command may look up, said last so that no other rule can
 * give them away: each acts outside the sandbox, or for the user.
 */
export const FORBIDDEN_SERVICES: readonly Needed[] = [
  { name: "com.apple.SecurityServer", why: "keychain" },
  { name: "com.apple.securityd", why: "keychain" },
  { name: "com.apple.securityd.xpc", why: "keychain" },
  { name: "com.apple.securityd.general", why: "keychain" },
  { name: "com.apple.secd", why: "keychain" },
  { name: "com.apple.coreservices.launchservicesd", why: "starts programs" },
  { name: "com.apple.lsd.mapdb", why: "launch services" },
  { name: "com.apple.lsd.open", why: "opens files with programs" },
  { name: "com.apple.coreservices.appleevents", why: "steers programs" },
  { name: "com.apple.CoreServices.coreservicesd", why: "launch services" },
  { name: "com.apple.xpc.smd", why: "installs login items and helpers" },
  { name: "com.apple.pasteboard.1", why: "the user's clipboard" },
  { name: "com.apple.tccd", why: "asks the user for rights" },
  { name: "com.apple.tccd.system", why: "asks the user for rights" },
  { name: "com.apple.windowserver.active", why: "screen and keyboard" },
  { name: "com.apple.accountsd.accountmanager", why: "the user's accounts" },
  {
    name: "com.apple.usernotifications.usernotificationservice",
    why: "speaks to the user",
  },
];

/** Operations nobody has a use for in a contained command; none takes a path. */
export const FORBIDDEN_OPERATIONS: readonly Needed[] = [
  { name: "appleevent-send", why: "steers programs outside" },
  { name: "lsopen", why: "starts programs outside" },
  { name: "job-creation", why: "starts programs by launchd" },
  { name: "mach-priv-task-port", why: "ptrace and task_for_pid" },
  { name: "file-write-setugid", why: "set-id programs in the workspace" },
  // The check looks at the new name alone: a hard link would be a second,
  // readable name of a hidden file.
  { name: "file-link", why: "hard links" },
];

/** Kernel variables that libraries read at start; a trailing `*` is a prefix. */
export const SYSCTLS: readonly string[] = [
  "hw.activecpu",
  "hw.byteorder",
  "hw.cacheconfig",
  "hw.cachelinesize",
  "hw.cachelinesize_compat",
  "hw.cpufamily",
  "hw.cpufrequency",
  "hw.cpufrequency_compat",
  "hw.cputype",
  "hw.cpusubtype",
  "hw.l1dcachesize_compat",
  "hw.l1icachesize_compat",
  "hw.l2cachesize_compat",
  "hw.l3cachesize_compat",
  "hw.logicalcpu",
  "hw.logicalcpu_max",
  "hw.machine",
  "hw.memsize",
  "hw.model",
  "hw.ncpu",
  "hw.nperflevels",
  "hw.packages",
  "hw.pagesize",
  "hw.pagesize_compat",
  "hw.physicalcpu",
  "hw.physicalcpu_max",
  "hw.tbfrequency_compat",
  "hw.vectorunit",
  "hw.optional.*",
  "hw.perflevel*",
  "kern.argmax",
  "kern.hostname",
  "kern.maxfiles",
  "kern.maxfilesperproc",
  "kern.maxproc",
  "kern.ngroups",
  "kern.osproductversion",
  "kern.osrelease",
  "kern.ostype",
  "kern.osvariant_status",
  "kern.osversion",
  "kern.secure_kernel",
  "kern.usrstack64",
  "kern.version",
  "machdep.cpu.*",
  "machdep.ptrauth_enabled",
  "security.mac.lockdown_mode_state",
  "sysctl.proc_cputype",
  "sysctl.proc_translated",
  "vm.loadavg",
];

/** Devices a command may read, write and control. */
export const DEVICES: readonly string[] = [
  "/dev/null",
  "/dev/zero",
  "/dev/random",
  "/dev/urandom",
  "/dev/dtracehelper",
  "/dev/ptmx",
  "/dev/tty",
];

/** Names of the open descriptors; what they lead to was opened by someone else. */
export const DESCRIPTORS: readonly string[] = [
  "/dev/stdin",
  "/dev/stdout",
  "/dev/stderr",
];

/** Shared memory: the time zone's notifications, OpenMP, Python. */
export const SHARED_MEMORY = {
  readable: ["apple.shm.notification_center"],
  ownPrefixes: ["/__KMP_REGISTERED_LIB_", "/psm_"],
} as const;

/** Where the name service listens; the one socket outside that an open network needs. */
export const NAME_SERVICE = "/private/var/run/mDNSResponder";

/**
 * Folders where every program keeps temporary files. Not `/private/var/folders`:
 * the loader keeps its caches there.
 */
export const SHARED_TEMPORARY: readonly string[] = [
  "/private/tmp",
  "/private/var/tmp",
];

/** What programs of the system need to read where reading is by a list. */
export const SYSTEM_READABLE: readonly string[] = [
  // Not "/System": the data volume, with every home, is beneath it.
  "/System/Library",
  "/System/Cryptexes",
  "/System/iOSSupport",
  "/System/Volumes/Preboot/Cryptexes",
  "/Library/Apple",
  "/Library/Developer",
  "/Library/Filesystems",
  "/Library/Frameworks",
  "/Library/Java",
  "/Library/Preferences/Logging",
  "/Applications/Xcode.app",
  "/bin",
  "/sbin",
  "/usr",
  "/opt/homebrew",
  "/opt/local",
  "/private/etc",
  "/private/var/db/DarwinDirectory",
  "/private/var/db/dyld",
  "/private/var/db/icu",
  "/private/var/db/timezone",
  "/private/var/db/xcode_select_link",
  "/private/var/select",
];
