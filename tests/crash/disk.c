/* disk: a disk in a file that forgets at a power cut what was not flushed.
 *
 *     disk IMAGE MOUNTPOINT [SEED]
 *
 * Shows IMAGE as MOUNTPOINT/disk, to be put under a loop device and a filesystem. Writes are kept in
 * memory, as in a disk's volatile cache; a flush makes them part of what survives. SIGUSR1 is the power
 * cut: of the writes since the last flush a random part survives, sector by sector, in any order, and
 * nothing that comes later does: every request fails. IMAGE is rewritten as it is then found. SIGTERM
 * unmounts.
 *
 * Runs in the foreground, single-threaded, so that a cut falls between two requests.
 */
#define FUSE_USE_VERSION 312
#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512
#define FILE_INO 2
#define FILE_NAME "disk"

static struct {
        char *current;        /* what reads see */
        char *durable;        /* what survives, beside a part of the dirty sectors */
        unsigned char *dirty; /* by sector: differs from durable since the last flush */
        size_t size;
        const char *image;
        uint64_t random;
        bool cut;
        uint64_t flushes, writes;
} disk;

static volatile sig_atomic_t cut_asked;

static void ask_cut(int signal_number)
{
        (void)signal_number;
        cut_asked = 1;
}

static uint64_t next_random(void)
{
        disk.random ^= disk.random >> 12;
        disk.random ^= disk.random << 25;
        disk.random ^= disk.random >> 27;
        return disk.random * UINT64_C(0x2545f4914f6cdd1d);
}

static void flush_sectors(void)
{
        for (size_t i = 0; i < disk.size / SECTOR; i++) {
                if (disk.dirty[i])
                        memcpy(disk.durable + i * SECTOR, disk.current + i * SECTOR, SECTOR);
                disk.dirty[i] = 0;
        }
}

static int save_image(void)
{
        size_t written = 0;
        int fd = open(disk.image, O_WRONLY | O_CLOEXEC);

        if (fd < 0)
                return -1;
        while (written < disk.size) {
                ssize_t n = write(fd, disk.durable + written, disk.size - written);

                if (n <= 0)
                        break;
                written += (size_t)n;
        }
        return close(fd) == 0 && written == disk.size ? 0 : -1;
}

/* Every sector that is not flushed survives or does not: an even chance each, or all, or none. */
static void cut_power(void)
{
        uint64_t kind = next_random() % 3;
        size_t dirty = 0, kept = 0;

        for (size_t i = 0; i < disk.size / SECTOR; i++) {
                if (!disk.dirty[i])
                        continue;
                dirty++;
                if (kind == 0 || (kind == 1 && next_random() >> 63)) {
                        memcpy(disk.durable + i * SECTOR, disk.current + i * SECTOR, SECTOR);
                        kept++;
                }
        }
        disk.cut = true;
        if (save_image() < 0) {
                perror(disk.image);
                _exit(1);
        }
        printf("cut: %zu of %zu sectors kept, %" PRIu64 " writes and %" PRIu64 " flushes before\n",
               kept, dirty, disk.writes, disk.flushes);
        fflush(stdout);
}

/* Each request begins here: false when the power is off. */
static bool is_on(fuse_req_t req)
{
        if (cut_asked && !disk.cut)
                cut_power();
        if (disk.cut)
                fuse_reply_err(req, EIO);
        return !disk.cut;
}

static void fill_stat(fuse_ino_t ino, struct stat *st)
{
        memset(st, 0, sizeof(*st));
        st->st_ino = ino;
        st->st_nlink = 1;
        st->st_mode = ino == FILE_INO ? S_IFREG | 0600 : S_IFDIR | 0700;
        st->st_size = ino == FILE_INO ? (off_t)disk.size : 0;
}

static void disk_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
        struct fuse_entry_param entry = { .ino = FILE_INO,
                                          .entry_timeout = 3600,
                                          .attr_timeout = 3600 };

        if (parent != FUSE_ROOT_ID || strcmp(name, FILE_NAME) != 0) {
                fuse_reply_err(req, ENOENT);
                return;
        }
        fill_stat(FILE_INO, &entry.attr);
        fuse_reply_entry(req, &entry);
}

static void disk_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        struct stat st;

        (void)fi;
        fill_stat(ino, &st);
        fuse_reply_attr(req, &st, 3600);
}

static void disk_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        fi->direct_io = 1; /* no page cache between the loop device and the disk */
        if (ino == FILE_INO)
                fuse_reply_open(req, fi);
        else
                fuse_reply_err(req, EISDIR);
}

static void disk_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                      struct fuse_file_info *fi)
{
        (void)ino;
        (void)fi;
        if (!is_on(req))
                return;
        if (off < 0 || (size_t)off >= disk.size)
                size = 0;
        else if (size > disk.size - (size_t)off)
                size = disk.size - (size_t)off;
        fuse_reply_buf(req, disk.current + off, size);
}

static void disk_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
                       struct fuse_file_info *fi)
{
        (void)ino;
        (void)fi;
        if (!is_on(req))
                return;
        if (off < 0 || (size_t)off > disk.size || size > disk.size - (size_t)off) {
                fuse_reply_err(req, ENOSPC);
                return;
        }
        memcpy(disk.current + off, buf, size);
        for (size_t i = (size_t)off / SECTOR; size && i <= ((size_t)off + size - 1) / SECTOR; i++)
                disk.dirty[i] = 1;
        disk.writes++;
        fuse_reply_write(req, size);
}

static void disk_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
        (void)ino;
        (void)datasync;
        (void)fi;
        if (!is_on(req))
                return;
        flush_sectors();
        disk.flushes++;
        fuse_reply_err(req, 0);
}

static const struct fuse_lowlevel_ops operations = {
        .lookup = disk_lookup,
        .getattr = disk_getattr,
        .open = disk_open,
        .read = disk_read,
        .write = disk_write,
        .fsync = disk_fsync,
};

static int load_image(const char *path)
{
        struct stat st;
        size_t got = 0;
        int fd = open(path, O_RDONLY | O_CLOEXEC);

        if (fd < 0 || fstat(fd, &st) < 0)
                return -1;
        disk.image = path;
        disk.size = (size_t)st.st_size / SECTOR * SECTOR;
        disk.current = malloc(disk.size);
        disk.durable = malloc(disk.size);
        disk.dirty = calloc(disk.size / SECTOR, 1);
        if (!disk.current || !disk.durable || !disk.dirty)
                return -1;
        while (got < disk.size) {
                ssize_t n = read(fd, disk.current + got, disk.size - got);

                if (n <= 0)
                        return -1;
                got += (size_t)n;
        }
        close(fd);
        memcpy(disk.durable, disk.current, disk.size);
        return 0;
}

static int serve(const char *mountpoint)
{
        char *argv[] = { (char[]){ "disk" }, NULL };
        struct fuse_args args = FUSE_ARGS_INIT(1, argv);
        struct sigaction action = { .sa_handler = ask_cut };
        struct fuse_session *session =
                fuse_session_new(&args, &operations, sizeof(operations), NULL);
        int result = 1;

        if (!session)
                return 1;
        sigaction(SIGUSR1, &action, NULL);
        if (fuse_set_signal_handlers(session) == 0 &&
            fuse_session_mount(session, mountpoint) == 0) {
                result = fuse_session_loop(session) < 0;
                fuse_session_unmount(session);
        }
        fuse_session_destroy(session);
        return result;
}

int main(int argc, char **argv)
{
        if (argc < 3) {
                fprintf(stderr, "usage: disk IMAGE MOUNTPOINT [SEED]\n");
                return 2;
        }
        disk.random = (argc > 3 ? strtoull(argv[3], NULL, 10) : 1) * 2 + 1;
        if (load_image(argv[1]) < 0) {
                perror(argv[1]);
                return 1;
        }
        return serve(argv[2]);
}
