/* Staged files: ordinary files in the catalog directory, staging/<directory inode>/<name>, so they
 * survive a restart and take no memory. The number of the file there makes the inode number here.
 *
 * A file NAME.error beside NAME, with mode 0400, is ours: why the rename of NAME was refused. */
#include "fs/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ERROR_SUFFIX ".error"
#define ERROR_MODE 0400

/* More staged files than this in one directory are not listed; they are meant for a few. */
#define LIST_MAX 1000000

int staging_open(struct fs *fs, struct lns_error *err)
{
        struct lns_catalog_description description;

        fs->staging = -1;
        if (lns_catalog_describe_catalog(fs->catalog, &description, err) < 0)
                return -1;
        memcpy(fs->description, description.location, sizeof(fs->description));

        fs->staging = open(description.staging, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (fs->staging < 0 && !fs->options->read_only)
                return lns_error_set_errno(err, LNS_INTERNAL, errno, "cannot open '%s': %s",
                                           description.staging, strerror(errno));
        return 0;
}

void staging_path(uint64_t dir, const char *name, char *buf, size_t size)
{
        snprintf(buf, size, "%" PRIu64 "/%s", dir, name);
}

static void own_numbers(struct stat *st)
{
        st->st_ino = inode_make(INODE_STAGED, st->st_ino);
        st->st_mode = S_IFREG | (st->st_mode & 07777);
        st->st_blksize = 4096;
}

int staging_stat(struct fs *fs, uint64_t dir, const char *name, struct stat *ret_stat)
{
        char path[STAGING_PATH_MAX];

        staging_path(dir, name, path, sizeof(path));
        if (fstatat(fs->staging, path, ret_stat, AT_SYMLINK_NOFOLLOW) < 0)
                return -(fs->staging < 0 ? ENOENT : errno);
        if (!S_ISREG(ret_stat->st_mode))
                return -ENOENT; /* not ours: nothing but regular files is ever made here */
        own_numbers(ret_stat);
        return 0;
}

static int make_directory(struct fs *fs, uint64_t dir)
{
        char path[32];

        snprintf(path, sizeof(path), "%" PRIu64, dir);
        if (mkdirat(fs->staging, path, 0700) < 0 && errno != EEXIST)
                return -errno;
        return 0;
}

int staging_create(struct fs *fs, uint64_t dir, const char *name, int flags, mode_t mode, uid_t uid,
                   gid_t gid)
{
        char path[STAGING_PATH_MAX];
        int fd, result;

        flags = (flags & (O_ACCMODE | O_TRUNC | O_EXCL | O_APPEND)) | O_CREAT | O_NOFOLLOW |
                O_CLOEXEC;
        staging_path(dir, name, path, sizeof(path));
        fd = openat(fs->staging, path, flags, 0600);
        if (fd < 0 && errno == ENOENT) {
                result = make_directory(fs, dir);
                if (result < 0)
                        return result;
                fd = openat(fs->staging, path, flags, 0600);
        }
        if (fd < 0)
                return -errno;

        /* Only root can give files away; any other daemon serves its own user. Owner first: chown
         * may take mode bits off. */
        if ((uid != geteuid() || gid != getegid()) && geteuid() == 0 && fchown(fd, uid, gid) < 0)
                goto fail;
        if ((mode & 0700) != 0600 && fchmod(fd, mode & 0700) < 0)
                goto fail;
        return fd;

fail:
        result = -errno;
        close(fd);
        unlinkat(fs->staging, path, 0);
        return result;
}

int staging_open_file(struct fs *fs, uint64_t dir, const char *name, int flags)
{
        char path[STAGING_PATH_MAX];
        int fd;

        staging_path(dir, name, path, sizeof(path));
        fd = openat(fs->staging, path,
                    (flags & (O_ACCMODE | O_TRUNC | O_APPEND)) | O_NOFOLLOW | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

int staging_path_fd(struct fs *fs, uint64_t dir, const char *name)
{
        char path[STAGING_PATH_MAX];
        int fd;

        staging_path(dir, name, path, sizeof(path));
        fd = openat(fs->staging, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

int staging_unlink(struct fs *fs, uint64_t dir, const char *name)
{
        char path[STAGING_PATH_MAX];

        staging_path(dir, name, path, sizeof(path));
        if (unlinkat(fs->staging, path, 0) < 0)
                return -errno;
        staging_clear_error(fs, dir, name);
        return 0;
}

int staging_rename(struct fs *fs, uint64_t dir, const char *name, uint64_t new_dir,
                   const char *new_name, unsigned flags)
{
        char path[STAGING_PATH_MAX], new_path[STAGING_PATH_MAX];
        int result;

        result = make_directory(fs, new_dir);
        if (result < 0)
                return result;
        staging_path(dir, name, path, sizeof(path));
        staging_path(new_dir, new_name, new_path, sizeof(new_path));
        if (renameat2(fs->staging, path, fs->staging, new_path, flags) < 0)
                return -errno;
        /* Why either was refused is no longer true of what has the name now. */
        staging_clear_error(fs, dir, name);
        staging_clear_error(fs, new_dir, new_name);
        return 0;
}

int staging_link(struct fs *fs, uint64_t dir, const char *name, uint64_t new_dir,
                 const char *new_name)
{
        char path[STAGING_PATH_MAX], new_path[STAGING_PATH_MAX];
        int result;

        result = make_directory(fs, new_dir);
        if (result < 0)
                return result;
        staging_path(dir, name, path, sizeof(path));
        staging_path(new_dir, new_name, new_path, sizeof(new_path));
        return linkat(fs->staging, path, fs->staging, new_path, 0) < 0 ? -errno : 0;
}

/* Visit the names in a directory; stops when visit says false. */
static int each_name(struct fs *fs, uint64_t dir, bool (*visit)(void *context, const char *name),
                     void *context)
{
        char path[32];
        struct dirent *entry;
        DIR *stream;
        int fd;

        snprintf(path, sizeof(path), "%" PRIu64, dir);
        fd = openat(fs->staging, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0)
                return errno == ENOENT || fs->staging < 0 ? 0 : -errno;
        stream = fdopendir(fd);
        if (!stream) {
                close(fd);
                return -ENOMEM;
        }
        while ((entry = readdir(stream)) != NULL) {
                if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                        continue;
                if (!visit(context, entry->d_name))
                        break;
        }
        closedir(stream);
        return 0;
}

static bool stop_at_first(void *context, const char *name)
{
        (void)name;
        *(bool *)context = true;
        return false;
}

bool staging_is_empty(struct fs *fs, uint64_t dir)
{
        bool found = false;

        return each_name(fs, dir, stop_at_first, &found) == 0 && !found;
}

void staging_remove_directory(struct fs *fs, uint64_t dir)
{
        char path[32];

        /* Never with files in it; one that stays behind is found by lancefs check. */
        snprintf(path, sizeof(path), "%" PRIu64, dir);
        unlinkat(fs->staging, path, AT_REMOVEDIR);
}

struct name_list {
        char **names;
        size_t count;
        size_t room;
        bool failed;
};

static bool collect(void *context, const char *name)
{
        struct name_list *list = context;
        char **grown;

        if (list->count >= LIST_MAX)
                return false;
        if (list->count == list->room) {
                list->room = list->room ? list->room * 2 : 16;
                grown = realloc(list->names, list->room * sizeof(*grown));
                if (!grown) {
                        list->failed = true;
                        return false;
                }
                list->names = grown;
        }
        list->names[list->count] = strdup(name);
        list->failed = list->names[list->count] == NULL;
        list->count += !list->failed;
        return !list->failed;
}

/* NAME.error goes when NAME goes, so rm -r must meet it first. */
static int errors_first(const void *a, const void *b)
{
        const char *const *names[2] = { a, b };
        int plain[2];

        for (int i = 0; i < 2; i++) {
                size_t length = strlen(*names[i]);

                plain[i] = length < sizeof(ERROR_SUFFIX) ||
                           strcmp(*names[i] + length - sizeof(ERROR_SUFFIX) + 1, ERROR_SUFFIX) != 0;
        }
        return plain[0] != plain[1] ? plain[0] - plain[1] : strcmp(*names[0], *names[1]);
}

int staging_list(struct fs *fs, uint64_t dir, char ***ret_names, size_t *ret_count)
{
        struct name_list list = { 0 };
        int result = each_name(fs, dir, collect, &list);

        if (result < 0 || list.failed) {
                for (size_t i = 0; i < list.count; i++)
                        free(list.names[i]);
                free(list.names);
                return result < 0 ? result : -ENOMEM;
        }
        if (list.count)
                qsort(list.names, list.count, sizeof(*list.names), errors_first);
        *ret_names = list.names;
        *ret_count = list.count;
        return 0;
}

int staging_read(struct fs *fs, uint64_t dir, const char *name, size_t max, char **ret_text,
                 size_t *ret_length)
{
        struct stat st;
        size_t length = 0;
        char *text;
        int fd = staging_open_file(fs, dir, name, O_RDONLY);

        if (fd < 0)
                return fd;
        if (fstat(fd, &st) < 0 || st.st_size > (off_t)max) {
                close(fd);
                return -EFBIG;
        }
        text = malloc((size_t)st.st_size + 1);
        while (text && length < (size_t)st.st_size) {
                ssize_t n = pread(fd, text + length, (size_t)st.st_size - length, (off_t)length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0) {
                        int result = -errno;

                        free(text);
                        close(fd);
                        return result;
                }
                if (n == 0)
                        break; /* truncated meanwhile: what is there counts */
                length += (size_t)n;
        }
        close(fd);
        if (!text)
                return -ENOMEM;
        text[length] = '\0';
        *ret_text = text;
        *ret_length = length;
        return 0;
}

int staging_put(struct fs *fs, uint64_t dir, const char *name, int flags, mode_t mode,
                const struct lns_caller *caller, const char *text, size_t length)
{
        size_t written = 0;
        int fd = staging_create(fs, dir, name, O_WRONLY | flags, mode, caller->uid, caller->gid);
        int result = 0;

        if (fd < 0)
                return fd;
        while (written < length && result == 0) {
                ssize_t n = write(fd, text + written, length - written);

                if (n > 0)
                        written += (size_t)n;
                else if (n == 0 || errno != EINTR)
                        result = n == 0 ? -ENOSPC : -errno;
        }
        if (close(fd) < 0 && result == 0)
                result = -errno;
        if (result < 0)
                staging_unlink(fs, dir, name);
        return result;
}

/* Path of NAME.error; false when that name would be too long. */
static bool error_path(uint64_t dir, const char *name, char *buf, size_t size)
{
        char error_name[FS_NAME_MAX + sizeof(ERROR_SUFFIX)];

        if (strlen(name) + sizeof(ERROR_SUFFIX) - 1 > FS_NAME_MAX)
                return false;
        snprintf(error_name, sizeof(error_name), "%s" ERROR_SUFFIX, name);
        staging_path(dir, error_name, buf, size);
        return true;
}

static bool is_our_error(struct fs *fs, const char *path)
{
        struct stat st;

        return fstatat(fs->staging, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
               (st.st_mode & 07777) == ERROR_MODE;
}

void staging_set_error(struct fs *fs, uint64_t dir, const char *name, const struct lns_error *err)
{
        char path[STAGING_PATH_MAX], text[8 * LNS_ERROR_TEXT_MAX];
        struct stat owner;
        size_t length;
        int fd;

        if (!error_path(dir, name, path, sizeof(path)))
                return;
        if (is_our_error(fs, path))
                unlinkat(fs->staging, path, 0);
        fd = openat(fs->staging, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    ERROR_MODE);
        if (fd < 0)
                return; /* the user has a file of this name: theirs stays; the errno and the log tell */

        length = lns_error_to_text(err, text, sizeof(text));
        if (length >= sizeof(text))
                length = sizeof(text) - 1;
        if (write(fd, text, length) != (ssize_t)length)
                unlinkat(fs->staging, path, 0); /* a full disk: half a sentence helps nobody */
        else if (staging_stat(fs, dir, name, &owner) == 0 && geteuid() == 0 &&
                 fchown(fd, owner.st_uid, owner.st_gid) < 0)
                unlinkat(fs->staging, path, 0);
        close(fd);
}

void staging_clear_error(struct fs *fs, uint64_t dir, const char *name)
{
        char path[STAGING_PATH_MAX];

        if (error_path(dir, name, path, sizeof(path)) && is_our_error(fs, path))
                unlinkat(fs->staging, path, 0);
}
