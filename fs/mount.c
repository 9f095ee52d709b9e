/* Life of a mount: is the place fit, make the session, serve, unmount. */
#include "fs/fuse.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fs/handle.h"
#include "util/util.h"

/* Threads that wait for requests; more come and go with the load. */
#define IDLE_THREADS 10
#define MAX_THREADS 64

/* A path in mountinfo has blanks as \040 and so on: compare it with a plain one. */
static bool same_path(const char *escaped, size_t length, const char *path)
{
        size_t i = 0;

        while (i < length && *path) {
                char c = escaped[i];

                if (c == '\\' && length - i >= 4) {
                        c = (char)((escaped[i + 1] - '0') << 6 | (escaped[i + 2] - '0') << 3 |
                                   (escaped[i + 3] - '0'));
                        i += 3;
                }
                if (c != *path)
                        return false;
                i++;
                path++;
        }
        return i == length && !*path;
}

static bool is_mount_point(const char *path)
{
        FILE *stream = fopen("/proc/self/mountinfo", "re");
        char *line = NULL;
        size_t size = 0;
        bool found = false;

        while (stream && !found && getline(&line, &size, stream) >= 0) {
                const char *field = line;

                for (int i = 0; i < 4 && field; i++) {
                        field = strchr(field, ' ');
                        field = field ? field + 1 : NULL;
                }
                if (field)
                        found = same_path(field, strcspn(field, " "), path);
        }
        free(line);
        if (stream)
                fclose(stream);
        return found;
}

/* Take away a mount whose daemon died: every call on it gives ENOTCONN. */
static void clear_dead_mount(const char *path)
{
        pid_t pid;

        if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
                return;
        pid = fork();
        if (pid == 0) {
                execlp("fusermount3", "fusermount3", "-u", "-z", "-q", "--", path, (char *)NULL);
                _exit(127);
        }
        if (pid > 0)
                while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
                        ;
}

static bool has_entries(const char *path)
{
        DIR *dir = opendir(path);
        struct dirent *entry;
        bool found = false;

        while (dir && !found && (entry = readdir(dir)) != NULL)
                found = strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
        if (dir)
                closedir(dir);
        return found;
}

static int check_fuse_device(struct lns_error *err)
{
        int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

        if (fd >= 0) {
                close(fd);
                return 0;
        }
        if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
                return lns_error_set(
                        err, LNS_PERMISSION_DENIED,
                        "/dev/fuse is not there: load the kernel's fuse module (modprobe "
                        "fuse), or give the container the device (--device /dev/fuse)");
        return lns_error_set(
                err, LNS_PERMISSION_DENIED,
                "no permission to open /dev/fuse (%s): run as root, or let users have it "
                "(chmod 666 /dev/fuse)",
                strerror(errno));
}

int lancefs_check_mountpoint(const struct lancefs_options *options, struct lns_error *err)
{
        const char *path = options->mountpoint;
        struct statfs filesystem;
        struct stat st;

        /* Not stat(2): the kernel may still know what the dead one said. */
        if (statfs(path, &filesystem) < 0 && errno == ENOTCONN)
                clear_dead_mount(path);
        if (stat(path, &st) < 0) {
                if (errno == ENOENT)
                        return lns_error_set(err, LNS_INVALID_INPUT,
                                             "mount point '%s' is not there: make it with mkdir -p",
                                             path);
                return lns_error_set_errno(err, LNS_INVALID_INPUT, errno, "mount point '%s': %s",
                                           path, strerror(errno));
        }
        if (!S_ISDIR(st.st_mode))
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "mount point '%s' is no directory: give one", path);
        if (is_mount_point(path))
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "something is mounted on '%s' already: unmount it first "
                                     "(fusermount3 -u or umount), or give another directory",
                                     path);
        if (!options->nonempty && has_entries(path))
                return lns_error_set(
                        err, LNS_INVALID_INPUT,
                        "mount point '%s' is not empty: give an empty directory, or hide "
                        "what is in it with -o nonempty",
                        path);
        return check_fuse_device(err);
}

static int add_argument(struct fuse_args *args, const char *argument, struct lns_error *err)
{
        return fuse_opt_add_arg(args, argument) < 0 ? lns_error_set_oom(err) : 0;
}

/* Put a value into an option list: fuse takes commas and backslashes escaped. */
static int add_option(char **options, const char *key, const char *value)
{
        cleanup_(free_pointer) char *full = NULL;

        if (asprintf(&full, "%s=%s", key, value) < 0)
                return -1;
        return fuse_opt_add_opt_escaped(options, full);
}

static int make_arguments(const struct lancefs_options *options, struct fuse_args *args,
                          struct lns_error *err)
{
        cleanup_(free_pointer) char *list = NULL;

        /* noexec: nothing in a catalog is a program. The user's own options come later and win. */
        if (fuse_opt_add_opt(&list, "default_permissions,noexec,nosuid,nodev,subtype=lancefs") <
                    0 ||
            add_option(&list, "fsname", options->catalog) < 0 ||
            (options->read_only && fuse_opt_add_opt(&list, "ro") < 0) ||
            (options->allow_other && fuse_opt_add_opt(&list, "allow_other") < 0) ||
            (*options->mount_options && fuse_opt_add_opt(&list, options->mount_options) < 0))
                return lns_error_set_oom(err);

        if (add_argument(args, "lancefs", err) < 0 || add_argument(args, "-o", err) < 0 ||
            add_argument(args, list, err) < 0 ||
            (options->debug && add_argument(args, "-d", err) < 0))
                return -1;
        return 0;
}

/* The mount is there: let who waits go on, and let go of their terminal. */
static void tell_ready(const struct lancefs_options *options)
{
        ssize_t written;
        int fd;

        if (options->ready_fd < 0)
                return;
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (fd >= 0) {
                dup2(fd, STDIN_FILENO);
                dup2(fd, STDOUT_FILENO);
                dup2(fd, STDERR_FILENO);
                if (fd > STDERR_FILENO)
                        close(fd);
        }
        written = write(options->ready_fd, "1", 1);
        (void)written; /* nobody waits any more: that is their affair */
        close(options->ready_fd);
}

static int loop(struct fuse_session *session, struct lns_error *err)
{
        struct fuse_loop_config *config = fuse_loop_cfg_create();
        int result;

        if (!config)
                return lns_error_set_oom(err);
        fuse_loop_cfg_set_max_threads(config, MAX_THREADS);
        fuse_loop_cfg_set_idle_threads(config, IDLE_THREADS);
        fuse_loop_cfg_set_clone_fd(config, 0);
        result = fuse_session_loop_mt(session, config);
        fuse_loop_cfg_destroy(config);
        /* A signal number is a clean end, asked for. */
        if (result < 0)
                return lns_error_set_errno(err, LNS_INTERNAL, -result, "serving ended: %s",
                                           strerror(-result));
        return 0;
}

static int serve(struct fs *fs, struct fuse_args *args, struct lns_error *err)
{
        struct fuse_session *session;
        int result = -1;

        session = fuse_session_new(args, &fs_operations, sizeof(fs_operations), fs);
        if (!session)
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "the mount options are not understood");

        if (fuse_set_signal_handlers(session) < 0) {
                lns_error_set(err, LNS_INTERNAL, "cannot set signal handlers");
        } else {
                if (fuse_session_mount(session, fs->options->mountpoint) < 0) {
                        lns_error_set(err, LNS_PERMISSION_DENIED,
                                      "cannot mount on '%s': the reason is printed above",
                                      fs->options->mountpoint);
                } else {
                        if (!fs->options->foreground)
                                signal(SIGHUP,
                                       SIG_IGN); /* a terminal that closes is no reason to go */
                        tell_ready(fs->options);
                        result = loop(session, err);
                        fuse_session_unmount(session);
                }
                fuse_remove_signal_handlers(session);
        }
        fuse_session_destroy(session);
        return result;
}

int lancefs_serve(struct lns_catalog *catalog, const struct lancefs_options *options,
                  struct lns_error *err)
{
        struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
        struct fs fs = { .catalog = catalog, .options = options, .started_ms = now_millis() };
        int result = -1;

        fs.nodes = nodes_new();
        fs.errors = error_log_new();
        if (!fs.nodes || !fs.errors)
                lns_error_set_oom(err);
        else if (staging_open(&fs, err) == 0 && make_arguments(options, &args, err) == 0)
                result = serve(&fs, &args, err);

        opened_release_all();
        fuse_opt_free_args(&args);
        if (fs.staging > 0)
                close(fs.staging);
        nodes_free(fs.nodes);
        error_log_free(fs.errors);
        return result;
}
