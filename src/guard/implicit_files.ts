// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files that a program obeys without being told their names, in the folder it
 * runs in; the manual of each program is the source.
 *
 * @module
 */

const MAKE = ["GNUmakefile", "makefile", "Makefile"];
const GRADLE = [
  "build.gradle",
  "build.gradle.kts",
  "settings.gradle",
  "settings.gradle.kts",
];
const COMPOSE = [
  "compose.yaml",
  "compose.yml",
  "docker-compose.yaml",
  "docker-compose.yml",
  "Dockerfile",
];

/** By name of the program. */
export const IMPLICIT_FILES: Readonly<Record<string, readonly string[]>> = {
  make: MAKE,
  gmake: MAKE,
  just: ["justfile", "Justfile", ".justfile"],
  task: ["Taskfile.yml", "Taskfile.yaml"],
  rake: ["Rakefile", "rakefile"],
  gradle: GRADLE,
  gradlew: GRADLE,
  mvn: ["pom.xml"],
  mvnw: ["pom.xml"],
  ant: ["build.xml"],
  cargo: ["Cargo.toml", "build.rs"],
  cmake: ["CMakeLists.txt"],
  meson: ["meson.build"],
  tox: ["tox.ini"],
  nox: ["noxfile.py"],
  invoke: ["tasks.py"],
  fab: ["fabfile.py"],
  pytest: ["conftest.py", "pytest.ini", "pyproject.toml"],
  gulp: ["gulpfile.js"],
  grunt: ["Gruntfile.js"],
  vagrant: ["Vagrantfile"],
  docker: COMPOSE,
  "docker-compose": COMPOSE,
  podman: [...COMPOSE, "Containerfile"],
};
