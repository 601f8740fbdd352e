import { makeFilePlace, type Asked } from "../support/files.ts";
const which = Deno.args[0]!;
await using place = await makeFilePlace();
const { project, ask, put } = place;
async function timed(name: string, asked: Asked, options = {}) {
  const t = performance.now();
  let out: any;
  try { out = await ask(asked, options); } catch (e) { out = { kind: "THROWN", message: String(e).slice(0, 200) }; }
  const ms = Math.round(performance.now() - t);
  const rss = Math.round(Deno.memoryUsage().rss / 1e6);
  const { text, diff, base64, matches, entries, ...rest } = out;
  console.log(name, ms + "ms", "rss", rss + "MB", JSON.stringify({ ...rest, n: (matches ?? entries)?.length, tl: text?.length, dl: diff?.length }).slice(0, 300));
}
const cases: Record<string, () => Promise<void>> = {
  async regex1() { put({ "a.txt": "x".repeat(2_000_000) }); await timed("x{0,1000}*n", { kind: "search", path: ".", pattern: "(x{0,30}){0,30}y" }); },
  async regex2() { put({ "a.txt": "x".repeat(200_000) }); await timed("big prog", { kind: "search", path: ".", pattern: "x{0,1000}".repeat(200) + "y" }); },
  async regex3() { put({ "a.txt": "a\n".repeat(300_000) + "b" }); await timed("multi-line quad", { kind: "search", path: ".", pattern: "(?s)a.*b" }); },
  async regex4() { put({ "a.txt": "a\n".repeat(1_000_000) }); await timed("[\\s\\S]*b", { kind: "search", path: ".", pattern: "a[\\s\\S]*b" }); },
  async regex5() { put({ "a.txt": "a\n".repeat(1_000_000) }); await timed("lines", { kind: "search", path: ".", pattern: "[a-z]", limit: 5000 }); },
  async regex6() { await timed("compile", { kind: "search", path: ".", pattern: "(\\pL{1000})".repeat(160) }); },
  async regex7() { put({ "a.txt": "a".repeat(2_000_000) }); await timed("posix", { kind: "search", path: ".", pattern: "(a|aa)+$|b" , ignoreCase: true}); },
  async ignore1() {
    let d = "";
    for (let i = 0; i < 14; i++) d += "a".repeat(250) + "/";
    put({ ".gitignore": ("*a".repeat(60) + "/b*\n").repeat(2100), [d + "f.txt"]: "x", [d + "g.txt"]: "x" });
    await timed("ignore1", { kind: "search", path: ".", glob: "*.txt" });
  },
  async ignore2() {
    let d = "";
    for (let i = 0; i < 60; i++) { d += "a/"; put({ [d + ".gitignore"]: "abcdefgh\n".repeat(20000) }); }
    put({ [d + "f.txt"]: "x" });
    await timed("ignore2 mem", { kind: "search", path: ".", glob: "*.txt" });
  },
  async ignore3() {
    let d = "";
    for (let i = 0; i < 60; i++) { d += "a".repeat(30) + "/"; put({ [d + ".gitignore"]: "*?*?*?*?*?*\n".repeat(20000) }); }
    for (let i = 0; i < 20; i++) put({ [d + "a".repeat(240) + i]: "x" });
    await timed("ignore3", { kind: "search", path: ".", glob: "*.txt" });
  },
  async edit1() { put({ "a.txt": "a".repeat(9_000_000) }); await timed("edit bm", { kind: "edit", path: "a.txt", edits: [{ oldText: "b" + "a".repeat(4_000_000), newText: "x" }] }); },
  async edit1b() { put({ "a.txt": "a".repeat(9_000_000) }); await timed("edit bm2", { kind: "edit", path: "a.txt", edits: [{ oldText: "a".repeat(2_000_000)+"b" + "a".repeat(2_000_000), newText: "x" }] }); },
  async edit2() { 
    const t = "a".repeat(4_000_000); const b = new Uint8Array(2 + t.length * 2); b[0] = 0xff; b[1] = 0xfe; for (let i = 0; i < t.length; i++) b[2 + 2 * i] = 97;
    put({ "a.txt": b }); await timed("utf16 explosion", { kind: "edit", path: "a.txt", edits: [{ oldText: "a", newText: "b".repeat(130), replaceAll: true }] });
    put({ "a.txt": b }); await timed("utf16 explosion x", { kind: "edit", path: "a.txt", edits: [{ oldText: "a", newText: "b".repeat(100000), replaceAll: true }] }); },
  async edit3() { put({ "a.txt": "a\n".repeat(5_000_000) }); await timed("all lines", { kind: "edit", path: "a.txt", edits: [{ oldText: "a", newText: "b", replaceAll: true }] }); },
  async edit4() { put({ "a.txt": "a\n".repeat(4_000_000) }); await timed("500 edits", { kind: "edit", path: "a.txt", edits: Array.from({length: 500}, (_, i) => ({ oldText: i % 2 ? "b" : "a", newText: i % 2 ? "a":"b", replaceAll: true })) }); },
  async edit5() { put({ "a.txt": "a\r\n".repeat(3_000_000) }); await timed("crlf", { kind: "edit", path: "a.txt", edits: [{ oldText: "a", newText: "b", replaceAll: true }] }); },
  async edit6() { put({ "a.txt": "a".repeat(10_000_000) }); await timed("one line explosion", { kind: "edit", path: "a.txt", edits: Array.from({length: 500}, (_, i) => ({ oldText: i % 2 ? "b" : "a", newText: i % 2 ? "a":"b", replaceAll: true })) }); },
  async wide() {
    const r = new Deno.Command("python3", { args: ["-c", `
import os
os.mkdir('w')
fd=os.open('w/x',os.O_CREAT|os.O_WRONLY); os.close(fd)
os.chdir('w')
for i in range(300000):
    if i % 60000 == 0:
        os.close(os.open('x%d' % i, os.O_CREAT|os.O_WRONLY)); base='x%d' % i
    else: os.link(base, 'f%d' % i)
`], cwd: project }).outputSync(); console.log(r.success, new TextDecoder().decode(r.stderr));
    await timed("list wide", { kind: "list", path: "w" }, { judge: () => true });
    await timed("list wide", { kind: "list", path: "w", limit: 10 });
    await timed("search wide", { kind: "search", path: ".", glob: "nothing" });
    await timed("delete wide", { kind: "delete", path: "w", recursive: true });
  },
  async deep() {
    new Deno.Command("python3", { args: ["-c", `
import os
for i in range(10000):
    os.mkdir('d'); os.chdir('d')
open('f','w')
`], cwd: project }).outputSync();
    await timed("list deep", { kind: "list", path: "d", depth: 100 });
    await timed("search deep", { kind: "search", path: ".", glob: "*" });
    await timed("delete deep", { kind: "delete", path: "d", recursive: true });
    new Deno.Command("rm", { args: ["-rf", project + "/d"] }).outputSync();
  },
  async read1() { const f = Deno.openSync(project + "/s", { create: true, write: true }); f.truncateSync(10e9); 
    await timed("read sparse", { kind: "read", path: "s" });
    await timed("read sparse 64", { kind: "read", path: "s", base64: true });
    f.writeSync(new TextEncoder().encode("abc\n".repeat(4000)));
    await timed("read text sparse", { kind: "read", path: "s" });
    await timed("read text sparse offset", { kind: "read", path: "s", offset: 100000 });
    await timed("search sparse", { kind: "search", path: ".", pattern: "abc" });
    await timed("edit sparse", { kind: "edit", path: "s", edits: [{ oldText: "abc", newText: "d" }] });
    await timed("write sparse", { kind: "write", path: "s", content: "x" }); },
};
await cases[which]!();
