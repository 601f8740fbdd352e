/* Copyright 2026 the airg authors. Apache-2.0 license. */
#include "status.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int status = -1;

static void put(struct line *line, const char *bytes, size_t length) {
  if (length > sizeof line->text - line->length) {
    line->full = true;
    return;
  }
  memcpy(line->text + line->length, bytes, length);
  line->length += length;
}

static void put_text(struct line *line, const char *text) { put(line, text, strlen(text)); }

/* How many bytes of well-formed UTF-8 start here; 0 when none do (RFC 3629). */
static size_t utf8_length(const unsigned char *s, size_t left) {
  static const struct {
    unsigned char low, high, second_low, second_high;
    size_t length;
  } forms[] = {
      {0x00, 0x7f, 0, 0, 1},          {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
      {0xe1, 0xec, 0x80, 0xbf, 3},    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
      {0xf0, 0xf0, 0x90, 0xbf, 4},    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
  };
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
    if (s[0] < forms[i].low || s[0] > forms[i].high) continue;
    if (forms[i].length > left) return 0;
    if (forms[i].length > 1 && (s[1] < forms[i].second_low || s[1] > forms[i].second_high)) return 0;
    for (size_t k = 2; k < forms[i].length; k++)
      if ((s[k] & 0xc0) != 0x80) return 0;
    return forms[i].length;
  }
  return 0;
}

static void put_string(struct line *line, const char *text, size_t length) {
  static const char digits[] = "0123456789abcdef";
  put_text(line, "\"");
  for (size_t i = 0; i < length;) {
    unsigned char c = (unsigned char)text[i];
    size_t n = utf8_length((const unsigned char *)text + i, length - i);
    if (n == 0) {
      put_text(line, "\\ufffd");
      n = 1;
    } else if (c == '"' || c == '\\') {
      char escaped[2] = {'\\', (char)c};
      put(line, escaped, 2);
    } else if (c < 0x20 || c == 0x7f) {
      char escaped[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
      put(line, escaped, 6);
    } else {
      put(line, text + i, n);
    }
    i += n;
  }
  put_text(line, "\"");
}

static void put_key(struct line *line, const char *key) {
  char before = line->length > 0 ? line->text[line->length - 1] : '{';
  if (before != '{' && before != '[') put_text(line, ",");
  put_string(line, key, strlen(key));
  put_text(line, ":");
}

static void put_number(struct line *line, uint64_t value, unsigned base) {
  char digits[20];
  size_t at = sizeof digits;
  do digits[--at] = "0123456789abcdef"[value % base];
  while ((value /= base) > 0);
  put(line, digits + at, sizeof digits - at);
}

void line_begin(struct line *line, const char *key, const char *value) {
  line->length = 0;
  line->full = false;
  put_text(line, "{");
  line_text(line, key, value);
}
void line_text(struct line *line, const char *key, const char *value) {
  line_bytes(line, key, value, strlen(value));
}
void line_bytes(struct line *line, const char *key, const char *value, size_t length) {
  put_key(line, key);
  put_string(line, value, length);
}
void line_number(struct line *line, const char *key, int64_t value) {
  put_key(line, key);
  if (value < 0) put_text(line, "-");
  put_number(line, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
}
void line_hex(struct line *line, const char *key, uint64_t value) {
  put_key(line, key);
  put_text(line, "\"0x");
  put_number(line, value, 16);
  put_text(line, "\"");
}
void line_flag(struct line *line, const char *key, bool value) {
  put_key(line, key);
  put_text(line, value ? "true" : "false");
}
void line_raw(struct line *line, const char *text) { put_text(line, text); }
bool line_end(struct line *line) {
  put_text(line, "}\n");
  return !line->full;
}

const char *decimal_text(uint64_t value, char buffer[21]) {
  size_t at = 20;
  buffer[at] = 0;
  do buffer[--at] = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  return buffer + at;
}

int status_connect(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address.sun_path, path, length);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  while (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
    if (errno == EINTR) continue;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

void status_use(int fd) { status = fd; }
int status_fd(void) { return status; }

/* write(2), not send(2): after the seccomp filter only the former is sure to be
   allowed. SIGPIPE is ignored by the outer role and ends the inner one, both
   wanted when airg is gone. */
bool status_send(int fd, const struct line *line) {
  for (size_t done = 0; done < line->length;) {
    ssize_t n = write(fd, line->text + done, line->length - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += (size_t)n;
  }
  return true;
}

void report_failure(const char *step, const char *detail, int error, const char *message) {
  struct line line;
  if (!message) message = error ? strerror(error) : "";
  if (status < 0) {
    line.length = 0;
    line.full = false;
    const char *parts[] = {"airg-launcher: ", step, detail[0] ? " " : "", detail, ": ", message, "\n"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) put_text(&line, parts[i]);
    (void)status_send(2, &line);
    return;
  }
  line_begin(&line, "event", "failed");
  line_text(&line, "step", step);
  line_text(&line, "detail", detail);
  line_number(&line, "errno", error);
  line_text(&line, "message", message);
  if (line_end(&line)) (void)status_send(status, &line);
}

void fail(const char *step, const char *detail, int error, const char *message) {
  report_failure(step, detail, error, message);
  _exit(EXIT_LAUNCHER);
}

void fail_at(const char *step, const char *name, uint32_t index, int error, const char *message) {
  struct line detail = {.length = 0};
  put_text(&detail, name);
  put_text(&detail, " ");
  put_number(&detail, index, 10);
  put(&detail, "", 1);
  fail(step, detail.text, error, message);
}
