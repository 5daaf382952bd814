/*
 * Makes one write to the data file go wrong (with FAIL_READS one read, with FAIL_NAMES one call that opens, renames or
 * removes it): the FAIL_AT-th call that writes to, syncs or truncates a file whose path contains FAIL_PATH fails with FAIL_ERRNO (and every later one too with FAIL_STICKY), or kills the process with
 * FAIL_KILL. Paths that contain FAIL_NOT are left alone. At its end the process tells how many such calls there were.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;

static long number(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

static int is_named(const char *path) {
  const char *wanted = getenv("FAIL_PATH"), *other = getenv("FAIL_NOT");
  return wanted && path && strstr(path, wanted) != NULL && !(other && strstr(path, other));
}

static int is_ours(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_named(path);
}

static int fails_now(void) {
  calls += 1;
  long at = number("FAIL_AT");
  if (at == 0 || (number("FAIL_STICKY") ? calls < at : calls != at)) return 0;
  if (number("FAIL_KILL")) kill(getpid(), SIGKILL);
  errno = (int)number("FAIL_ERRNO");
  return 1;
}

static int fails(int fd) { return !number("FAIL_READS") && !number("FAIL_NAMES") && is_ours(fd) && fails_now(); }
static int fails_reading(int fd) { return number("FAIL_READS") && is_ours(fd) && fails_now(); }
static int fails_naming(const char *path) { return number("FAIL_NAMES") && is_named(path) && fails_now(); }

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t pread(int fd, void *data, size_t n, off_t at) { REAL(pread); return fails_reading(fd) ? -1 : real(fd, data, n, at); }
ssize_t pread64(int fd, void *data, size_t n, off64_t at) { REAL(pread64); return fails_reading(fd) ? -1 : real(fd, data, n, at); }
ssize_t write(int fd, const void *data, size_t n) { REAL(write); return fails(fd) ? -1 : real(fd, data, n); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { REAL(pwrite); return fails(fd) ? -1 : real(fd, data, n, at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) { REAL(pwrite64); return fails(fd) ? -1 : real(fd, data, n, at); }
int ftruncate(int fd, off_t n) { REAL(ftruncate); return fails(fd) ? -1 : real(fd, n); }
int ftruncate64(int fd, off64_t n) { REAL(ftruncate64); return fails(fd) ? -1 : real(fd, n); }
int fsync(int fd) { REAL(fsync); return fails(fd) ? -1 : real(fd); }
int fdatasync(int fd) { REAL(fdatasync); return fails(fd) ? -1 : real(fd); }
int rename(const char *from, const char *to) { REAL(rename); return fails_naming(to) ? -1 : real(from, to); }
int unlink(const char *path) { REAL(unlink); return fails_naming(path) ? -1 : real(path); }

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list more; \
    va_start(more, flags); \
    int mode = flags & O_CREAT ? va_arg(more, int) : 0; \
    va_end(more); \
    return fails_naming(path) ? -1 : real(path, flags, mode); \
  }
OPENS(open)
OPENS(open64)

__attribute__((destructor)) static void tell(void) { fprintf(stderr, "calls %ld\n", calls); }
