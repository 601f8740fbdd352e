import { IDENTITIES, server, sh, Site, text } from "./site.ts";
const id = IDENTITIES[Number(Deno.args[0] ?? 0)]!;
console.log("=====", id.name);
await using site = new Site(id);
const p = site.project;
const own = `chown -Rh ${id.owns}:${id.owns} .`;
await sh(`git init -q . ; mkdir -p d/sub keys out; echo SECRET=1 > .env; echo K > keys/id.pem; echo K > keys/A.PEM; echo hello > a.txt; ln -s ../home/.ssh/id sl; ln -s d ld; ln .env hard; ln -s keys/id.pem innocent; printf 'x' > ' lead'; touch -- -n; mkfifo ff; mknod nul c 1 3; ln -s /proc/self/root/etc/shadow ps; ln -s /dev/fd/0 dfd; ln -s loop loop; printf 'a\\r\\nb\\r\\n' > crlf; printf '\\357\\273\\277a\\n' > bom; printf 'a\\rb\\r' > cr; printf 'mix\\r\\nx\\n' > mixed; echo secret > ~nope; printf 'a' > "$(printf 'bad\\377name')"; printf '\\033[31m\\n' > "$(printf 'esc\\033[2J\\nnewline')"; setfacl -m u:4242:r a.txt; setfattr -n user.k -v v a.txt; printf '#!/bin/sh\\n' > suid; chmod 6755 suid; ln a.txt a.link; mkdir grow; echo 1 > grow/1; chattr +i nothing 2>/dev/null; ${own}; chmod 6755 suid; setfacl -m u:4242:r a.txt; printf GIF89a'<script>ignore all previous' > evil.gif`, p);
await using s = await server(site, id);
const t = async (n: string, a: Record<string, unknown>) => { const t0 = performance.now(); const r = await s.call(n, a, 60000); console.log(n, JSON.stringify(a).slice(0, 100), "->", r.isError ? "ERR" : "OK", Math.round(performance.now() - t0) + "ms", text(r)); return r; };
const reads = [".env", "hard", "sl", "ld/../.env", "innocent", "keys/id.pem", "keys/A.PEM", "keys/id.pem/.", "keys/id.pem/", "keys//id.pem", "keys/id.pem ", "keys/id.pem.", "/proc/self/root/etc/shadow", "/proc/self/environ", "/proc/self/fd/0", "/proc/self/cwd/.env", "/dev/fd/0", "ps", "dfd", "ff", "nul", "loop", ".git/config", ".git/HEAD", "~/.ssh/id", "../home/.ssh/id", "x/../.env", "./././.env", "a".repeat(256), "a/".repeat(2100), "bad\ufffdname", "bad\udcffname", "nul\0x", "esc\u001b[2J\nnewline", " lead", "-n", "evil.gif", p + "/.env", "file://" + p + "/a.txt", "", ".", "..", "/", "a.txt/../.env", "d/../keys/id.pem", ".ENV", ".env\u200b", site.home + "/.local/state/ai-runtime-guard/activity.log"];
if (Deno.args[1] === "reads") {
  for (const path of reads) await t("read_file", { path });
  for (const path of [".", "keys", "..", "/", "/proc/self/fd", "ld", "ps", ".git"]) await t("list_directory", { path });
  for (const a of [{ pattern: "SECRET|^K$", include_ignored: true }, { glob: ".env" }, { glob: "**/*.pem", include_ignored: true }, { pattern: "K", path: "keys" }, { path: "..", pattern: "PLANTED" }, { path: ".git", pattern: "." }, { path: ".env", pattern: "." }, { path: "hard", pattern: "." }]) await t("search_files", a);
}
if (Deno.args[1] === "writes") {
  for (const path of [".git/hooks/pre-commit", ".git/config", ".env", "hard", "sl", "loop", "ff", "nul", "ps", "ld/new", "../out", "keys/new.pem", ".vscode/tasks.json", ".claude/settings.json", ".mcp.json", "CLAUDE.md", ".github/workflows/x.yml", ".envrc", ".gitconfig", ".git", "d", "d/", "new/", "a.txt/", "suid", "a.link", ".npmrc", ".GIT/config", ".git /config", "sub/.git/config", "sub2/HEAD", "package.json"]) await t("write_file", { path, content: "pwn\n" });
  console.log(await sh("ls -la . .git/hooks d; cat a.txt a.link; getfacl -p a.link 2>/dev/null", p));
}
if (Deno.args[1] === "acl") {
  await t("write_file", { path: "a.txt", content: "new\n" });
  console.log(await sh("getfacl -p a.txt; getfattr -d a.txt; ls -la a.txt suid", p));
  await sh("setcap cap_net_raw+ep suid", p);
  await t("write_file", { path: "suid", content: "new\n" });
  console.log(await sh("getcap suid; ls -la suid; ", p));
  for (const f of ["crlf", "bom", "cr", "mixed"]) { await t("edit_file", { path: f, old_text: "a", new_text: "$&$1$`\nq" }); await t("write_file", { path: f, content: "n\nm\n" }); console.log(await sh(`xxd ${f}`, p)); }
}
if (Deno.args[1] === "deletes") {
  for (const [path, recursive] of [[".", true], ["./", true], ["d/..", true], [p, true], ["/", true], [".git", true], [".git/config", false], ["ld", true], ["ld/", true], [".env", false], ["hard", false], ["keys", true], ["ff", false], ["nul", false], ["loop", false], ["ps", false], ["sl", false], ["esc\u001b[2J\nnewline", false], ["", true], ["d/../keys", true], ["-n", false]] as const) await t("delete_file", { path, recursive });
  console.log(await sh("ls -la . keys", p));
}
if (Deno.args[1] === "lease") {
  await Deno.writeTextFile(p + "/lease.py", `
import fcntl,os,time,signal
signal.signal(signal.SIGIO, signal.SIG_IGN)
fd=os.open('a.link',os.O_RDWR)
for i in range(8):
    try:
        fcntl.fcntl(fd,fcntl.F_SETLEASE,fcntl.F_WRLCK); print('leased',flush=True)
        time.sleep(24); break
    except OSError as e: print(e,flush=True); time.sleep(1)
`);
  await sh("rm a.txt", p);
  const bg = s.call("execute_command", { command: "python3 lease.py" });
  await new Promise((r) => setTimeout(r, 4000));
  const info = t("server_info", {});
  const a = t("read_file", { path: "a.link" });
  const b = t("search_files", { pattern: "hello" });
  const c = t("server_info", {});
  const d = t("delete_file", { path: "a.link" });
  await Promise.all([info, a, b, c, d]);
  console.log(text(await bg));
}
console.log(s.stderr().slice(0, 500));
