// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Options of programs that rules speak of.
 *
 * One string a program, or program and subcommand: options separated by
 * blanks; `=` joins spellings of the same option, the first one names it; a
 * `:` at the end says that it takes a value. `one-dash` marks programs whose
 * long options have one dash. Sources: the programs' manual pages (coreutils
 * 9.1, findutils 4.9, git 2.39, curl 7.88, OpenSSH 9.2, Docker 24).
 *
 * @module
 */

/** Programs whose first operand is a subcommand. */
export const SUBCOMMAND_PROGRAMS: ReadonlySet<string> = new Set(
  ("git docker podman npm pnpm yarn cargo systemctl kubectl terraform go gh " +
    "helm apt apt-get brew diskutil supabase airg prisma rails").split(" "),
);

const GIT_GLOBAL = "-C: -c: --git-dir: --work-tree: --namespace: " +
  "--exec-path --config-env: --super-prefix: --bare --no-pager -P -p=--paginate " +
  "--no-replace-objects --literal-pathspecs --version --help --no-optional-locks";

const OWNER = "-R=--recursive -f=--silent=--quiet -v=--verbose -c=--changes " +
  "-h=--no-dereference -H -L -P --from: --reference: --preserve-root " +
  "--no-preserve-root --dereference --help --version";

const EDITOR = "-c: --cmd: -S: -u: -U: -i: -T: -e -E -s -n -N -R -Z";

const SSH_VALUES =
  "-b: -c: -D: -E: -e: -F: -I: -i: -J: -L: -l: -m: -O: -o: -p: -Q: -R: -S: -W: -w: -B:";

/** Options by program, or by program and subcommand. */
export const OPTION_SPECS: Readonly<Record<string, string>> = {
  rm:
    "-r=-R=--recursive -f=--force -i -I --interactive -d=--dir -v=--verbose " +
    "--one-file-system --preserve-root --no-preserve-root --help --version",
  chmod: "-R=--recursive -f=--silent=--quiet -v=--verbose -c=--changes " +
    "--reference: --preserve-root --no-preserve-root --help --version",
  chown: OWNER,
  chgrp: OWNER,
  cp: "-R=-r=--recursive -a=--archive -f=--force -i=--interactive " +
    "-n=--no-clobber -t=--target-directory: -T=--no-target-directory -S=--suffix: " +
    "-v=--verbose -p --preserve -L=--dereference -P=--no-dereference -s -l=--link " +
    "--symbolic-link -u=--update -x=--one-file-system --backup --parents --reflink --sparse",
  mv: "-f=--force -i=--interactive -n=--no-clobber -t=--target-directory: " +
    "-T=--no-target-directory -S=--suffix: -v=--verbose -u=--update -b --backup",
  ln: "-s=--symbolic -f=--force -n=--no-dereference -t=--target-directory: " +
    "-T=--no-target-directory -S=--suffix: -v=--verbose -r=--relative -b --backup",
  mkdir: "-p=--parents -m=--mode: -v=--verbose",
  head: "-n=--lines: -c=--bytes: -q=--quiet -v=--verbose",
  tail: "-n=--lines: -c=--bytes: -f=--follow -F --pid: -s=--sleep-interval: " +
    "-q=--quiet -v=--verbose --retry",
  cut: "-d=--delimiter: -f=--fields: -c=--characters: -b=--bytes: " +
    "--output-delimiter: -s=--only-delimited --complement",
  sort:
    "-k=--key: -t=--field-separator: -o=--output: -T=--temporary-directory: " +
    "-S=--buffer-size: --compress-program: --files0-from: -r=--reverse -u=--unique " +
    "-n=--numeric-sort -h=--human-numeric-sort -f -b -d -g -M -V -c -m -s -z --parallel: " +
    "--batch-size: --random-source:",
  ex: EDITOR,
  vi: EDITOR,
  vim: EDITOR,
  nvim: EDITOR,
  split: "-a=--suffix-length: -b=--bytes: -C=--line-bytes: -l=--lines: " +
    "-n=--number: -t=--separator: --additional-suffix: --filter: -d -x -e -u",
  script: "-c=--command: -E=--echo: -I=--log-in: -O=--log-out: " +
    "-B=--log-io: -T=--log-timing: -m=--logging-format: -o=--output-limit: " +
    "-a=--append -e=--return -f=--flush --force -q=--quiet",
  iconv: "-f=--from-code: -t=--to-code: -o=--output: -c -s -l=--list",
  truncate: "-s=--size: -r=--reference: -c=--no-create -o=--io-blocks",
  touch: "-d=--date: -r=--reference: -t: -a -m -c=--no-create",
  grep: "-e=--regexp: -f=--file: -m=--max-count: -A=--after-context: " +
    "-B=--before-context: -C=--context: -d=--directories: -D=--devices: " +
    "--include: --exclude: --exclude-dir: --exclude-from: --label: --color " +
    "-r=--recursive -R -n -i -v -c -l -L -o -q -s -w -x -E -F -P -G -H -h -a -z -Z",
  rg: "-e=--regexp: -f=--file: -g=--glob: --iglob: -t=--type: -T=--type-not: " +
    "-m=--max-count: -A=--after-context: -B=--before-context: -C=--context: " +
    "-r=--replace: -j=--threads: -M=--max-columns: --pre: --pre-glob: --max-depth: " +
    "--sort: --ignore-file: -E=--encoding:",
  sed:
    "-e=--expression: -f=--file: -n=--quiet=--silent -E=-r=--regexp-extended " +
    "-i=--in-place -s=--separate -z=--null-data -u=--unbuffered --posix --debug " +
    "--sandbox -l=--line-length:",
  awk:
    "-f=--file: -F=--field-separator: -v=--assign: -e=--source: -i=--include: " +
    "-l=--load: -E=--exec:",
  tar:
    "-f=--file: -C=--directory: -T=--files-from: -X=--exclude-from: --exclude: " +
    "-I=--use-compress-program: --format: --transform: --xform: -g: -b: -H: -N: " +
    "--strip-components: --checkpoint --checkpoint-action: --to-command: " +
    "--owner: --group: --mode: --mtime: -c -x -t -r -u -z -j -J -v -p -O -k -P",
  find: "one-dash",
  fd: "-e: -E: -x -X -t: -d:",
  dd: "--help --version",
  openssl:
    "one-dash -in: -out: -inkey: -CAfile: -key: -cert: -keyout: -connect: -proxy: -host:",
  terraform: "one-dash -chdir: -var: -var-file:",
  java: "one-dash",
  curl: "-A=--user-agent: -b=--cookie: -c=--cookie-jar: -C=--continue-at: " +
    "-d=--data: --data-ascii: --data-binary: --data-raw: --data-urlencode: --json: " +
    "-D=--dump-header: -e=--referer: -E=--cert: --cert-type: --key: --cacert: --capath: " +
    "-F=--form: --form-string: -H=--header: -K=--config: -m=--max-time: " +
    "--connect-timeout: -o=--output: --output-dir: -P=--ftp-port: -Q=--quote: " +
    "-r=--range: --retry: --retry-delay: --retry-max-time: -t=--telnet-option: " +
    "-T=--upload-file: -u=--user: -U=--proxy-user: -w=--write-out: -x=--proxy: " +
    "--preproxy: --socks5: --socks4: --socks5-hostname: -X=--request: -y=--speed-time: " +
    "-Y=--speed-limit: -z=--time-cond: --url: --resolve: --connect-to: --interface: " +
    "--limit-rate: --max-redirs: --noproxy: --proto: --stderr: --trace: --trace-ascii: " +
    "--unix-socket: --abstract-unix-socket: --oauth2-bearer: --ciphers: --tls-max: " +
    "--dns-servers: --netrc-file: --max-filesize: --request-target: --variable: " +
    "-f=--fail -s=--silent -S=--show-error -L=--location -i=--include -I=--head " +
    "-k=--insecure -v=--verbose -O=--remote-name -J=--remote-header-name -n=--netrc " +
    "-g=--globoff -G=--get -N=--no-buffer -q=--disable -Z=--parallel --compressed",
  wget: "-O=--output-document: -o=--output-file: -a=--append-output: " +
    "-P=--directory-prefix: -U=--user-agent: -e=--execute: -i=--input-file: " +
    "-t=--tries: -T=--timeout: -w=--wait: -Q=--quota: -D=--domains: -B=--base: " +
    "-A=--accept: -R=--reject: -l=--level: --header: --post-data: --post-file: " +
    "--user: --password: --config: --method: --body-data: --body-file: --referer: " +
    "--load-cookies: --save-cookies: --ca-certificate: --certificate: --private-key: " +
    "-q=--quiet -r=--recursive -c=--continue -N -k -p -m -nc -nv -S -v",
  ssh: SSH_VALUES,
  scp: "-c: -D: -F: -i: -J: -l: -o: -P: -S: -X: -r -p -q -C -v -3",
  sftp: "-B: -b: -c: -D: -F: -i: -J: -l: -o: -P: -R: -S: -s: -X:",
  rsync: "-e=--rsh: --rsync-path: -f=--filter: --exclude: --include: " +
    "--exclude-from: --include-from: --files-from: -T=--temp-dir: --partial-dir: " +
    "--backup-dir: --suffix: --log-file: --password-file: --port: --bwlimit: " +
    "--timeout: --chmod: --chown: --max-size: --min-size: --compare-dest: " +
    "--link-dest: --copy-dest: -a=--archive -v -r -z -n=--dry-run --delete " +
    "--delete-before --delete-after --delete-during --delete-excluded",
  nc: "-p: -s: -w: -X: -x: -q: -i: -I: -O: -e: -c:",
  kubectl: "-n=--namespace: --context: --kubeconfig: --cluster: --user: " +
    "-s=--server: --token: --as: -f=--filename: -l=--selector: -o=--output: " +
    "--all -A=--all-namespaces --force --grace-period: --cascade --now --wait",
  helm: "-n=--namespace: --kube-context: --kubeconfig: --registry-config: " +
    "--repository-cache: --dry-run --keep-history --wait --timeout: --debug",
  git: GIT_GLOBAL,
  "git push": "-f=--force --force-with-lease --force-if-includes " +
    "-u=--set-upstream -o=--push-option: --repo: --receive-pack: --exec: " +
    "-d=--delete --mirror --all --tags --follow-tags -n=--dry-run --prune -q -v " +
    "--no-verify --atomic --porcelain --signed --recurse-submodules",
  "git clean":
    "-f=--force -d -x -X -n=--dry-run -i=--interactive -e=--exclude: -q=--quiet",
  "git reset": "--hard --soft --mixed --merge --keep -q=--quiet -p=--patch -N",
  "git commit": "-m=--message: -F=--file: -C=--reuse-message: " +
    "-c=--reedit-message: --author: --date: -t=--template: --fixup: --squash: " +
    "--cleanup: --trailer: --pathspec-from-file: -a=--all -p=--patch --amend " +
    "-s=--signoff -n=--no-verify -q=--quiet -v=--verbose -e=--edit --no-edit " +
    "--allow-empty --allow-empty-message -S --gpg-sign -o -i --dry-run -z",
  "git tag":
    "-m=--message: -F=--file: -u: -d=--delete -f=--force -a -s -l=--list -n",
  "git notes": "-m: -F:",
  "git branch":
    "-d=--delete -D -f=--force -m=--move -M -c -C -u=--set-upstream-to: " +
    "-a=--all -r=--remotes -v -l=--list --contains --merged --no-merged --sort: --format:",
  "git checkout":
    "-b: -B: --orphan: -f=--force -t=--track -q -d=--detach -p=--patch",
  "git switch": "-c=--create: -C=--force-create: --orphan: -f=--force " +
    "--discard-changes -d=--detach",
  "git restore": "-s=--source: -S=--staged -W=--worktree -p=--patch -q",
  "git stash": "-m=--message: -u -a -k -p -q",
  "git merge":
    "-m=--message: -F: -s: -X: --abort --continue --squash --no-ff --ff-only --no-edit",
  "git rebase":
    "-x=--exec: --onto: -s: -X: -i=--interactive --abort --continue --skip -r",
  "git log":
    "-n=--max-count: --author: --grep: --since: --until: --format: -S: -G: -L:",
  "git clone": "-b=--branch: -o: --depth: -c=--config: -u=--upload-pack: " +
    "--reference: --template: -j: --filter: --separate-git-dir:",
  docker:
    "-H=--host: -c=--context: --config: -l: --tlscacert: --tlscert: --tlskey:",
  systemctl:
    "-t=--type: -p=--property: -H=--host: -M=--machine: -n: -o: -s: -f=--force " +
    "--user --system --now -q --no-pager",
  npm:
    "--prefix: -C: --registry: -w=--workspace: --script-shell: --cache: --userconfig:",
  timeout:
    "-k=--kill-after: -s=--signal: --preserve-status --foreground -v=--verbose",
  nice: "-n=--adjustment:",
  stdbuf: "-i=--input: -o=--output: -e=--error:",
};
