// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The network as far as a command's words tell: domains against the policy's
 * lists, and commands that need what the sandbox will not give them.
 *
 * @module
 */

import type { HostFact } from "../action/facts.ts";
import { needsNetwork } from "../action/programs/network.ts";
import type { Finding } from "./checks.ts";
import type { CompiledPolicy } from "./compile.ts";
import { matchesDomain } from "./host_pattern.ts";
import type { Subject } from "./rule.ts";

/** Checks hosts and network needs. */
export function checkNetwork(
  policy: CompiledPolicy,
  subject: Subject,
): Finding[] {
  const { facts } = subject;
  if (facts.programs.length === 0) return [];
  return [
    ...facts.hosts.flatMap((host) => checkDomain(policy, host)),
    ...checkNeeds(policy, subject),
  ];
}

function checkDomain(
  { domains }: CompiledPolicy,
  { host, span }: HostFact,
): Finding[] {
  if (domains.mode === "off") return [];
  const found = domains.blocked.some((domain) => matchesDomain(domain, host))
    ? {
      code: "network.blocked_domain",
      rule: "/network/blocked_domains",
      message: `The policy blocks the domain of ${host}`,
    }
    : domains.blockUnknown &&
        !domains.allowed.some((domain) => matchesDomain(domain, host))
    ? {
      code: "network.unknown_domain",
      rule: "/network/block_unknown_domains",
      message: `${host} is in no list of allowed domains`,
      remedy: "Add its domain to network.allowed_domains",
    }
    : undefined;
  if (found === undefined) return [];
  return [{
    verdict: "block",
    mode: domains.mode === "enforce" ? "enforce" : "shadow",
    reason: { ...found, evidence: { host, span }, severity: "high" },
  }];
}

function checkNeeds({ settings }: CompiledPolicy, subject: Subject): Finding[] {
  const { network, level } = settings.sandbox;
  if (network === "open" || level === "off") return [];
  const { programs, hosts } = subject.facts;
  return programs.flatMap((program): Finding[] => {
    const own = hosts.filter(({ span }) =>
      span[0] >= program.span[0] && span[1] <= program.span[1]
    );
    const args = subject.argumentsOf(program);
    if (own.length === 0 && !needsNetwork(program.name, args, 0)) return [];
    if (own.length > 0 && isMention(program.name, args, own.length)) return [];
    const host = own[0]?.host;
    const where = host === undefined ? "the network" : host;
    return [{
      verdict: "escalate",
      mode: "enforce",
      reason: {
        code: "network.needed",
        rule: "/sandbox/network",
        message:
          `${program.name} needs ${where}, and sandbox.network is "${network}"`,
        evidence: {
          argv: program.argv,
          span: program.span,
          ...(host !== undefined && { host }),
        },
        remedy: 'Set sandbox.network to "open" in the policy',
        severity: "low",
      },
    }];
  });
}

/** Local git commands that only write an address down. */
function isMention(
  name: string,
  args: Parameters<typeof needsNetwork>[1],
  hosts: number,
): boolean {
  return name === "git" && !needsNetwork(name, args, hosts);
}
