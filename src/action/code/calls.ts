// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Functions that start programs, touch files, reach hosts or run code, by
 * language.
 *
 * Sources: the Python 3.11 library reference; Node.js 20 and Deno API
 * references; perlfunc; Ruby 3.2 core and standard library; the PHP manual; the
 * Lua 5.4 reference.
 *
 * @module
 */

import type { Access } from "../facts.ts";

/** What a call does with its arguments. */
export type Effect =
  /** The first argument is text for a shell, or with a list a program. */
  | { readonly kind: "shell" }
  /** The arguments are the words of a program; a list counts for its words. */
  | { readonly kind: "program"; readonly skip?: number }
  /** The arguments at these places are paths. */
  | {
    readonly kind: "path";
    readonly access: readonly Access[];
    readonly recursive?: true;
  }
  /** Opens a file; the second argument says how. */
  | { readonly kind: "open" }
  | { readonly kind: "address" }
  /** Runs its argument as code of the same language. */
  | { readonly kind: "code" }
  | { readonly kind: "unread"; readonly why: string };

const SHELL: Effect = { kind: "shell" };
const PROGRAM: Effect = { kind: "program" };
const OPEN: Effect = { kind: "open" };
const ADDRESS: Effect = { kind: "address" };
const CODE: Effect = { kind: "code" };

function path(...access: readonly Access[]): Effect {
  return { kind: "path", access };
}

function tree(access: Access): Effect {
  return { kind: "path", access: [access], recursive: true };
}

function unread(why: string): Effect {
  return { kind: "unread", why };
}

function table(
  ...rows: readonly (readonly [string, Effect])[]
): ReadonlyMap<string, Effect> {
  const found = new Map<string, Effect>();
  for (const [names, effect] of rows) {
    for (const name of names.split(" ")) found.set(name, effect);
  }
  return found;
}

const PYTHON = table(
  [
    "os.system os.popen subprocess.getoutput subprocess.getstatusoutput commands.getoutput popen2.popen2 asyncio.create_subprocess_shell",
    SHELL,
  ],
  [
    "subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen pty.spawn sh.Command plumbum.local asyncio.create_subprocess_exec os.posix_spawn os.posix_spawnp",
    PROGRAM,
  ],
  [
    "os.execv os.execvp os.execve os.execvpe os.execl os.execlp os.execle os.execlpe",
    { kind: "program", skip: 1 },
  ],
  ["os.spawnl os.spawnlp os.spawnv os.spawnvp os.spawnle os.spawnve", {
    kind: "program",
    skip: 2,
  }],
  ["shutil.rmtree os.removedirs", tree("delete")],
  ["os.remove os.unlink os.rmdir", path("delete")],
  ["os.rename os.replace os.renames shutil.move", path("delete", "write")],
  [
    "shutil.copy shutil.copy2 shutil.copyfile shutil.copytree os.link os.symlink",
    path("read", "write"),
  ],
  [
    "os.chmod os.chown os.truncate os.mkdir os.makedirs os.utime os.mknod os.mkfifo",
    path("write"),
  ],
  ["os.listdir os.scandir os.walk glob.glob glob.iglob", path("list")],
  [
    "linecache.getline linecache.getlines fileinput.input runpy.run_path numpy.loadtxt pandas.read_csv",
    path("read"),
  ],
  ["open io.open codecs.open os.open", OPEN],
  [
    "urllib.request.urlopen urllib.request.urlretrieve urllib2.urlopen urllib.urlopen urllib.request.Request requests.get requests.post requests.put requests.delete requests.head requests.patch httpx.get httpx.post httpx.put httpx.delete http.client.HTTPConnection http.client.HTTPSConnection socket.create_connection ftplib.FTP smtplib.SMTP telnetlib.Telnet websocket.create_connection",
    ADDRESS,
  ],
  ["requests.request httpx.request", { kind: "address" }],
  [
    "exec eval compile builtins.exec builtins.eval __builtins__.exec __builtins__.eval",
    CODE,
  ],
  [
    "marshal.loads pickle.loads cPickle.loads types.CodeType types.FunctionType",
    unread("code is loaded from data"),
  ],
  [
    "ctypes.CDLL ctypes.cdll.LoadLibrary ctypes.PyDLL cffi.FFI",
    unread("a native library is called"),
  ],
);

const NODE = table(
  [
    "child_process.exec child_process.execSync exec execSync execa.command execa.commandSync shelljs.exec",
    SHELL,
  ],
  [
    "child_process.spawn child_process.spawnSync child_process.execFile child_process.execFileSync child_process.fork spawn spawnSync execFile execFileSync execa execaSync Deno.Command Bun.spawn Bun.spawnSync",
    PROGRAM,
  ],
  [
    "fs.rm fs.rmSync fs.promises.rm fs/promises.rm Deno.remove Deno.removeSync fse.remove fs.removeSync rimraf rimraf.sync rimrafSync",
    tree("delete"),
  ],
  [
    "fs.unlink fs.unlinkSync fs.rmdir fs.rmdirSync fs.promises.unlink fs.promises.rmdir fs/promises.unlink fs/promises.rmdir",
    path("delete"),
  ],
  [
    "fs.rename fs.renameSync fs.promises.rename fs/promises.rename Deno.rename Deno.renameSync",
    path("delete", "write"),
  ],
  [
    "fs.copyFile fs.copyFileSync fs.cp fs.cpSync fs.promises.copyFile fs.promises.cp fs/promises.copyFile fs/promises.cp fs.link fs.linkSync fs.symlink fs.symlinkSync Deno.copyFile",
    path("read", "write"),
  ],
  [
    "fs.readFile fs.readFileSync fs.createReadStream fs.promises.readFile fs/promises.readFile fs.readlinkSync Deno.readTextFile Deno.readTextFileSync Deno.readFile Deno.readFileSync Bun.file",
    path("read"),
  ],
  [
    "fs.writeFile fs.writeFileSync fs.appendFile fs.appendFileSync fs.createWriteStream fs.promises.writeFile fs.promises.appendFile fs/promises.writeFile fs/promises.appendFile fs.truncate fs.truncateSync fs.chmod fs.chmodSync fs.chown fs.chownSync fs.mkdir fs.mkdirSync Deno.writeTextFile Deno.writeTextFileSync Deno.writeFile Deno.mkdir Bun.write",
    path("write"),
  ],
  [
    "fs.readdir fs.readdirSync fs.promises.readdir fs/promises.readdir fs.opendirSync Deno.readDir Deno.readDirSync",
    path("list"),
  ],
  ["fs.open fs.openSync fs.promises.open Deno.open Deno.openSync", OPEN],
  [
    "fetch http.get http.request https.get https.request http2.connect net.connect net.createConnection tls.connect axios axios.get axios.post axios.put axios.delete got got.get undici.fetch undici.request WebSocket EventSource Deno.connect dgram.createSocket",
    ADDRESS,
  ],
  [
    "eval Function vm.runInThisContext vm.runInNewContext vm.runInContext vm.Script setTimeout.eval",
    CODE,
  ],
  [
    "process.binding process.dlopen Deno.dlopen",
    unread("a native library is called"),
  ],
);

const PERL = table(
  ["system exec", SHELL],
  ["unlink", path("delete")],
  ["rmdir", path("delete")],
  [
    "rmtree remove_tree File.Path.rmtree File.Path.remove_tree File.Path.Tiny.rm",
    tree("delete"),
  ],
  ["rename move File.Copy.move", path("delete", "write")],
  ["copy File.Copy.copy link symlink", path("read", "write")],
  ["open sysopen", OPEN],
  ["opendir", path("list")],
  ["truncate mkdir", path("write")],
  [
    "get getstore LWP.Simple.get LWP.Simple.getstore IO.Socket.INET.new HTTP.Tiny.new.get",
    ADDRESS,
  ],
  ["eval", CODE],
  ["do require", path("execute")],
  ["syscall", unread("a system call is made by number")],
);

const RUBY = table(
  [
    "system exec spawn Kernel.system Kernel.exec Kernel.spawn Process.spawn IO.popen Open3.capture2 Open3.capture3 Open3.capture2e Open3.popen3 Open3.popen2 PTY.spawn",
    SHELL,
  ],
  [
    "FileUtils.rm_rf FileUtils.rm_r FileUtils.remove_dir FileUtils.rmtree FileUtils.remove_entry FileUtils.remove_entry_secure",
    tree("delete"),
  ],
  [
    "File.delete File.unlink FileUtils.rm FileUtils.rm_f FileUtils.remove Dir.rmdir Dir.delete Dir.unlink FileUtils.rmdir",
    path("delete"),
  ],
  ["File.rename FileUtils.mv FileUtils.move", path("delete", "write")],
  [
    "FileUtils.cp FileUtils.cp_r FileUtils.copy FileUtils.ln_s FileUtils.ln File.symlink File.link",
    path("read", "write"),
  ],
  [
    "File.read File.readlines File.foreach IO.read IO.readlines File.binread YAML.load_file",
    path("read"),
  ],
  [
    "File.write IO.write File.truncate File.chmod FileUtils.chmod FileUtils.chown_R FileUtils.chmod_R FileUtils.mkdir_p FileUtils.touch",
    path("write"),
  ],
  ["Dir.entries Dir.glob Dir.children Dir.each_child", path("list")],
  ["File.open File.new IO.open", OPEN],
  ["open URI.open Kernel.open", OPEN],
  [
    "Net.HTTP.get Net.HTTP.get_response Net.HTTP.start Net.HTTP.post URI.parse TCPSocket.new TCPSocket.open",
    ADDRESS,
  ],
  ["eval instance_eval class_eval Kernel.eval", CODE],
  ["load require_relative", path("execute")],
  ["Marshal.load Fiddle.dlopen", unread("code is loaded from data")],
);

const PHP = table(
  ["exec shell_exec system passthru popen proc_open pcntl_exec", SHELL],
  ["unlink rmdir", path("delete")],
  ["rename", path("delete", "write")],
  ["copy link symlink", path("read", "write")],
  [
    "file_get_contents readfile file highlight_file show_source parse_ini_file",
    path("read"),
  ],
  ["file_put_contents touch chmod chown mkdir", path("write")],
  ["scandir opendir glob dir", path("list")],
  ["fopen", OPEN],
  ["curl_init fsockopen stream_socket_client SoapClient", ADDRESS],
  ["eval assert create_function", CODE],
  ["include include_once require require_once", path("execute")],
  ["unserialize FFI.cdef", unread("code is loaded from data")],
);

const LUA = table(
  ["os.execute io.popen", SHELL],
  ["os.remove lfs.rmdir", path("delete")],
  ["os.rename", path("delete", "write")],
  ["io.open", OPEN],
  ["io.lines io.input", path("read")],
  ["io.output lfs.mkdir lfs.touch", path("write")],
  ["lfs.dir", path("list")],
  ["load loadstring", CODE],
  ["dofile loadfile", path("execute")],
  ["http.request socket.http.request socket.connect socket.tcp", ADDRESS],
  ["package.loadlib ffi.load ffi.cdef", unread("a native library is called")],
);

/** Calls by language. */
export const CALLS: Readonly<Record<string, ReadonlyMap<string, Effect>>> = {
  python: PYTHON,
  node: NODE,
  perl: PERL,
  ruby: RUBY,
  php: PHP,
  lua: LUA,
};

/** Methods of a path, whatever it is called, by language. */
export const PATH_METHODS: Readonly<
  Record<string, ReadonlyMap<string, Effect>>
> = {
  python: table(
    ["unlink rmdir", path("delete")],
    ["rmtree", tree("delete")],
    ["read_text read_bytes", path("read")],
    ["write_text write_bytes touch mkdir chmod", path("write")],
    ["iterdir glob rglob", path("list")],
    ["rename", path("delete")],
    ["open", OPEN],
  ),
  ruby: table(["unlink delete rmtree", path("delete")], ["read", path("read")]),
};
