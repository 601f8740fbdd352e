// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What `/etc/passwd` and `/etc/group` hold inside: root, nobody and the user
 * that the command runs as.
 *
 * Hidden, they break `whoami`, ssh, git and node's `userInfo`; as they are, they
 * name everybody on the machine. Passwords in them are left out.
 *
 * @module
 */

/** The files' contents on the host. */
export interface Accounts {
  /** passwd(5). */
  readonly passwd: string;
  /** group(5). */
  readonly group: string;
}

/** Ids of nobody, and of its group. */
const NOBODY = "65534";

/** Leaves out everybody but root, nobody and the user `uid` of group `gid`. */
export function ownAccounts(
  { group, passwd }: Accounts,
  { gid, uid }: { readonly uid: number; readonly gid: number | undefined },
): Accounts {
  const users = recordsOf(passwd, 7).filter(([, , id]) =>
    id === "0" || id === NOBODY || id === String(uid)
  );
  const names = new Set(users.map(([name]) => name ?? ""));
  const own = users.filter(([, , id]) => id === String(uid));
  const groups = new Set([
    "0",
    NOBODY,
    ...(gid === undefined ? [] : [String(gid)]),
    ...users.map(([, , , primary]) => primary ?? ""),
  ]);
  return {
    passwd: textOf(users.map(([name, , ...rest]) => [name, "x", ...rest])),
    group: textOf(
      recordsOf(group, 4).flatMap(([name, , id, members]) => {
        const known = (members ?? "").split(",").filter((member) =>
          names.has(member)
        );
        const member = known.some((name) =>
          own.some(([user]) => user === name)
        );
        return groups.has(id ?? "") || member
          ? [[name, "x", id, known.join(",")]]
          : [];
      }),
    ),
  };
}

function recordsOf(text: string, fields: number): string[][] {
  return text.split("\n").map((line) => line.split(":"))
    .filter((record) => record.length === fields);
}

function textOf(records: readonly (readonly (string | undefined)[])[]): string {
  return records.map((record) => `${record.join(":")}\n`).join("");
}
