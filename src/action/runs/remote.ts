// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Programs that run a command in a container or on another host.
 *
 * Sources: ssh(1), ssh_config(5), scp(1), rsync(1); Docker 24 and Podman 4
 * command references; kubectl reference.
 *
 * @module
 */

import {
  type Elsewhere,
  programFrom,
  type Run,
  type RunReader,
  unread,
} from "./run.ts";
import { type Valued, valued, walkOptions } from "./option_walk.ts";

const SSH_OPTIONS = valued(
  "-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w -B -P",
);

/** Settings of ssh that run a command here. */
const LOCAL_SETTING =
  /^\s*(?:proxycommand|localcommand|knownhostscommand)[\s=]+(.*)$/is;

function settingRuns(
  values: readonly { flag: string; text: string; index: number }[],
): Run[] {
  return values.flatMap(({ flag, text, index }): Run[] => {
    const command = flag === "-o" ? LOCAL_SETTING.exec(text)?.[1] : undefined;
    if (command !== undefined && command !== "none") {
      return [{ kind: "shell", text: command, index }];
    }
    if (flag === "-S" && !text.startsWith("/")) return [];
    return [];
  });
}

function readSsh(argv: readonly string[]): readonly Run[] {
  const { at, values } = walkOptions(argv, SSH_OPTIONS);
  const runs = settingRuns(values);
  // Options may follow the host.
  const after = walkOptions(argv, SSH_OPTIONS, at + 1);
  runs.push(...settingRuns(after.values));
  const text = argv.slice(after.at).join(" ");
  if (text !== "") {
    runs.push({ kind: "shell", text, index: after.at, elsewhere: "host" });
  }
  return runs;
}

/** `scp -S PROGRAM`, `sftp -b FILE`, `rsync -e COMMAND`. */
function readCopy(argv: readonly string[], name: string): readonly Run[] {
  const rsync = name === "rsync";
  const options = rsync
    ? valued(
      "-e -f -T -M --rsh --rsync-path --filter --exclude --include --files-from --log-file --port --partial-dir --backup-dir --chmod --chown",
    )
    : valued("-c -D -F -i -J -l -o -P -S -X -B -b -R -s");
  const { values } = walkOptions(argv, options);
  return values.flatMap(({ flag, text, index }): Run[] => {
    if (rsync && (flag === "-e" || flag === "--rsh")) {
      return [{ kind: "shell", text, index }];
    }
    if (rsync && flag === "--rsync-path") {
      return [{ kind: "shell", text, index, elsewhere: "host" }];
    }
    if (!rsync && flag === "-S") return [{ kind: "shell", text, index }];
    return settingRuns([{ flag, text, index }]);
  });
}

const DOCKER_EXEC = valued(
  "-u -e -w --user --env --workdir --env-file --detach-keys --index",
);
const DOCKER_RUN = valued(
  "-a -c -e -h -l -m -p -u -v -w --add-host --annotation --attach --blkio-weight " +
    "--cap-add --cap-drop --cgroup-parent --cgroupns --cidfile --cpu-period --cpus " +
    "--cpuset-cpus --cpuset-mems --cpu-shares --device --dns --dns-search --domainname " +
    "--entrypoint --env --env-file --expose --gpus --group-add --health-cmd --hostname " +
    "--ip --ipc --isolation --label --label-file --link --log-driver --log-opt " +
    "--mac-address --memory --memory-swap --mount --name --network --net " +
    "--network-alias --oom-score-adj --pid --pids-limit --platform --publish --pull " +
    "--restart --runtime --security-opt --shm-size --stop-signal --stop-timeout " +
    "--storage-opt --sysctl --tmpfs --ulimit --user --userns --uts --volume " +
    "--volume-driver --volumes-from --workdir --arch --os --secret --requirepass",
);
const DOCKER_GLOBAL = valued(
  "-c -H -l --config --context --host --log-level --tlscacert --tlscert --tlskey",
);
const COMPOSE_GLOBAL = valued(
  "-f -p --file --project-name --profile --env-file --project-directory --parallel --ansi",
);

function readDocker(argv: readonly string[], name: string): readonly Run[] {
  const compose = name.endsWith("-compose");
  let { at } = walkOptions(argv, compose ? COMPOSE_GLOBAL : DOCKER_GLOBAL);
  if (argv[at] === "compose") at = walkOptions(argv, COMPOSE_GLOBAL, at + 1).at;
  if (argv[at] === "container") at++;
  const verb = argv[at];
  const isExec = verb === "exec";
  if (!isExec && verb !== "run" && verb !== "create") return [];
  const walked = walkOptions(argv, isExec ? DOCKER_EXEC : DOCKER_RUN, at + 1);
  const entry = walked.values.find(({ flag }) => flag === "--entrypoint");
  const runs: Run[] = walked.unsure
    ? [unread(`${name} has an unknown word before what it runs`)]
    : [];
  if (entry !== undefined && entry.text !== "") {
    const rest = argv.slice(walked.at + 1);
    return [...runs, {
      kind: "program",
      argv: [entry.text, ...rest],
      indexes: [entry.index, ...rest.map((_, i) => walked.at + 1 + i)],
      assignments: [],
      elsewhere: "container",
    }];
  }
  return [
    ...runs,
    ...programFrom(argv, walked.at + 1, { elsewhere: "container" }),
  ];
}

const KUBECTL = valued(
  "-n -c -f -l -s --namespace --context --kubeconfig --container --cluster --user --server --image --pod-running-timeout",
);

/** `kubectl exec POD -- PROGRAM`. */
function readCluster(argv: readonly string[]): readonly Run[] {
  const { at } = walkOptions(argv, KUBECTL);
  const verb = argv[at];
  if (verb !== "exec" && verb !== "run" && verb !== "debug") return [];
  const dashes = argv.indexOf("--", at);
  if (dashes > 0) {
    return programFrom(argv, dashes + 1, { elsewhere: "container" });
  }
  if (verb !== "exec") return [];
  const pod = walkOptions(argv, KUBECTL, at + 1).at;
  const from = walkOptions(argv, KUBECTL, pod + 1).at;
  return programFrom(argv, from, { elsewhere: "container" });
}

/** Tools that take `NAME ... -- PROGRAM`. */
function afterDashes(elsewhere: Elsewhere): RunReader {
  return (argv) => {
    const at = argv.indexOf("--");
    return at < 0 ? [] : programFrom(argv, at + 1, { elsewhere });
  };
}

function lastText(options: Valued, flag: string): RunReader {
  return (argv) => {
    const { values } = walkOptions(argv, options, 2);
    return values.filter((one) => one.flag === flag)
      .map(({ text, index }) => ({
        kind: "shell",
        text,
        index,
        elsewhere: "host",
      }));
  };
}

/** Readers by name. */
export const REMOTE_READERS: ReadonlyMap<string, RunReader> = new Map<
  string,
  RunReader
>([
  ["ssh", readSsh],
  ["autossh", readSsh],
  ["mosh", afterDashes("host")],
  ["scp", readCopy],
  ["sftp", readCopy],
  ["rsync", readCopy],
  ["docker", readDocker],
  ["podman", readDocker],
  ["nerdctl", readDocker],
  ["docker-compose", readDocker],
  ["podman-compose", readDocker],
  ["kubectl", readCluster],
  ["oc", readCluster],
  ["lxc", afterDashes("container")],
  ["incus", afterDashes("container")],
  ["machinectl", afterDashes("container")],
  [
    "flatpak-spawn",
    (argv) =>
      programFrom(argv, walkOptions(argv, valued("--directory --env")).at),
  ],
  ["distrobox-enter", afterDashes("container")],
  ["toolbox", (argv) => argv[1] === "run" ? programFrom(argv, 2) : []],
  ["vagrant", lastText(valued("-c --command"), "-c")],
]);
