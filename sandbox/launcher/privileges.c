/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _DEFAULT_SOURCE
#include "privileges.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "kernel.h"
#include "status.h"

/* SECBIT_NOROOT, _NO_SETUID_FIXUP, _NO_CAP_AMBIENT_RAISE, each locked, and
   KEEP_CAPS locked off (capabilities(7)). */
#define SECUREBITS 0xef

static rlim_t as_limit(uint64_t n) { return n == UINT64_MAX ? RLIM_INFINITY : (rlim_t)n; }
static rlim_t lower(rlim_t a, rlim_t b) { return a < b ? a : b; }

uint32_t set_limits(const struct instruction *in) {
  struct cursor cursor = {0};
  struct value value;
  uint32_t n = 0;
  while (next_value(in, KEY_RLIMIT, &cursor, &value)) {
    struct limit limit = {0};
    (void)parse_rlimit(value, &limit);
    struct rlimit now, want;
    if (getrlimit(limit.resource, &now) != 0) fail("rlimit", limit.name, errno, NULL);
    want.rlim_max = lower(as_limit(limit.hard), now.rlim_max);
    want.rlim_cur = lower(as_limit(limit.soft), want.rlim_max);
    if (setrlimit(limit.resource, &want) != 0) fail("rlimit", limit.name, errno, NULL);
    n++;
  }
  return n;
}

void reset_signals(void) {
  /* The bare call: the C libraries keep 32 to 34 to themselves and refuse them,
     and a caller may well have left those ignored. Zeroed, the kernel's
     structure is SIG_DFL on every machine; it has at most 32 bytes. */
  static const uint64_t plain[8];
  for (int signal = 1; signal <= 64; signal++)
    (void)syscall(SYS_rt_sigaction, signal, plain, NULL, (size_t)8); /* KILL, STOP: EINVAL */
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, NULL) != 0) fail("signals", "mask", errno, NULL);
}

/* Needs CAP_SETPCAP; without it the set stays, and no_new_privs makes it moot:
   it is only ever consulted when execve(2) would grant something. */
static bool empty_bounding_set(void) {
  bool empty = true;
  for (int cap = 0; cap < 64; cap++) {
    int held = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
    if (held < 0) break;
    if (held > 0) (void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
    if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) != 0) empty = false;
  }
  return empty;
}

static void empty_capabilities(void) {
  struct k_cap_header header = {K_CAPABILITY_VERSION_3, 0};
  struct k_cap_data data[2] = {{0, 0, 0}, {0, 0, 0}};
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (k_capset(&header, data) != 0) fail("capabilities", "capset", errno, NULL);
  memset(data, 0xff, sizeof data);
  if (k_capget(&header, data) != 0) fail("capabilities", "capget", errno, NULL);
  for (int i = 0; i < 2; i++)
    if (data[i].effective | data[i].permitted | data[i].inheritable) fail("capabilities", "capget", EPERM, "a capability is left");
}

const char *drop_privileges(void) {
  bool empty = empty_bounding_set();
  (void)prctl(PR_SET_SECUREBITS, SECUREBITS, 0, 0, 0); /* read back by the caller */
  empty_capabilities();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no-new-privs", "", errno, NULL);
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) fail("no-new-privs", "", EPERM, "not set");
  return empty ? "empty" : "held-by-no-new-privs";
}
