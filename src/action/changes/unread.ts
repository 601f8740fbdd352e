// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether a program may change files that no word of it names (pure): a
 * script, a build, a test, whatever has no table here.
 *
 * @module
 */

import type { Facts, ProgramFact } from "../facts.ts";
import { hasHole } from "../../shell/value.ts";
import { walkOptions } from "../runs/option_walk.ts";
import { GIT_GLOBAL } from "./git_use.ts";

/** Programs that change what their words name, or nothing. */
const READ = new Set(
  // Of the shell itself.
  (". : [ [[ alias bg break builtin caller cd command complete compgen continue " +
    "declare dirs disown echo enable eval exec exit export false fc fg getopts " +
    "hash help history jobs kill let local logout mapfile popd printf pushd pwd " +
    "read readarray readonly return select set shift shopt source suspend test " +
    "time times trap true type typeset ulimit umask unalias unset until wait " +
    // That read.
    "ack ag apropos arch awk base32 base64 bat batcat bc cal cat cksum column comm cmp " +
    "cut date dc df diff dir dirname basename dmesg dos2unix du egrep env expand expr factor " +
    "fd fgrep file find fmt fold free gawk getent getfacl gh grep groups head " +
    "hexdump host hostname iconv id ifconfig info ip jaq join jq less locale ls " +
    "lsattr lsblk lscpu lsof man mawk md5sum more most nawk netstat nice nl nohup nproc nslookup " +
    "numfmt od paste pgrep pidof ping pkill killall pr printenv ps readlink " +
    "realpath rev rg ripgrep seq sha1sum sha224sum sha256sum sha384sum sha512sum " +
    "b2sum shuf sleep sort ss stat stdbuf strings sum sync tac tail tee timeout top tput tr " +
    "tree tsort tty uname unexpand uniq uptime users vdir vmstat watch wc " +
    "whatis whereis which who whoami xargs xxd yes yq zcat bzcat xzcat zgrep " +
    // That change what they are given.
    "bunzip2 bzip2 chattr chgrp chmod chown cp cpio csplit curl dd gtar bsdtar gunzip " +
    "gzip install link ln mkdir mkfifo mknod mktemp mv patch rename rm rmdir " +
    "rsync scp sed gsed setfacl shred split sponge srm ssh tar touch trash truncate " +
    "unlink unxz unzip unzstd wget xz zip zstd " +
    // Whose own table says it, by git's index.
    "git").split(" "),
);

/** Shells: what `-c` gives them is read. */
const SHELLS = new Set("sh bash dash zsh ksh mksh ash".split(" "));

/** Words of a program that only asks. */
const ASKS = /^(?:--version|--help|-V|-h|-v|version|help)$/;

/** Whether more may change here than the facts say. */
export function changesUnread({ action, programs, unknowns }: Facts): boolean {
  return action.kind === "exec" &&
    (unknowns.length > 0 || programs.some(isUnread));
}

/** What git does by itself; others are aliases, or run what a project names. */
const GIT_VERBS = new Set(
  ("add am annotate apply archive blame branch bundle cat-file check-attr " +
    "check-ignore checkout checkout-index cherry-pick clean clone commit config " +
    "count-objects describe diff diff-files diff-index diff-tree difftool fetch " +
    "for-each-ref format-patch fsck gc grep hash-object help init log ls-files " +
    "ls-remote ls-tree merge merge-base mv name-rev notes prune pull push " +
    "range-diff read-tree rebase reflog remote reset restore rev-list rev-parse " +
    "revert rm shortlog show show-ref sparse-checkout stash status switch " +
    "symbolic-ref tag update-index update-ref var verify-commit version " +
    "whatchanged worktree write-tree").split(" "),
);

function isUnread({ argv, elsewhere, name }: ProgramFact): boolean {
  if (elsewhere !== undefined) return false;
  const [word = "", ...rest] = argv;
  // A file of that name in the project is another program.
  const isOwn = hasHole(word) ||
    word.includes("/") && !/^\/(?:usr\/)?s?bin\//.test(word);
  if (!isOwn && READ.has(name)) {
    return name === "git" && !GIT_VERBS.has(verbOf(argv));
  }
  if (rest.length === 1 && ASKS.test(rest[0] ?? "")) return false;
  if (!SHELLS.has(name)) return true;
  return !rest.some((one) => /^-[a-z]*c$/.test(one));
}

function verbOf(argv: readonly string[]): string {
  const { at } = walkOptions(argv, GIT_GLOBAL);
  return argv[at] ?? "version";
}
