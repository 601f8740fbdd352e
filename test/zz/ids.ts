import { IDENTITIES, server, sh, Site, text } from "./site.ts";
for (const id of IDENTITIES.filter((_, i) => Deno.args.includes(String(i)))) {
  console.log("=====", id.name);
  await using site = new Site(id);
  const p = site.project;
  // what root left in the project
  await sh(`mkdir -p priv rootdir otherdir && echo TOPSECRET > priv/s.txt && chmod 700 priv && echo TOPSECRET > g640 && chmod 640 g640 && echo TOPSECRET > o600 && chmod 600 o600 && echo hi > rootdir/f && chmod 755 rootdir && echo hi > ro644 && chown 4242:4242 otherdir && chmod 755 otherdir && echo other > otherdir/f && chown 4242:4242 otherdir/f && echo x > acl && chmod 600 acl; mkdir sub; echo data > sub/a; chown ${id.owns}:${id.owns} sub sub/a; mkdir sub/locked; echo TOPSECRET > sub/locked/x; chmod 700 sub/locked`, p);
  await using s = await server(site, id);
  const t = async (n: string, a: Record<string, unknown>) => { const r = await s.call(n, a); console.log(n, JSON.stringify(a).slice(0, 90), "->", r.isError ? "ERR" : "OK", text(r)); return r; };
  await t("execute_command", { command: "id; cat priv/s.txt g640 o600; ls priv; touch rootdir/n; rm -f rootdir/f; ls -la" });
  await t("read_file", { path: "priv/s.txt" });
  await t("read_file", { path: "g640" });
  await t("read_file", { path: "o600" });
  await t("list_directory", { path: "priv" });
  await t("list_directory", { path: ".", depth: 3 });
  await t("search_files", { pattern: "TOPSECRET" });
  await t("search_files", { glob: "s.txt" });
  await t("write_file", { path: "rootdir/new", content: "x" });
  await t("write_file", { path: "priv/new", content: "x" });
  await t("write_file", { path: "rootdir/f", content: "x" });
  await t("write_file", { path: "ro644", content: "x" });
  await t("edit_file", { path: "priv/s.txt", old_text: "TOP", new_text: "x" });
  await t("edit_file", { path: "g640", old_text: "NOPE", new_text: "x" });
  await t("delete_file", { path: "rootdir/f" });
  await t("delete_file", { path: "priv", recursive: true });
  await t("delete_file", { path: "sub/locked", recursive: true });
  await t("delete_file", { path: "otherdir", recursive: true });
  console.log(await sh("ls -la . rootdir priv otherdir", p));
}
