// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files that a program obeys without being told their names, in the folder it
 * works in; the manual of each program is the source.
 *
 * A `*` stands for any text in the last component.
 *
 * @module
 */

const MAKE = ["GNUmakefile", "makefile", "Makefile", "*.mk"];
const GRADLE = [
  "build.gradle",
  "build.gradle.kts",
  "settings.gradle",
  "settings.gradle.kts",
  "gradle.properties",
  "gradle/wrapper/gradle-wrapper.jar",
  "gradle/wrapper/gradle-wrapper.properties",
];
const MAVEN = ["pom.xml", ".mvn/*", ".mvn/wrapper/*"];
const COMPOSE = [
  "compose.yaml",
  "compose.yml",
  "compose.override.*",
  "docker-compose.yaml",
  "docker-compose.yml",
  "docker-compose.override.*",
  ".env",
  "Dockerfile",
  ".dockerignore",
];
/** What scripts beside a script are: it reads them by name without a folder. */
const SHELL = ["*.sh", "*.bash"];
const JAVASCRIPT = ["*.js", "*.cjs", "*.mjs", "*.ts", "package.json"];
const PYTHON_CODE = ["*.py"];
const NODE = [
  "package.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "bun.lock",
  "bun.lockb",
  "bunfig.toml",
  ".npmrc",
  ".yarnrc",
  ".yarnrc.yml",
  ".pnpmfile.cjs",
];
const PYTHON = [
  "pyproject.toml",
  "setup.py",
  "setup.cfg",
  "uv.toml",
  "uv.lock",
  "poetry.lock",
  "Pipfile",
  "Pipfile.lock",
  "requirements.txt",
];
const PYTEST = [
  "conftest.py",
  "pytest.ini",
  ".pytest.ini",
  "pyproject.toml",
  "tox.ini",
  "setup.cfg",
];
const TERRAFORM = [
  "*.tf",
  "*.tf.json",
  "*.tfvars",
  "*.tfvars.json",
  ".terraform.lock.hcl",
];
const GO = ["go.mod", "go.sum", "go.work", "*.go"];
const RUBY = ["*.rb", "Gemfile", "Gemfile.lock", ".bundle/config", "*.gemspec"];
const DENO = ["deno.json", "deno.jsonc", "deno.lock", "package.json"];
const KUSTOMIZE = [
  "kustomization.yaml",
  "kustomization.yml",
  "Kustomization",
  "*.yaml",
  "*.yml",
];
const DOTNET = [
  "*.csproj",
  "*.fsproj",
  "*.vbproj",
  "*.sln",
  "Directory.Build.*",
  "NuGet.Config",
];
const BAZEL = [
  "BUILD",
  "BUILD.bazel",
  "WORKSPACE",
  "WORKSPACE.bazel",
  "MODULE.bazel",
  ".bazelrc",
];
const HELM = ["Chart.yaml", "values.yaml", "templates/*", "helmfile.yaml"];
const NIX = ["flake.nix", "flake.lock", "default.nix", "shell.nix"];
const GIT = [".git/config", ".git/hooks/*", ".gitmodules", ".gitattributes"];
const SERVERLESS = ["serverless.*"];

/** By name of the program. */
const IMPLICIT_FILES: Readonly<Record<string, readonly string[]>> = {
  make: MAKE,
  gmake: MAKE,
  ninja: ["build.ninja"],
  just: ["justfile", "Justfile", ".justfile"],
  task: ["Taskfile.yml", "Taskfile.yaml"],
  rake: ["Rakefile", "rakefile", "Rakefile.rb", "rakefile.rb"],
  gradle: GRADLE,
  gradlew: GRADLE,
  mvn: MAVEN,
  mvnw: MAVEN,
  ant: ["build.xml"],
  cargo: [
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    ".cargo/config",
    ".cargo/config.toml",
    "rust-toolchain*",
    "src/main.rs",
  ],
  cmake: ["CMakeLists.txt", "CMakePresets.json", "CMakeUserPresets.json"],
  meson: ["meson.build"],
  bazel: BAZEL,
  bazelisk: BAZEL,
  sbt: ["build.sbt", "project/*.sbt", "project/build.properties"],
  mix: ["mix.exs", "mix.lock", "config/*.exs"],
  lein: ["project.clj"],
  dotnet: DOTNET,
  nix: NIX,
  "nix-shell": NIX,
  "nix-build": NIX,
  tox: ["tox.ini", "pyproject.toml", "setup.cfg"],
  nox: ["noxfile.py"],
  invoke: ["tasks.py"],
  fab: ["fabfile.py"],
  pytest: PYTEST,
  "py.test": PYTEST,
  pip: PYTHON,
  pip3: PYTHON,
  uv: PYTHON,
  poetry: PYTHON,
  pipenv: PYTHON,
  hatch: PYTHON,
  pdm: PYTHON,
  alembic: ["alembic.ini", "alembic/env.py"],
  "pre-commit": [".pre-commit-config.yaml"],
  npm: NODE,
  npx: NODE,
  yarn: NODE,
  pnpm: NODE,
  pnpx: NODE,
  bun: NODE,
  bunx: NODE,
  node: JAVASCRIPT,
  tsx: JAVASCRIPT,
  "ts-node": JAVASCRIPT,
  python: PYTHON_CODE,
  perl: ["*.pl", "*.pm"],
  php: ["*.php", "php.ini"],
  java: ["*.class", "*.jar"],
  sh: SHELL,
  bash: SHELL,
  dash: SHELL,
  zsh: SHELL,
  ksh: SHELL,
  ".": SHELL,
  source: SHELL,
  deno: DENO,
  gulp: ["gulpfile.*"],
  grunt: ["Gruntfile.*"],
  jest: ["jest.config.*", "package.json"],
  vitest: ["vitest.config.*", "vite.config.*"],
  vite: ["vite.config.*"],
  webpack: ["webpack.config.*"],
  rollup: ["rollup.config.*"],
  eslint: ["eslint.config.*", ".eslintrc*"],
  prettier: ["prettier.config.*", ".prettierrc*"],
  tsc: ["tsconfig.json"],
  next: ["next.config.*"],
  playwright: ["playwright.config.*"],
  prisma: ["schema.prisma", "prisma/schema.prisma", "prisma.config.*"],
  go: GO,
  ruby: RUBY,
  bundle: RUBY,
  bundler: RUBY,
  rails: RUBY,
  composer: ["composer.json", "composer.lock"],
  terraform: TERRAFORM,
  tofu: TERRAFORM,
  terragrunt: [...TERRAFORM, "*.hcl"],
  pulumi: ["Pulumi.yaml", "Pulumi.*.yaml", "__main__.py", "index.*"],
  cdk: ["cdk.json"],
  sam: ["template.yaml", "template.yml", "samconfig.toml"],
  serverless: SERVERLESS,
  sls: SERVERLESS,
  wrangler: ["wrangler.toml", "wrangler.json", "wrangler.jsonc"],
  fly: ["fly.toml", "Dockerfile"],
  flyctl: ["fly.toml", "Dockerfile"],
  vercel: ["vercel.json", ".vercel/project.json"],
  netlify: ["netlify.toml"],
  firebase: ["firebase.json", ".firebaserc", "*.rules"],
  heroku: ["Procfile", "app.json"],
  ansible: ["ansible.cfg", "hosts"],
  "ansible-playbook": ["ansible.cfg", "hosts"],
  helm: HELM,
  helmfile: HELM,
  kubectl: KUSTOMIZE,
  kustomize: KUSTOMIZE,
  skaffold: ["skaffold.yaml"],
  vagrant: ["Vagrantfile"],
  packer: ["*.pkr.hcl"],
  docker: COMPOSE,
  "docker-compose": COMPOSE,
  podman: [...COMPOSE, "Containerfile"],
  "podman-compose": COMPOSE,
  git: GIT,
};

/** What a script runs that is started by its own name. */
const BY_ENDING: readonly (readonly [string, string])[] = [
  [".sh", "sh"],
  [".bash", "bash"],
  [".py", "python"],
  [".js", "node"],
  [".mjs", "node"],
  [".cjs", "node"],
  [".ts", "node"],
  [".rb", "ruby"],
  [".pl", "perl"],
];

/** Names and patterns that a program of this name looks for. */
export function implicitNames(name: string): readonly string[] {
  // `python3.12` is python; `ruby3.2` is ruby.
  const plain = name.replace(/[0-9][0-9.]*$/, "");
  const ending = BY_ENDING.find(([end]) => name.endsWith(end))?.[1];
  for (const one of [name, plain, ending ?? ""]) {
    const found = Object.hasOwn(IMPLICIT_FILES, one)
      ? IMPLICIT_FILES[one]
      : undefined;
    if (found !== undefined) return found;
  }
  return [];
}
