// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import * as z from "zod/mini";
import fc from "fast-check";
import { judge, policyOf } from "../../test/policy/judge.ts";
import { withExtended } from "./builtin.ts";
import { compilePolicy } from "./compile.ts";
import { VERDICTS } from "./decision.ts";
import { overlay } from "./overlay.ts";
import {
  type PolicyDocument,
  type PolicyOverlay,
  WorkspaceSchema,
} from "./schema.ts";
import { settingsOf } from "./settings_of.ts";
import { TIGHTER } from "./tighter.ts";

/** A base that says something everywhere. */
const base: PolicyDocument = {
  version: 1,
  blocked: { commands: ["rm -rf"], paths: [".ssh"], extensions: [".pem"] },
  requires_confirmation: {
    commands: ["make"],
    session_whitelist_enabled: false,
    approval_security: { token_ttl_seconds: 60 },
  },
  allowed: { paths_whitelist: ["/data", "~/shared"], max_directory_depth: 5 },
  network: {
    enforcement_mode: "monitor",
    allowed_domains: ["a.example"],
    blocked_domains: ["evil.example"],
    block_unknown_domains: true,
  },
  execution: {
    max_command_timeout_seconds: 60,
    shell_workspace_containment: { mode: "monitor", exempt_commands: ["git"] },
  },
  sandbox: {
    level: "prefer",
    network: "names",
    env: { pass: ["CI", "APP_*"], set: { A: "1" } },
    limits: { processes: 100 },
  },
  throttle: [{ per: "agent", limit: 10, window: "1m" }],
  unknown: "escalate",
  rules: [{ id: "r", match: { program: "x" }, verdict: "block", reason: "r" }],
};

function laid(
  top: PolicyOverlay,
  kind: Parameters<typeof overlay>[2] = "workspace",
) {
  const { document, refused } = overlay(base, top, kind);
  return {
    document,
    pointers: refused.map(({ pointer }) => pointer),
    messages: refused.map(({ message }) => message),
  };
}

Deno.test.each<{ top: PolicyOverlay; at: string }>([
  { at: "/blocked/commands", top: { blocked: { commands: [] } } },
  { at: "/blocked/paths", top: { blocked: { paths: [".aws"] } } },
  { at: "/blocked/extensions", top: { blocked: { extensions: ["key"] } } },
  {
    at: "/requires_confirmation/commands",
    top: { requires_confirmation: { commands: [] } },
  },
  {
    at: "/requires_confirmation/session_whitelist_enabled",
    top: { requires_confirmation: { session_whitelist_enabled: true } },
  },
  {
    at: "/requires_confirmation/approval_security/token_ttl_seconds",
    top: {
      requires_confirmation: { approval_security: { token_ttl_seconds: 61 } },
    },
  },
  {
    at:
      "/requires_confirmation/approval_security/failed_attempt_window_seconds",
    top: {
      requires_confirmation: {
        approval_security: { failed_attempt_window_seconds: 60 },
      },
    },
  },
  {
    at: "/allowed/paths_whitelist",
    top: { allowed: { paths_whitelist: ["/"] } },
  },
  {
    at: "/allowed/paths_whitelist",
    top: { allowed: { paths_whitelist: ["/data/../etc"] } },
  },
  {
    at: "/allowed/paths_whitelist",
    top: { allowed: { paths_whitelist: ["~/shared/../x"] } },
  },
  {
    at: "/allowed/max_directory_depth",
    top: { allowed: { max_directory_depth: 6 } },
  },
  {
    at: "/network/enforcement_mode",
    top: { network: { enforcement_mode: "off" } },
  },
  {
    at: "/network/allowed_domains",
    top: { network: { allowed_domains: ["example"] } },
  },
  { at: "/network/blocked_domains", top: { network: { blocked_domains: [] } } },
  {
    at: "/network/block_unknown_domains",
    top: { network: { block_unknown_domains: false } },
  },
  {
    at: "/execution/max_command_timeout_seconds",
    top: { execution: { max_command_timeout_seconds: 61 } },
  },
  // The base says nothing: the default holds.
  {
    at: "/execution/max_output_chars",
    top: { execution: { max_output_chars: 200_001 } },
  },
  {
    at: "/execution/shell_workspace_containment/exempt_commands",
    top: {
      execution: { shell_workspace_containment: { exempt_commands: ["rm"] } },
    },
  },
  { at: "/sandbox/level", top: { sandbox: { level: "off" } } },
  { at: "/sandbox/network", top: { sandbox: { network: "open" } } },
  { at: "/sandbox/env/pass", top: { sandbox: { env: { pass: ["*"] } } } },
  { at: "/sandbox/env/set", top: { sandbox: { env: { set: { A: "2" } } } } },
  {
    at: "/sandbox/write/roots",
    top: { sandbox: { write: { roots: ["/x"] } } },
  },
  {
    at: "/sandbox/limits/processes",
    top: { sandbox: { limits: { processes: 101 } } },
  },
  { at: "/throttle", top: { throttle: [] } },
  {
    at: "/throttle",
    top: { throttle: [{ per: "agent", limit: 11, window: "1m" }] },
  },
  { at: "/unknown", top: { unknown: "sandbox" } },
  { at: "/mode", top: { mode: "shadow" } },
  {
    at: "/rules/0/id",
    top: {
      rules: [{
        id: "r",
        match: { program: "y" },
        verdict: "allow",
        reason: "r",
      }],
    },
  },
  { at: "/audit", top: { audit: { backup_enabled: false } } },
  { at: "/reports", top: { reports: { enabled: false } } },
  { at: "/backup_access", top: { backup_access: {} } },
  { at: "/restore", top: { restore: {} } },
  { at: "/telemetry", top: { telemetry: { enabled: true } } },
])("$at: $top is refused, and changes nothing", ({ top, at }) => {
  const { document, pointers } = laid(top);
  assert.deepEqual(pointers, [at]);
  const before = { ...base, rules: [...base.rules ?? []] };
  if (Array.isArray(valueAt(document, at)) && at !== "/throttle") {
    // Of a list, the entries that tighten stay.
    return;
  }
  assert.deepEqual(document, before);
});

Deno.test.each<{ top: PolicyOverlay }>([
  {
    top: {
      blocked: {
        commands: ["RM  -rf", "dd"],
        paths: [".SSH", ".aws"],
        extensions: ["pem"],
      },
    },
  },
  {
    top: {
      requires_confirmation: { commands: [] },
      blocked: { commands: ["rm -rf", "make"] },
    },
  },
  {
    top: {
      allowed: {
        paths_whitelist: ["/data/a", "~/shared"],
        max_directory_depth: 0,
      },
    },
  },
  {
    top: {
      network: {
        enforcement_mode: "enforce",
        allowed_domains: ["*.b.a.example"],
        blocked_domains: ["example"],
      },
    },
  },
  {
    top: {
      execution: { max_command_timeout_seconds: 1, max_output_chars: 1024 },
    },
  },
  {
    top: {
      execution: {
        shell_workspace_containment: { mode: "enforce", exempt_commands: [] },
      },
    },
  },
  {
    top: {
      sandbox: {
        level: "require",
        network: "deny",
        ephemeral: true,
        env: { pass: ["APP_X"] },
      },
    },
  },
  {
    top: {
      sandbox: {
        read: { mode: "allow", allowed: ["/usr"], hidden: ["x"] },
        limits: { cpu_seconds: 1 },
      },
    },
  },
  {
    top: {
      throttle: [{ per: "agent", limit: 9, window: "1m" }, {
        per: "tool",
        limit: 1,
        window: "1h",
      }],
    },
  },
  {
    top: {
      unknown: "block",
      escalate: "block",
      exec_guard: "enforce",
      mode: "enforce",
    },
  },
  {
    top: {
      rules: [{
        id: "new",
        match: { program: "y" },
        verdict: "block",
        reason: "r",
      }],
    },
  },
])("$top is taken as it is", ({ top }) => {
  const { document, pointers } = laid(top);
  assert.deepEqual(pointers, []);
  const { rules: added = [], ...sections } = top;
  for (const [pointer, value] of leaves(sections)) {
    if (pointer === "") continue;
    assert.deepEqual(valueAt(document, pointer), value, pointer);
  }
  const rules = added.map((rule) => ({ ...rule, pack: "workspace" }));
  assert.deepEqual(document.rules, [...base.rules ?? [], ...rules]);
});

Deno.test("a list that drops entries and adds others: what it adds is kept, what it drops stays", () => {
  const { document, messages } = laid({
    blocked: { paths: [".aws"] },
    allowed: { paths_whitelist: ["/data/a", "/etc"] },
  });
  assert.deepEqual(document.blocked?.paths, [".aws", ".ssh"]);
  assert.deepEqual(document.allowed?.paths_whitelist, ["/data/a"]);
  assert.deepEqual(messages, [
    '/blocked/paths would loosen the policy from [".ssh"] to [".aws"]: every entry must stay; entries may be added',
    '/allowed/paths_whitelist would loosen the policy from ["/data","~/shared"] to ["/data/a","/etc"]: entries may be taken away or narrowed, not added',
  ]);
});

Deno.test("both values are told, the default too", () => {
  assert.deepEqual(
    laid({
      execution: { max_command_timeout_seconds: 90, max_output_chars: 300_000 },
    }).messages,
    [
      "/execution/max_command_timeout_seconds would loosen the policy from 60 to 90: only a lower number is tighter",
      "/execution/max_output_chars would loosen the policy from 200000 (the default) to 300000: only a lower number is tighter",
    ],
  );
});

Deno.test("any list of allowed domains is tighter where unknown ones were let through", () => {
  const open: PolicyDocument = { version: 1, sandbox: { network: "open" } };
  const network = {
    allowed_domains: ["a.example"],
    block_unknown_domains: true,
    enforcement_mode: "enforce" as const,
  };
  const { document, refused } = overlay(open, { network }, "workspace");
  assert.deepEqual(refused, []);
  assert.equal(document.sandbox?.network, "names");
});

Deno.test("a mode of the network never opens what was off because nothing was said", () => {
  const { document } = overlay(
    { version: 1 },
    { network: { enforcement_mode: "monitor" } },
    "workspace",
  );
  assert.equal(document.sandbox?.network, "deny");
});

Deno.test("overridable: the operator lets one agent loosen, a workspace never", () => {
  const own = {
    ...base,
    overridable: ["/network/allowed_domains", "/sandbox/limits"],
  };
  const top: PolicyOverlay = {
    network: { allowed_domains: ["b.example"], blocked_domains: [] },
    sandbox: { limits: { processes: 500 } },
  };
  const agent = overlay(own, top, { agent: "a/b" });
  assert.deepEqual(agent.document.network?.allowed_domains, ["b.example"]);
  assert.equal(agent.document.sandbox?.limits?.processes, 500);
  assert.deepEqual(agent.refused.map(({ pointer }) => pointer), [
    "/agent_overrides/a~1b/policy/network/blocked_domains",
  ]);
  const workspace = overlay(own, top, "workspace");
  assert.deepEqual(workspace.document.network?.allowed_domains, []);
  assert.equal(workspace.refused.length, 3);
});

Deno.test("every setting of an overlay has a direction", () => {
  const refused = ["audit", "reports", "backup_access", "restore", "telemetry"];
  const pointers = settingsIn(WorkspaceSchema, "").filter((pointer) =>
    !["/$schema", "/version", "/rules"].includes(pointer) &&
    !refused.includes(pointer.split("/")[1] ?? "")
  );
  assert.deepEqual(pointers.toSorted(), Object.keys(TIGHTER).toSorted());
});

Deno.test("what holds where a file says nothing is what the settings say", () => {
  const { execution, maxDirectoryDepth, sandbox } = settingsOf({ version: 1 });
  const unset = (pointer: string) => {
    const order = TIGHTER[pointer];
    return order !== undefined && "unset" in order ? order.unset : undefined;
  };
  assert.deepEqual({
    "/execution/max_command_timeout_seconds": execution.maxTimeoutSeconds,
    "/execution/max_output_chars": execution.maxOutputChars,
    "/allowed/max_directory_depth": maxDirectoryDepth,
    "/sandbox/level": sandbox.level,
    "/sandbox/network": sandbox.network,
  }, {
    "/execution/max_command_timeout_seconds": unset(
      "/execution/max_command_timeout_seconds",
    ),
    "/execution/max_output_chars": unset("/execution/max_output_chars"),
    "/allowed/max_directory_depth": unset("/allowed/max_directory_depth"),
    "/sandbox/level": unset("/sandbox/level"),
    "/sandbox/network": unset("/sandbox/network"),
  });
});

Deno.test("an agent's overlay is for that agent, a workspace's for all", () => {
  const document: PolicyDocument = {
    version: 1,
    agent_overrides: {
      careful: { policy: { blocked: { commands: ["make"] } } },
    },
  };
  const verdict = (agent?: string, workspace?: PolicyOverlay) =>
    judge(
      compilePolicy(document, {
        hash: "",
        home: "/h",
        ...(agent !== undefined && { agent }),
        ...(workspace !== undefined && { workspace }),
      }),
      "make",
    );
  assert.equal(verdict().verdict, "allow");
  assert.equal(verdict("other").verdict, "allow");
  assert.equal(verdict("constructor").verdict, "allow");
  assert.equal(verdict("careful").verdict, "block");
  const rules = [{
    id: "no-make",
    match: { program: "make" },
    verdict: "block" as const,
    reason: "r",
  }];
  const told = verdict("other", { rules });
  assert.equal(told.verdict, "block");
  assert.equal(told.reasons[0]?.rule, "workspace/no-make");
});

const COMMANDS = [
  "rm -rf src",
  "rm a.txt",
  "git push --force",
  "git reset --hard",
  "cat .env",
  "cat a.pem",
  "cat /etc/hostname",
  "curl https://a.example/x",
  "curl https://evil.example/x",
  "make all",
  "eval $X",
  "terraform destroy",
  "LD_PRELOAD=x ls",
  "npm publish",
  "ls",
];

const text = fc.constantFrom(
  "make",
  "rm -rf",
  "ls",
  ".env",
  "/etc",
  "/",
  "a.example",
  "evil.example",
  "git",
);
const texts = fc.array(text, { maxLength: 3 });
const number = fc.integer({ min: 1, max: 400_000 });
const mode = fc.constantFrom("off", "monitor", "enforce");
const anyOverlay = fc.record({
  mode: fc.constantFrom("enforce", "shadow"),
  blocked: fc.record({ commands: texts, paths: texts, extensions: texts }, {
    requiredKeys: [],
  }),
  requires_confirmation: fc.record({ commands: texts, paths: texts }, {
    requiredKeys: [],
  }),
  allowed: fc.record({ paths_whitelist: texts, max_directory_depth: number }, {
    requiredKeys: [],
  }),
  network: fc.record({
    enforcement_mode: mode,
    allowed_domains: texts,
    blocked_domains: texts,
    block_unknown_domains: fc.boolean(),
  }, { requiredKeys: [] }),
  execution: fc.record({
    max_command_timeout_seconds: number,
    shell_workspace_containment: fc.record({ mode, exempt_commands: texts }, {
      requiredKeys: [],
    }),
  }, { requiredKeys: [] }),
  sandbox: fc.record({
    level: fc.constantFrom("off", "prefer", "require"),
    network: fc.constantFrom("open", "names", "deny"),
    write: fc.record({ roots: texts }),
  }, { requiredKeys: [] }),
  unknown: fc.constantFrom("escalate", "block", "guard", "sandbox"),
  escalate: fc.constantFrom("ask", "block"),
  rules: fc.array(
    fc.record({
      id: fc.constantFrom("git.force-push", "n1", "n2", "r0"),
      match: fc.constantFrom({ program: "*" }, { program: "rm" }, {
        path: ".env",
      }),
      verdict: fc.constantFrom("allow", "block", "escalate"),
      mode: fc.constantFrom("enforce", "shadow"),
      reason: fc.constant("r"),
    }),
    { maxLength: 2 },
  ),
}, { requiredKeys: [] }) as fc.Arbitrary<PolicyOverlay>;

Deno.test("an overlay never lets through more, whatever it and the base say", () => {
  const bases = fc.constantFrom<PolicyDocument>(
    { version: 1, extends: ["default"] },
    { version: 1, extends: ["strict"] },
    base,
    {
      network: { enforcement_mode: "enforce", block_unknown_domains: true },
      blocked: { commands: ["make"] },
    },
    { version: 1, network: { enforcement_mode: "monitor" } },
  );
  const ranked = (document: PolicyDocument, command: string) => {
    const { verdict, mode } = judge(
      compilePolicy(document, { hash: "", home: "/home/ann" }),
      command,
    );
    return mode === "shadow" ? 0 : VERDICTS.indexOf(verdict);
  };
  fc.assert(
    fc.property(
      bases,
      anyOverlay,
      fc.constantFrom<Parameters<typeof overlay>[2]>("workspace", {
        agent: "a",
      }),
      fc.constantFrom(...COMMANDS),
      (written, top, kind, command) => {
        const resolved = withExtended(written, "policy");
        const { document } = overlay(resolved, top, kind);
        assert(ranked(document, command) >= ranked(resolved, command));
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("laying the same overlay on twice refuses the same and changes nothing more", () => {
  fc.assert(fc.property(anyOverlay, (top) => {
    const { rules: _, ...rest } = top;
    const once = overlay(base, rest, "workspace");
    const twice = overlay(once.document, rest, "workspace");
    assert.deepEqual(sorted(twice.document), sorted(once.document));
  }));
});

Deno.test("an overlay of another person's making cannot reach a prototype", () => {
  const top = JSON.parse('{"blocked":{"__proto__":{"commands":[]}}}');
  overlay(base, top, "workspace");
  assert.equal(Object.hasOwn(Object.prototype, "commands"), false);
  assert.equal(judge(policyOf(base), "rm -rf x").verdict, "block");
});

function sorted(document: PolicyDocument): unknown {
  return JSON.parse(
    JSON.stringify(
      document,
      (_, value) =>
        Array.isArray(value) &&
          value.every((entry) => typeof entry === "string")
          ? value.toSorted()
          : value,
    ),
  );
}

function valueAt(root: unknown, pointer: string): unknown {
  return pointer.split("/").slice(1).reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null
        ? Object.entries(at).find(([name]) => name === key)?.[1]
        : undefined,
    root,
  );
}

function leaves(value: unknown, pointer = ""): [string, unknown][] {
  if (
    typeof value !== "object" || value === null || Array.isArray(value) ||
    Object.keys(value).length === 0
  ) return [[pointer, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, `${pointer}/${key}`)
  );
}

function settingsIn(type: z.core.$ZodType, pointer: string): string[] {
  if (type instanceof z.core.$ZodOptional) {
    return settingsIn(type._zod.def.innerType, pointer);
  }
  if (type instanceof z.core.$ZodObject) {
    return Object.entries(type._zod.def.shape).flatMap(([key, inner]) =>
      settingsIn(inner, `${pointer}/${key}`)
    );
  }
  return [pointer];
}
