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
import { argumentsOf } from "../action/programs/options.ts";
import { hasHole, showWord } from "../shell/value.ts";
import { isListed } from "./host_pattern.ts";
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

/**
 * What a command needs of a network that an open policy would give it, and the
 * verdict "sandbox" does not.
 */
export function checkNeedsWithoutNetwork(
  { settings }: CompiledPolicy,
  subject: Subject,
): Finding[] {
  if (settings.sandbox.network !== "open") return []; // Said already.
  const sandbox = { ...settings.sandbox, network: "deny" as const };
  return checkNeeds({ settings: { ...settings, sandbox } }, subject).map((
    finding,
  ) => ({
    ...finding,
    reason: {
      ...finding.reason,
      message: "It needs the network, and an ephemeral copy has none",
      remedy: "Take the part that needs the network out of the command",
    },
  }));
}

function checkDomain(
  { domains }: CompiledPolicy,
  { host, span }: HostFact,
): Finding[] {
  if (domains.mode === "off") return [];
  const found = isListed(domains.blocked, host)
    ? {
      code: "network.blocked_domain",
      rule: "/network/blocked_domains",
      message: `The policy blocks the domain of ${host}`,
    }
    : domains.blockUnknown &&
        (hasHole(host) || !isListed(domains.allowed, host))
    ? {
      code: "network.unknown_domain",
      rule: "/network/block_unknown_domains",
      message: `${showWord(host)} is in no list of allowed domains`,
      remedy: "Add its domain to network.allowed_domains",
    }
    : undefined;
  if (found === undefined) return mayBeBlocked(domains, host, span);
  return [{
    verdict: "block",
    mode: domains.mode === "enforce" ? "enforce" : "shadow",
    reason: {
      ...found,
      evidence: { host: showWord(host), span },
      severity: "high",
    },
  }];
}

/** A host that is not known may be one of those. */
function mayBeBlocked(
  { mode, blocked }: CompiledPolicy["domains"],
  host: string,
  span: HostFact["span"],
): Finding[] {
  if (!hasHole(host) || blocked.size === 0) return [];
  return [{
    verdict: "escalate",
    mode: mode === "enforce" ? "enforce" : "shadow",
    reason: {
      code: "network.host_not_known",
      rule: "/network/blocked_domains",
      message: "Which host this reaches is known only at run time",
      evidence: { host: showWord(host), span },
      remedy: "Write the address out",
      severity: "medium",
    },
  }];
}

function checkNeeds(
  { settings }: Pick<CompiledPolicy, "settings">,
  subject: Subject,
): Finding[] {
  const { network, level } = settings.sandbox;
  if (network === "open" || level === "off") return [];
  const { programs, hosts } = subject.facts;
  const bare = hosts.filter(({ owner, host }) =>
    owner === undefined && !isLoopback(host)
  ).map(({ host, program, span }) => needed(network, { host, program, span }));
  return [
    ...bare,
    ...programs.flatMap((program, index): Finding[] => {
      if (program.elsewhere !== undefined) return [];
      const own = hosts.filter(({ owner }) => owner === index);
      const args = argumentsOf(program);
      if (own.length === 0 && !needsNetwork(program.name, args, 0)) return [];
      if (own.length > 0 && isMention(program.name, args, own.length)) {
        return [];
      }
      const host = own[0]?.host;
      if (host !== undefined && isLoopback(host)) return [];
      const where = host === undefined ? "the network" : showWord(host);
      return [{
        verdict: "escalate",
        mode: "enforce",
        reason: {
          code: "network.needed",
          rule: "/sandbox/network",
          message:
            `${program.name} needs ${where}, and sandbox.network is "${network}"`,
          evidence: {
            argv: program.argv.map(showWord),
            span: program.span,
            ...(host !== undefined && { host: showWord(host) }),
          },
          remedy: 'Set sandbox.network to "open" in the policy',
          severity: "low",
        },
      }];
    }),
  ];
}

/** A connection that the shell itself opens, or a proxy. */
function needed(network: string, { host, program, span }: HostFact): Finding {
  return {
    verdict: "escalate",
    mode: "enforce",
    reason: {
      code: "network.needed",
      rule: "/sandbox/network",
      message: `${program} needs ${
        showWord(host)
      }, and sandbox.network is "${network}"`,
      evidence: { host: showWord(host), span },
      remedy: 'Set sandbox.network to "open" in the policy',
      severity: "low",
    },
  };
}

/** The sandbox's own loopback is always there. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.[0-9.]+$/.test(host);
}

/** Local git commands that only write an address down. */
function isMention(
  name: string,
  args: Parameters<typeof needsNetwork>[1],
  hosts: number,
): boolean {
  return name === "git" && !needsNetwork(name, args, hosts);
}
