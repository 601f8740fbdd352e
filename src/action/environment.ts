// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Variables that make other programs load or run something.
 *
 * Sources: ld.so(8), bash(1), git(1) "Environment Variables", node --help,
 * python --help, perlrun, ruby(1), GNU make and tar manuals; the first group
 * holds what Runtime Guard refused.
 *
 * @module
 */

/** How bad setting a variable is: `loader` is refused, `code` is not read. */
export type EnvironmentRisk = "loader" | "code" | "none";

const LOADER: ReadonlySet<string> = new Set(
  ("BASH_ENV PROMPT_COMMAND GIT_SSH_COMMAND GIT_SSH GIT_EXTERNAL_DIFF " +
    "GIT_EXEC_PATH GIT_PROXY_COMMAND GIT_TEMPLATE_DIR GCONV_PATH PS4 SHELLOPTS BASHOPTS")
    .split(" "),
);

const CODE: ReadonlySet<string> = new Set(
  ("PATH HOME CDPATH SHELL NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE " +
    "PYTHONSTARTUP PYTHONHOME PYTHONINSPECT PYTHONWARNINGS PYTHONBREAKPOINT " +
    "PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS _JAVA_OPTIONS " +
    "JDK_JAVA_OPTIONS LESSOPEN LESSCLOSE MAKEFLAGS GNUMAKEFLAGS MAKEFILES " +
    "TAR_OPTIONS RSYNC_RSH SSH_ASKPASS SUDO_ASKPASS BROWSER RUSTC_WRAPPER " +
    "RUSTC_WORKSPACE_WRAPPER CARGO_HOME XDG_CONFIG_HOME GLOBIGNORE BASH_XTRACEFD " +
    "POSIXLY_CORRECT FCEDIT ZDOTDIR PHPRC LUA_INIT CLASSPATH").split(" "),
);

/** These name a program to run; a value that does nothing is harmless. */
const PROGRAM_VALUED: ReadonlySet<string> = new Set(
  ("EDITOR VISUAL PAGER MANPAGER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_PAGER " +
    "GIT_ASKPASS SYSTEMD_PAGER SYSTEMD_EDITOR PSQL_PAGER PSQL_EDITOR LESSEDIT " +
    "AWS_PAGER GH_PAGER GH_EDITOR DELTA_PAGER BAT_PAGER KUBE_EDITOR").split(
      " ",
    ),
);
const HARMLESS_PROGRAMS: ReadonlySet<string> = new Set(
  ["", ":", "true", "cat", "more", "less", "/bin/true", "/bin/cat"],
);

/** Values that only tune a program: nothing in them names code. */
const HARMLESS_VALUES: Readonly<Record<string, RegExp>> = {
  NODE_OPTIONS:
    /^(?:(?:^|\s+)--(?:max-(?:old|semi)-space-size=\d+|no-warnings|trace-warnings|trace-deprecation|no-deprecation|enable-source-maps|stack-trace-limit=\d+|dns-result-order=\w+|experimental-vm-modules|openssl-legacy-provider|unhandled-rejections=\w+))+$/,
  JAVA_TOOL_OPTIONS:
    /^(?:(?:^|\s+)-(?:X(?:m[sxn]|ss)\d+[kmgKMG]?|Dfile\.encoding=[\w-]+))+$/,
  _JAVA_OPTIONS: /^(?:(?:^|\s+)-X(?:m[sxn]|ss)\d+[kmgKMG]?)+$/,
  MAKEFLAGS: /^-{0,2}j(?:obs=)?\s?\d+$/,
  PYTHONWARNINGS: /^(?:ignore|default|always|error|once)$/,
};

/** Where the person's own files and project are. */
export interface Places {
  readonly home: string;
  readonly workspace: string;
}

/** Folders of programs that only the system's owner fills. */
const SYSTEM =
  /^\/(?:usr|bin|sbin|opt|snap|nix|lib|Library|Applications)(?:\/|$)/;

/** PATH may gain folders of the system, of the home folder and of the project. */
function pathRisk(value: string, { home, workspace }: Places): EnvironmentRisk {
  const safe = value.split(":").every((folder) => {
    if (/^\0[$+]$/.test(folder)) return true;
    if (!folder.startsWith("/")) return false;
    return SYSTEM.test(folder) || folder.startsWith(`${home}/`) ||
      folder.startsWith(`${workspace}/`);
  });
  return safe ? "none" : "code";
}

/** Says what setting `name` to `value` for a program means; the value may hold holes. */
export function environmentRisk(
  name: string,
  value: string,
  places: Places,
): EnvironmentRisk {
  if (name === "PATH") return pathRisk(value, places);
  if (LOADER.has(name)) return "loader";
  if (/^(?:LD|DYLD)_|^BASH_FUNC_/.test(name)) return "loader";
  if (value === "" && !LOADER.has(name)) return "none";
  // An interactive shell expands its prompts.
  if (/^PS[0-3]$/.test(name) && /\$\(|`/.test(value)) return "code";
  if (HARMLESS_VALUES[name]?.test(value)) return "none";
  if (CODE.has(name) || /^GIT_CONFIG|^npm_config_/i.test(name)) return "code";
  if (PROGRAM_VALUED.has(name)) {
    return HARMLESS_PROGRAMS.has(value) ? "none" : "code";
  }
  // A shell reads the file that ENV names; `ENV=dev` is an everyday setting.
  if (name === "ENV") return value.includes("/") ? "loader" : "none";
  if (name === "PYTHONPATH") return isInside(value) ? "none" : "loader";
  return "none";
}

/** Relative folders without `..` only: project code, which may run anyway. */
function isInside(list: string): boolean {
  return list.split(":").every((folder) =>
    !folder.startsWith("/") && !folder.startsWith("~") &&
    !folder.split("/").includes("..")
  );
}
