// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * One spelling for each host: an address may be written in many.
 *
 * @module
 */

/** Numbers with dots between, decimal, octal or hexadecimal, as inet_aton(3) takes them. */
const NUMBERS = /^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}$/;

/**
 * Lower case without trailing dots; IPv4 addresses as four decimal numbers,
 * also where they are mapped into IPv6; IPv6 addresses as RFC 5952 writes them.
 * What is no address stays as it is.
 */
export function canonicalHost(host: string): string {
  const plain = host.toLowerCase().replace(/\.+$/, "");
  if (plain.includes(":")) return ipv6(plain.replace(/^\[|\]$/g, ""));
  return NUMBERS.test(plain) ? parsed(plain) ?? plain : plain;
}

function ipv6(text: string): string {
  const address = text.split("%", 1)[0] ?? text;
  const host = parsed(`[${address}]`)?.slice(1, -1);
  if (host === undefined) return text;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (mapped === null) return host;
  const [high, low] = [mapped[1], mapped[2]].map((part) =>
    Number.parseInt(part ?? "", 16)
  ) as [number, number];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** Read as the URL standard reads a host (https://url.spec.whatwg.org/#host-parsing). */
function parsed(host: string): string | undefined {
  return URL.parse(`http://${host}/`)?.hostname;
}
