/* Preloaded by tests of this folder: lets a system call fail, or a signal come, at one moment of a
   change of an index. FAULT_AT names the moment, FAULT names an error (EIO, ENOSPC) or a signal. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int renamed;
static int done;
/* The manifest cannot be read: the commit that just failed, or did not, cannot be judged. */
static int lost;

static int ends(const char *text, const char *end)
{
	size_t length = strlen(text), of_end = strlen(end);
	return length >= of_end && strcmp(text + length - of_end, end) == 0;
}

static const char *name_of(int file)
{
	static __thread char name[PATH_MAX];
	char link[64];
	snprintf(link, sizeof link, "/proc/self/fd/%d", file);
	ssize_t length = readlink(link, name, sizeof name - 1);
	name[length < 0 ? 0 : length] = 0;
	return name;
}

static int is_segment(const char *name)
{
	return ends(name, ".segment") || ends(name, ".tombstones");
}

/* Whether the call is to fail. A signal comes once, and the run has time to notice it. */
static int fails(const char *moment)
{
	const char *at = getenv("FAULT_AT"), *fault = getenv("FAULT");
	if (!at || !fault || strcmp(at, moment) != 0 || done)
		return 0;
	if (strcmp(fault, "EIO") == 0 || strcmp(fault, "ENOSPC") == 0) {
		errno = strcmp(fault, "EIO") == 0 ? EIO : ENOSPC;
		return 1;
	}
	done = 1;
	int is_int = strcmp(fault, "INT") == 0, is_hup = strcmp(fault, "HUP") == 0;
	int is_kill = strcmp(fault, "KILL") == 0;
	kill(getpid(), is_int ? SIGINT : is_hup ? SIGHUP : is_kill ? SIGKILL : SIGTERM);
	usleep(150000);
	return 0;
}

ssize_t write(int file, const void *bytes, size_t count)
{
	static ssize_t (*next)(int, const void *, size_t);
	if (!next)
		next = dlsym(RTLD_NEXT, "write");
	const char *name = name_of(file);
	const char *moment = is_segment(name) ? "write segment"
		: ends(name, "/manifest.partial") ? "write manifest"
		: file == 1 && renamed ? "report" : NULL;
	return moment && fails(moment) ? -1 : next(file, bytes, count);
}

/* Segments are written at their offsets. */
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset)
{
	static ssize_t (*next)(int, const void *, size_t, off64_t);
	if (!next)
		next = dlsym(RTLD_NEXT, "pwrite64");
	if (is_segment(name_of(file)) && fails("write segment"))
		return -1;
	return next(file, bytes, count, offset);
}

int fsync(int file)
{
	static int (*next)(int);
	if (!next)
		next = dlsym(RTLD_NEXT, "fsync");
	const char *name = name_of(file);
	struct stat found;
	int is_folder = fstat(file, &found) == 0 && S_ISDIR(found.st_mode);
	const char *moment = is_segment(name) ? "sync segment"
		: ends(name, "/manifest.partial") ? "sync manifest"
		: is_folder && renamed ? "sync folder after"
		: is_folder ? "sync folder before" : NULL;
	return moment && fails(moment) ? -1 : next(file);
}

int rename(const char *from, const char *to)
{
	static int (*next)(const char *, const char *);
	if (!next)
		next = dlsym(RTLD_NEXT, "rename");
	int is_commit = ends(to, "/manifest");
	if (is_commit && fails("rename"))
		return -1;
	int result = next(from, to);
	if (is_commit && result == 0) {
		renamed = 1;
		if (fails("renamed"))
			return -1;
		lost = fails("renamed and lost");
		if (lost)
			return -1;
	}
	return result;
}

int unlink(const char *path)
{
	static int (*next)(const char *);
	if (!next)
		next = dlsym(RTLD_NEXT, "unlink");
	if (renamed && is_segment(path) && fails("remove"))
		return -1;
	return next(path);
}

ssize_t read(int file, void *bytes, size_t count)
{
	static ssize_t (*next)(int, void *, size_t);
	if (!next)
		next = dlsym(RTLD_NEXT, "read");
	const char *name = name_of(file);
	if (ends(name, ".txt") && fails("read"))
		return -1;
	if (lost && ends(name, "/manifest")) {
		errno = EIO;
		return -1;
	}
	return next(file, bytes, count);
}
