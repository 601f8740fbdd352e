/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The sockets role: inode numbers of all bound unix sockets of this network
   namespace. /proc/net/unix has the name given to bind(2) instead, and a
   relative one leads nowhere (sock_diag(7), UDIAG_SHOW_VFS). */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "roles.h"
#include "status.h"

#define STEP "sockets"

/* <linux/netlink.h>, <linux/sock_diag.h> and <linux/unix_diag.h>; musl ships without them. */
enum { NETLINK_SOCK_DIAG_FAMILY = 4, SOCK_DIAG_BY_FAMILY_TYPE = 20, TYPE_ERROR = 2, TYPE_DONE = 3 };
enum { FLAG_REQUEST = 1, FLAG_DUMP = 0x300, SHOW_VFS = 2, ATTRIBUTE_VFS = 1 };
struct netlink_head {
  uint32_t length;
  uint16_t type, flags;
  uint32_t sequence, port;
};
struct diag_request {
  struct netlink_head head;
  uint8_t family, protocol;
  uint16_t pad;
  uint32_t states, inode, show, cookie[2];
};
struct diag_message {
  uint8_t family, type, state, pad;
  uint32_t inode, cookie[2];
};
struct attribute {
  uint16_t length, type;
};
struct netlink_address {
  uint16_t family, pad;
  uint32_t port, groups;
};

static size_t aligned(size_t n) { return (n + 3) & ~(size_t)3; }

static void print(uint32_t inode) {
  char digits[21];
  const char *text = decimal_text(inode, digits);
  size_t length = strlen(text);
  char line[24];
  memcpy(line, text, length);
  line[length++] = '\n';
  if (write(1, line, length) != (ssize_t)length) _exit(EXIT_LAUNCHER);
}

/* The inode of the file that a socket is bound to, from its attributes. */
static void print_file(const char *at, size_t left) {
  struct attribute a;
  while (left >= sizeof a) {
    memcpy(&a, at, sizeof a);
    if (a.length < sizeof a || a.length > left) return;
    uint32_t inode;
    if (a.type == ATTRIBUTE_VFS && a.length >= sizeof a + sizeof inode) {
      memcpy(&inode, at + sizeof a, sizeof inode);
      print(inode);
    }
    size_t step = aligned(a.length);
    if (step >= left) return;
    at += step;
    left -= step;
  }
}

/* False at the end of all. */
static bool read_message(const char *bytes, const struct netlink_head *head) {
  if (head->type == TYPE_DONE) return false;
  if (head->type == TYPE_ERROR) {
    int32_t error = 0;
    if (head->length >= sizeof *head + sizeof error) memcpy(&error, bytes + sizeof *head, sizeof error);
    fail(STEP, "diag", -error, NULL);
  }
  size_t fixed = sizeof *head + sizeof(struct diag_message);
  if (head->type == SOCK_DIAG_BY_FAMILY_TYPE && head->length >= fixed)
    print_file(bytes + fixed, head->length - fixed);
  return true;
}

static bool read_messages(const char *bytes, size_t left) {
  struct netlink_head head;
  while (left >= sizeof head) {
    memcpy(&head, bytes, sizeof head);
    if (head.length < sizeof head || head.length > left) fail(STEP, "diag", EBADMSG, NULL);
    if (!read_message(bytes, &head)) return false;
    size_t step = aligned(head.length);
    if (step >= left) break;
    bytes += step;
    left -= step;
  }
  return true;
}

int sockets_role(int argc, char **argv) {
  (void)argc;
  (void)argv;
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG_FAMILY);
  if (fd < 0) fail(STEP, "socket", errno, NULL);
  const struct netlink_address kernel = {.family = AF_NETLINK};
  const struct diag_request request = {
      .head = {.length = sizeof request, .type = SOCK_DIAG_BY_FAMILY_TYPE, .flags = FLAG_REQUEST | FLAG_DUMP},
      .family = AF_UNIX,
      .states = ~0u,
      .show = SHOW_VFS,
  };
  if (sendto(fd, &request, sizeof request, 0, (const void *)&kernel, sizeof kernel) != (ssize_t)sizeof request)
    fail(STEP, "send", errno, NULL);
  static _Alignas(8) char bytes[65536];
  for (;;) {
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail(STEP, "receive", n < 0 ? errno : EBADMSG, NULL);
    if (!read_messages(bytes, (size_t)n)) return 0;
  }
}
