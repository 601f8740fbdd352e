import { IDENTITIES, server, sh, Site, text } from "./site.ts";
const id = IDENTITIES[Number(Deno.args[0] ?? 0)]!;
await using site = new Site(id);
const p = site.project;
const own = `chown -Rh ${id.owns}:${id.owns} .`;
await using s = await server(site, id);
const t = async (n: string, a: Record<string, unknown>) => { const t0 = performance.now(); const r = await s.call(n, a, 60000); console.log(n, JSON.stringify(a).slice(0, 100), "->", r.isError ? "ERR" : "OK", Math.round(performance.now() - t0) + "ms", text(r)); return r; };
console.log("=====", id.name);
if (Deno.args[1] === "log") {
  await t("write_file", { path: "k.txt", content: "AKIAIOSFODNN7EXAMPLE aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\npassword=hunter2hunter2\nghp_abcdefghijklmnopqrstuvwxyz0123456789" });
  await t("edit_file", { path: "k.txt", old_text: "password=hunter2hunter2", new_text: "token=ghp_abcdefghijklmnopqrstuvwxyz0123456780" });
  await t("read_file", { path: "k.txt" });
  await t("search_files", { pattern: "ghp_abcdefghijklmnopqrstuvwxyz0123456780" });
  console.log((await sh(`cat ${site.home}/.local/state/ai-runtime-guard/activity.log | cut -c 1-900; grep -c 'ghp_abc\\|hunter2\\|AKIAIOS\\|wJalr' ${site.home}/.local/state/ai-runtime-guard/activity.log`)));
}
if (Deno.args[1] === "enospc") {
  await sh(`mkdir small && mount -t tmpfs -o size=64k,mode=777 tmpfs small && echo old > small/f && head -c 50000 /dev/zero > small/fill && chown ${id.owns} small/f small/fill`, p);
  await t("write_file", { path: "small/f", content: "x".repeat(200000) });
  await t("write_file", { path: "small/sub/f", content: "x".repeat(200000) });
  console.log(await sh("ls -la small; cat small/f; umount small", p));
}
if (Deno.args[1] === "race") {
  await sh(`mkdir d; for i in 1 2 3 4 5; do mkdir -p d/$i/x; echo u > d/$i/x/f; done; echo ours > f; mkdir -p swap; echo ours > swap/f; ln -s ${site.home}/.ssh swap2; mkdir keys; echo SECRETKEY > keys/.env; ${own}`, p);
  await Deno.writeTextFile(p + "/storm.py", `
import os,ctypes,time,random
libc=ctypes.CDLL(None)
n=0
t=time.time()
home=${JSON.stringify(site.home)}
def again(f,*a):
    try: f(*a)
    except OSError: pass
while time.time()-t<20:
    n+=1
    libc.renameat2(-100,b'swap',-100,b'swap2',2)
    for i in '12345':
        again(os.mkdir,'d'); again(os.mkdir,'d/'+i); again(os.mkdir,'d/'+i+'/x')
        try: open('d/%s/x/new%d'%(i,n%7),'w').write('n')
        except OSError: pass
        again(os.symlink,'../../keys/.env','d/%s/x/l%d'%(i,n%5))
        again(os.rename,'d/%s/x'%i,'d/%s/y'%i)
        again(os.rename,'d/%s/y'%i,'d/%s/x'%i)
    # temporaries of airg: replaced by links as soon as seen
    for name in os.listdir('.'):
        if name.startswith('.airg-'):
            again(os.rename,name,'stolen%d'%n); again(os.symlink,home+'/.bashrc',name)
    again(os.rename,'keys','keys2'); again(os.rename,'keys2','keys')
print(n)
`);
  const bg = s.call("execute_command", { command: "python3 storm.py" });
  await new Promise((r) => setTimeout(r, 1500));
  const kinds = new Map<string, number>();
  const t0 = performance.now();
  while (performance.now() - t0 < 17000) {
    for (const [n, a] of [["read_file", { path: "swap/f" }], ["read_file", { path: "swap/id" }], ["write_file", { path: "f", content: "ours2\n" + Math.random() }], ["edit_file", { path: "f", old_text: "ours", new_text: "ours" + Math.random() }], ["delete_file", { path: "d", recursive: true }], ["list_directory", { path: ".", depth: 5 }], ["search_files", { pattern: "SECRET" }], ["write_file", { path: "swap/g", content: "pwn" }], ["delete_file", { path: "swap/id" }], ["read_file", { path: "keys2/.env" }]] as const) {
      const r = await s.call(n, a as any); const said = JSON.stringify(r);
      if (/SECRETKEY|PLANTED/.test(said)) console.log("LEAK", n, JSON.stringify(a), said.slice(0, 300));
      const key = n + " " + (r.isError ? "ERR " + text(r).replace(/[0-9a-f-]{36}|\/\S+/g, "").slice(0, 70) : "OK"); kinds.set(key, (kinds.get(key) ?? 0) + 1);
    }
  }
  console.log(kinds);
  console.log(text(await bg));
  console.log(await sh(`ls -la . | grep -v stolen | head -40; cat ${site.home}/.bashrc ${site.home}/.ssh/id; ls -la ${site.home} ${site.home}/.ssh; cat keys/.env; ls -a . d 2>/dev/null| grep -c airg-`, p));
}
if (Deno.args[1] === "wide") {
  await sh(`python3 -c "
import os
os.mkdir('w'); os.chdir('w')
base=None
for i in range(1000000):
    if i % 60000 == 0:
        os.close(os.open('x%d' % i, os.O_CREAT|os.O_WRONLY)); base='x%d' % i
    else: os.link(base, 'f%d' % i)
"`, p);
  const mem = () => sh(`grep VmHWM /proc/${s.pid}/status`);
  console.log(await mem());
  await t("list_directory", { path: "w" }); console.log(await mem());
  await t("search_files", { glob: "zzz" }); console.log(await mem());
  await t("delete_file", { path: "w", recursive: true }); console.log(await mem());
  await t("read_file", { path: "w/x0" });
}
console.log(s.stderr().slice(0, 400));
