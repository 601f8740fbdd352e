// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Commands given to docker, podman and nerdctl to run inside a container.
 *
 * @module
 */

import { SHELLS } from "./interpreters.ts";

/** Options of `run`, `exec` and `create` whose value is the next word. Source: Docker 24 CLI reference. */
const VALUED: ReadonlySet<string> = new Set(
  ("-a -c -e -h -l -m -p -u -v -w --add-host --attach --cap-add --cap-drop " +
    "--cidfile --cpus --cpuset-cpus --cpu-shares --device --dns --entrypoint --env " +
    "--env-file --expose --gpus --group-add --hostname --ip --ipc --label --link " +
    "--log-driver --log-opt --memory --mount --name --network --net --pid --platform " +
    "--publish --pull --restart --runtime --security-opt --shm-size --stop-signal " +
    "--tmpfs --ulimit --user --userns --volume --volumes-from --workdir").split(
      " ",
    ),
);

/** Says what command a container tool is given; a lone interactive shell is none. */
export function containerCode(args: readonly string[]): string | undefined {
  const verbAt = args.findIndex((word) => /^(?:run|exec|create)$/.test(word));
  if (args[0] === "compose" && verbAt > 0) {
    return "compose runs a command in a container";
  }
  const direct = verbAt === 0 || verbAt === 1 && args[0] === "container";
  if (!direct) {
    return verbAt > 0 && args[0]?.startsWith("-")
      ? "a command may run in a container"
      : undefined;
  }
  let at = verbAt + 1;
  while (args[at]?.startsWith("-")) {
    const word = args[at] as string;
    if (/^--(?:entrypoint|privileged|pid|volume|mount|device)|^-v/.test(word)) {
      return `${word} changes what the container runs or reaches`;
    }
    at += VALUED.has(word) || /^-[dit]*[acehlmpuvw]$/.test(word) ? 2 : 1;
  }
  const inner = args.slice(at + 1);
  if (inner.length === 0) return undefined;
  if (inner.length === 1 && SHELLS.has(inner[0] as string)) return undefined;
  return "a command runs in a container";
}
