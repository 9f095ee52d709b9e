/* The catalog's lock file: a fair queue of writers over processes, and the generation counter.
 *
 * Why a lock of our own. SQLite's busy handler makes a writer sleep and try again, so one that
 * loops starves the others for seconds; and SQLite before 3.51.3 can corrupt a database whose
 * connections write and checkpoint at once (the WAL-reset bug). Every write and every checkpoint of
 * a catalog happens under this lock, in whatever process.
 *
 * Two things are in `catalog.lock`, and they are kept apart:
 *
 * Safety is in byte-range locks of the kernel (OFD locks), which a process that dies lets go:
 *
 *     byte 0   next in line
 *     byte 1   writing
 *     byte 2   open: everyone has it shared, so who can have it alone is the last one
 *
 * Who has to wait takes byte 0, then byte 1, then drops byte 0. A writer that comes back at once
 * finds byte 0 taken, so it cannot overtake the one who waits. When nobody waits, byte 1 alone is
 * taken: one system call to lock, one to see that the file is still there, one to unlock.
 *
 * Speed is in a shared page: who waits, what to wake, and the generation. It is never trusted:
 * with any content at all, two writers never write at once. Wrong flags cost a wait of
 * WAIT_SLICE_US or a needless system call, and heal. A generation that was left odd (its holder
 * died between mark and publish) tells readers not to trust what they have cached, until the
 * next holder publishes.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

#define LOCK_FILE "catalog.lock"
#define LOCK_MAGIC UINT64_C(0x314b434f4c534e4c) /* "LNSLOCK1": also the version of the layout */
#define LOCK_SIZE 4096

/* A holder that dies wakes nobody: after this long, look again. */
#define WAIT_SLICE_US 10000

/* How often a generation that stays odd is looked into: did its holder die? */
#define ODD_SLICE_US 50000

/* Without a page, changes can only be looked for. */
#define POLL_US 250000

enum lock_byte { BYTE_NEXT = 0, BYTE_WRITING = 1, BYTE_OPEN = 2 };

/* Those who wait for one byte. */
struct waiters {
        _Atomic uint32_t present; /* 1: somebody may be asleep */
        _Atomic uint32_t wake;    /* futex; counts wakes */
};

/* The shared page. The generation has its own cache line: readers load it all the time. */
struct lock_page {
        _Atomic uint64_t magic;
        alignas(64) struct waiters waiters[2]; /* of BYTE_NEXT, BYTE_WRITING */
        alignas(64) _Atomic uint64_t generation;
        _Atomic uint32_t published; /* futex; counts publications */
};

_Static_assert(sizeof(struct lock_page) <= LOCK_SIZE, "the page fits");

struct sqlite_lock {
        int fd;
        struct lock_page *page;  /* NULL: read-only, and there is none to be read */
        pthread_mutex_t held;    /* OFD locks do not keep threads apart */
        bool marked;             /* by the holder: publish has something to do */
        _Atomic uint64_t unread; /* stands in for the generation when there is no page */
};

static int64_t monotonic_us(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Sleep while *word is value, at most us. */
static void futex_wait(_Atomic uint32_t *word, uint32_t value, int64_t us)
{
        struct timespec timeout = { .tv_sec = us / 1000000, .tv_nsec = (us % 1000000) * 1000 };

        if (us > 0)
                syscall(SYS_futex, word, FUTEX_WAIT, value, &timeout, NULL, 0);
}

/* How many were woken. */
static long futex_wake(_Atomic uint32_t *word, int count)
{
        return syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
}

static void sleep_us(int64_t us)
{
        struct timespec time = { .tv_sec = us / 1000000, .tv_nsec = (us % 1000000) * 1000 };

        nanosleep(&time, NULL);
}

/* type: F_WRLCK, F_RDLCK. 1: taken; 0: another has it; -1 with errno. */
static int byte_lock(struct sqlite_lock *lock, enum lock_byte byte, short type)
{
        struct flock range = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };

        while (fcntl(lock->fd, F_OFD_SETLK, &range)) {
                if (errno == EAGAIN || errno == EACCES)
                        return 0;
                if (errno != EINTR)
                        return -1;
        }
        return 1;
}

/* ---- opening ---- */

/* The mode that a new lock file gets: who may use the database may take the lock. */
static mode_t lock_mode(int directory)
{
        struct stat st;

        if (fstatat(directory, "catalog.db", &st, AT_SYMLINK_NOFOLLOW))
                return 0600;
        return st.st_mode & 0666;
}

/* Blocks are reserved, because a full disk would otherwise be a SIGBUS at the first store. */
static int lock_reserve(int fd)
{
        if (!fallocate(fd, 0, 0, LOCK_SIZE))
                return 0;
        if (errno != EOPNOTSUPP)
                return -1;
        return ftruncate(fd, LOCK_SIZE);
}

/* Open the file and see that it is one. Gives an fd, or -1 with errno. */
static int lock_open_file(int directory, bool read_only)
{
        int flags = (read_only ? O_RDONLY : O_RDWR | O_CREAT) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
        mode_t mode = lock_mode(directory);
        struct stat st;
        int fd = openat(directory, LOCK_FILE, flags | (read_only ? 0 : O_EXCL), mode);

        if (fd >= 0 && !read_only)
                (void)!fchmod(fd, mode); /* the umask has no say, as with SQLite's own files */
        else if (fd < 0 && errno == EEXIST)
                fd = openat(directory, LOCK_FILE, flags & ~O_CREAT);
        if (fd < 0)
                return -1;
        if (fstat(fd, &st))
                goto fail;
        if (!S_ISREG(st.st_mode)) {
                errno = EINVAL;
                goto fail;
        }
        if (st.st_size < LOCK_SIZE) {
                if (read_only)
                        errno = ENODATA;
                if (read_only || lock_reserve(fd))
                        goto fail;
        }
        return fd;
fail:
        close_fd(&fd);
        return -1;
}

static struct lock_page *lock_map(int fd, bool read_only)
{
        struct lock_page *page = mmap(
                NULL, LOCK_SIZE, read_only ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

        if (page == MAP_FAILED)
                return NULL;
        if (!read_only) {
                /* Any content is a valid start, so another one's, or garbage, is taken over. */
                atomic_store(&page->magic, LOCK_MAGIC);
        } else if (atomic_load(&page->magic) != LOCK_MAGIC) {
                munmap(page, LOCK_SIZE);
                errno = ENODATA;
                return NULL;
        }
        return page;
}

int sqlite_lock_open(struct sqlite_lock **ret_lock, int directory, bool read_only,
                     struct lns_error *err)
{
        struct sqlite_lock *lock = calloc(1, sizeof(*lock));

        if (!lock)
                return lns_error_set_oom(err);
        atomic_init(&lock->unread, 1);
        pthread_mutex_init(&lock->held, NULL);
        lock->fd = lock_open_file(directory, read_only);
        if (lock->fd >= 0)
                lock->page = lock_map(lock->fd, read_only);
        if (!lock->page && !read_only) {
                int sys = errno;

                sqlite_lock_free(lock);
                return lns_error_set_errno(err, LNS_INTERNAL, sys, "cannot open '%s': %s",
                                           LOCK_FILE, strerror(sys));
        }
        if (lock->fd >= 0)
                (void)byte_lock(lock, BYTE_OPEN, F_RDLCK);
        *ret_lock = lock;
        return 0;
}

bool sqlite_lock_is_alone(struct sqlite_lock *lock)
{
        return byte_lock(lock, BYTE_OPEN, F_WRLCK) == 1;
}

void sqlite_lock_free(struct sqlite_lock *lock)
{
        if (!lock)
                return;
        if (lock->page)
                munmap(lock->page, LOCK_SIZE);
        close_fd(&lock->fd);
        pthread_mutex_destroy(&lock->held);
        free(lock);
}

/* ---- writing ---- */

static int byte_try(struct sqlite_lock *lock, enum lock_byte byte)
{
        return byte_lock(lock, byte, F_WRLCK);
}

/* Let go of a byte, and wake the first who waits for it. */
static void byte_drop(struct sqlite_lock *lock, enum lock_byte byte)
{
        struct flock range = { .l_type = F_UNLCK,
                               .l_whence = SEEK_SET,
                               .l_start = byte,
                               .l_len = 1 };
        struct waiters *waiters = &lock->page->waiters[byte];

        fcntl(lock->fd, F_OFD_SETLK, &range);
        if (!atomic_exchange(&waiters->present, 0))
                return;
        atomic_fetch_add(&waiters->wake, 1);
        /* There may be more of them than the one that was woken. If there was none, who set the
         * flag is gone or on its way to look at the byte, and sets it again before it sleeps. */
        if (futex_wake(&waiters->wake, 1) > 0)
                atomic_store(&waiters->present, 1);
}

/* As byte_try(), 0 only at the deadline. */
static int byte_wait(struct sqlite_lock *lock, enum lock_byte byte, int64_t deadline_us)
{
        struct waiters *waiters = &lock->page->waiters[byte];
        int taken = byte_try(lock, byte);

        while (!taken) {
                /* In this order: a holder that lets go after the failed attempt finds the flag, and
                 * has counted `wake` up before the sleep begins. */
                uint32_t seen = atomic_load(&waiters->wake);
                int64_t left;

                atomic_store(&waiters->present, 1);
                taken = byte_try(lock, byte);
                if (taken)
                        break;
                left = deadline_us - monotonic_us();
                if (left <= 0)
                        return 0;
                futex_wait(&waiters->wake, seen, left < WAIT_SLICE_US ? left : WAIT_SLICE_US);
                taken = byte_try(lock, byte);
        }
        return taken;
}

static int take(struct sqlite_lock *lock, int timeout_ms)
{
        struct lock_page *page = lock->page;
        int64_t deadline_us;
        int taken;

        if (!atomic_load(&page->waiters[BYTE_NEXT].present) &&
            !atomic_load(&page->waiters[BYTE_WRITING].present)) {
                taken = byte_try(lock, BYTE_WRITING);
                if (taken)
                        return taken;
        }
        deadline_us = monotonic_us() + (int64_t)timeout_ms * 1000;
        taken = byte_wait(lock, BYTE_NEXT, deadline_us);
        if (taken <= 0)
                return taken;
        taken = byte_wait(lock, BYTE_WRITING, deadline_us);
        byte_drop(lock, BYTE_NEXT);
        return taken;
}

int sqlite_lock_acquire(struct sqlite_lock *lock, int timeout_ms, struct lns_error *err)
{
        struct stat st;
        int taken;
        int sys;

        pthread_mutex_lock(&lock->held);
        taken = take(lock, timeout_ms);
        sys = errno;
        if (taken > 0 && (fstat(lock->fd, &st) || st.st_nlink == 0)) {
                /* Another process would make a new one, and both of us would write. */
                byte_drop(lock, BYTE_WRITING);
                taken = -2;
        }
        if (taken > 0) {
                /* Left odd by a holder that died: publish for it. */
                lock->marked = atomic_load(&lock->page->generation) & 1;
                return 0;
        }
        pthread_mutex_unlock(&lock->held);
        if (taken == -2)
                return lns_error_set(err, LNS_SERVICE_UNAVAILABLE,
                                     "the catalog's file '%s' was removed: open the catalog again",
                                     LOCK_FILE);
        if (taken == -1)
                return lns_error_set_errno(err, LNS_INTERNAL, sys, "cannot lock '%s': %s",
                                           LOCK_FILE, strerror(sys));
        return lns_error_set_errno(err, LNS_SERVICE_UNAVAILABLE, ETIMEDOUT,
                                   "another process is writing to the catalog; waited %d ms",
                                   timeout_ms);
}

void sqlite_lock_mark(struct sqlite_lock *lock)
{
        if (lock->marked)
                return;
        lock->marked = true;
        /* Sequentially consistent, so it is seen before what SQLite writes after it. */
        atomic_fetch_or(&lock->page->generation, 1);
}

void sqlite_lock_publish(struct sqlite_lock *lock)
{
        if (!lock->marked)
                return;
        lock->marked = false;
        atomic_fetch_add(&lock->page->generation, 1);
        atomic_fetch_add(&lock->page->published, 1);
        /* Always: a reader that has the page mapped read-only cannot say that it waits. */
        futex_wake(&lock->page->published, INT_MAX);
}

void sqlite_lock_release(struct sqlite_lock *lock)
{
        sqlite_lock_publish(lock);
        byte_drop(lock, BYTE_WRITING);
        pthread_mutex_unlock(&lock->held);
}

/* ---- the generation ---- */

uint64_t sqlite_lock_generation(struct sqlite_lock *lock)
{
        /* Without a page nothing is known of others: always odd, and never the same twice, so that
         * nothing is cached. */
        if (!lock->page)
                return atomic_fetch_add(&lock->unread, 2);
        return atomic_load(&lock->page->generation);
}

/* The generation is odd and stays: if its holder died, nobody else will publish what it did. */
static void publish_for_the_dead(struct sqlite_lock *lock)
{
        if ((fcntl(lock->fd, F_GETFL) & O_ACCMODE) != O_RDWR)
                return;
        if (pthread_mutex_trylock(&lock->held))
                return; /* a thread of ours is writing */
        if (byte_try(lock, BYTE_WRITING) == 1) {
                lock->marked = atomic_load(&lock->page->generation) & 1;
                sqlite_lock_publish(lock);
                byte_drop(lock, BYTE_WRITING);
        }
        pthread_mutex_unlock(&lock->held);
}

int sqlite_lock_wait_generation(struct sqlite_lock *lock, uint64_t seen, int timeout_ms)
{
        int64_t left = INT64_MAX;
        int64_t deadline_us =
                timeout_ms < 0 ? INT64_MAX : monotonic_us() + (int64_t)timeout_ms * 1000;

        if (!lock->page) {
                sleep_us(timeout_ms < 0 || timeout_ms > POLL_US / 1000 ? POLL_US
                                                                       : timeout_ms * 1000);
                return 1;
        }
        for (;;) {
                uint32_t published = atomic_load(&lock->page->published);

                if (atomic_load(&lock->page->generation) != seen)
                        return 1;
                if (timeout_ms >= 0)
                        left = deadline_us - monotonic_us();
                if (left <= 0)
                        return 0;
                if (left > 3600 * INT64_C(1000000))
                        left = 3600 * INT64_C(1000000);
                if ((seen & 1) && left > ODD_SLICE_US)
                        left = ODD_SLICE_US;
                futex_wait(&lock->page->published, published, left);
                if ((seen & 1) && atomic_load(&lock->page->generation) == seen)
                        publish_for_the_dead(lock);
        }
}
