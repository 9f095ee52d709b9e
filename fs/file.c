/* Files: create, open, read, write, flush, fsync, release. */
#include "fs/fuse.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fs/handle.h"

static struct handle *handle_of(const struct fuse_file_info *fi)
{
        return (struct handle *)(uintptr_t)fi->fh;
}

int file_descriptor(const struct fuse_file_info *fi)
{
        struct handle *handle = handle_of(fi);

        return handle && handle->kind == HANDLE_STAGED ? handle->fd : -1;
}

static void set_handle(struct fuse_file_info *fi, struct handle *handle)
{
        fi->fh = (uint64_t)(uintptr_t)handle;
        /* Texts are read as they were when opened, whatever size the kernel has heard of; and what is
         * written must be refused by write(2) itself. */
        fi->direct_io = handle->kind != HANDLE_STAGED;
        fi->noflush = (fi->flags & O_ACCMODE) == O_RDONLY;
}

static bool is_for_writing(const struct fuse_file_info *fi)
{
        return (fi->flags & O_ACCMODE) != O_RDONLY;
}

static void reply_opened(fuse_req_t req, struct fuse_file_info *fi, struct handle *handle)
{
        assert(handle);
        set_handle(fi, handle);
        if (fuse_reply_open(req, fi) < 0)
                handle_free(handle);
}

/* A handle to write a value through, at first with the text that is there. */
static struct handle *value_handle(uint64_t ino, uint64_t dir, const struct entry *entry, int flags,
                                   char *text, size_t length)
{
        struct handle *handle = handle_new(HANDLE_VALUE, ino);

        if (!handle) {
                free(text);
                return NULL;
        }
        handle->dir = dir;
        handle->entry = *entry;
        handle->mode = flags & O_EXCL ? COMMIT_CREATE : COMMIT_ANY;
        handle->append = (flags & O_APPEND) != 0;
        handle->text = text;
        handle->length = handle->room = length;
        handle->committed = length > 0;
        return handle;
}

/* Open a tag that is there for writing: nothing changes until a value is in. */
static int open_tag(struct fs *fs, uint64_t ino, int flags, struct handle **ret_handle,
                    struct lns_error *err)
{
        struct entry entry = { .kind = ENTRY_TAG };
        struct lns_node node;
        char *text = NULL;
        size_t length = 0;

        if (lns_catalog_describe_node(fs->catalog, LNS_NODE_TAG, inode_id(ino), &node, err) < 0)
                return -1;
        memcpy(entry.name, node.name, sizeof(node.name));
        if (!(flags & O_TRUNC) && content_of(fs, ino, &text, &length, err) < 0)
                return -1;
        *ret_handle = value_handle(ino, inode_make(INODE_TAGS, node.parent), &entry,
                                   flags & ~O_EXCL, text, length);
        return *ret_handle ? 0 : lns_error_set_oom(err);
}

static int open_staged(struct fs *fs, uint64_t ino, int flags, struct handle **ret_handle)
{
        struct node_place place;
        struct handle *handle;
        int fd;

        if (!nodes_find(fs->nodes, ino, &place) || place.gone)
                return ENOENT;
        fd = staging_open_file(fs, place.dir, place.name, flags);
        if (fd < 0)
                return -fd;
        handle = handle_new(HANDLE_STAGED, ino);
        if (!handle) {
                close(fd);
                return ENOMEM;
        }
        handle->fd = fd;
        *ret_handle = handle;
        return 0;
}

static int open_text(struct fs *fs, uint64_t ino, struct handle **ret_handle, struct lns_error *err)
{
        struct handle *handle;

        if (ino == inode_make(INODE_CONTROL, CONTROL_CHANGES)) {
                *ret_handle = handle_new(HANDLE_CHANGES, ino);
                return *ret_handle ? 0 : lns_error_set_oom(err);
        }
        handle = handle_new(HANDLE_TEXT, ino);
        if (!handle)
                return lns_error_set_oom(err);
        if (content_of(fs, ino, &handle->text, &handle->length, err) < 0) {
                handle_free(handle);
                return -1;
        }
        *ret_handle = handle;
        return 0;
}

void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        struct fs *fs = fs_of(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct handle *handle = NULL;
        int sys = 0, result = 0;

        switch (inode_kind(ino)) {
        case INODE_STAGED:
                sys = open_staged(fs, ino, fi->flags, &handle);
                break;
        case INODE_TAG:
                result = is_for_writing(fi) ? open_tag(fs, ino, fi->flags, &handle, &err)
                                            : open_text(fs, ino, &handle, &err);
                break;
        case INODE_PENDING:
                sys = ENOENT; /* nobody can have looked it up but its maker */
                break;
        case INODE_VERSION:
        case INODE_RECEIPT:
                if (is_for_writing(fi))
                        result = lns_error_set_errno(
                                &err, LNS_CONCURRENT_MODIFICATION, EEXIST, "%s",
                                inode_kind(ino) == INODE_VERSION
                                        ? "the version exists; versions never change"
                                        : "this batch is committed: this is its "
                                          "receipt");
                else
                        result = open_text(fs, ino, &handle, &err);
                break;
        default:
                if (is_for_writing(fi))
                        result = lns_error_set_errno(&err, LNS_PERMISSION_DENIED, EACCES,
                                                     "this file is for reading");
                else
                        result = open_text(fs, ino, &handle, &err);
                break;
        }
        if (result < 0)
                reply_refused(req, "open", ino, "", &err, lns_error_errno(&err));
        else if (sys)
                reply_errno(req, sys);
        else
                reply_opened(req, fi, handle);
}

static void reply_created(fuse_req_t req, struct fuse_file_info *fi, struct handle *handle,
                          const struct fuse_entry_param *param)
{
        struct fs *fs = fuse_req_userdata(req);

        set_handle(fi, handle);
        if (fuse_reply_create(req, param, fi) < 0) {
                nodes_forget(fs->nodes, param->ino, 1);
                handle_free(handle);
        }
}

static void create_staged(fuse_req_t req, uint64_t dir, const char *name, mode_t mode,
                          struct fuse_file_info *fi)
{
        struct fs *fs = fuse_req_userdata(req);
        const struct fuse_ctx *ctx = fuse_req_ctx(req);
        struct entry entry = { .kind = ENTRY_STAGED };
        struct fuse_entry_param param;
        struct handle *handle;
        struct stat st;
        int fd;

        fd = staging_create(fs, dir, name, fi->flags, mode & ~ctx->umask, ctx->uid, ctx->gid);
        if (fd < 0) {
                reply_errno(req, -fd);
                return;
        }
        handle = handle_new(HANDLE_STAGED, 0);
        if (!handle) {
                close(fd);
                reply_errno(req, ENOMEM);
                return;
        }
        handle->fd = fd;
        if (staging_stat(fs, dir, name, &st) < 0 ||
            fill_entry(fs, dir, name, &entry, &st, &param) < 0) {
                handle_free(handle);
                reply_errno(req, ENOMEM);
                return;
        }
        handle->ino = st.st_ino;
        reply_created(req, fi, handle, &param);
}

/* A tag or version that is not there yet: nothing is made until a value is in. */
static void create_value(fuse_req_t req, uint64_t dir, const char *name, const struct entry *entry,
                         mode_t mode, struct fuse_file_info *fi)
{
        struct fs *fs = fuse_req_userdata(req);
        const struct fuse_ctx *ctx = fuse_req_ctx(req);
        struct fuse_entry_param param = { 0 };
        struct lns_error err = LNS_ERROR_INIT;
        struct handle *handle;
        struct stat st;

        if (tree_stat(fs, dir, &st, &err) < 0) {
                reply_refused(req, "create", dir, name, &err, lns_error_errno(&err));
                return;
        }
        st.st_mode = S_IFREG | (mode & ~ctx->umask & 0777);
        st.st_uid = ctx->uid;
        st.st_gid = ctx->gid;
        st.st_size = 0;
        st.st_blocks = 0;

        handle = value_handle(0, dir, entry, fi->flags, NULL, 0);
        param.ino = handle ? nodes_pending(fs->nodes, dir, name, &st) : 0;
        if (param.ino == 0) {
                handle_free(handle);
                reply_errno(req, ENOMEM);
                return;
        }
        handle->ino = st.st_ino = param.ino;
        param.attr = st;
        reply_created(req, fi, handle, &param);
}

void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
               struct fuse_file_info *fi)
{
        struct fs *fs = fs_of(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct entry entry;
        struct stat st;

        switch (tree_classify(parent, name, &entry, &err)) {
        case ENTRY_TAG:
                if (tree_is_temporary(name) && (fi->flags & O_EXCL) && (mode & 0777) == 0600)
                        break;
                create_value(req, parent, name, &entry, mode, fi);
                return;
        case ENTRY_VERSION:
        case ENTRY_COMMIT:
                create_value(req, parent, name, &entry, mode, fi);
                return;
        case ENTRY_NAMESPACE: /* a staged file may have a name that a namespace could have */
        case ENTRY_STAGED:
                if (tree_can_stage(parent))
                        break;
                lns_error_set_errno(&err, LNS_PERMISSION_DENIED, EPERM, "no file can be made here");
                goto refused;
        case ENTRY_FIXED:
                lns_error_set_errno(&err, LNS_INVALID_INPUT, EEXIST, "this name is taken");
                goto refused;
        case ENTRY_DEBRIS:
                lns_error_set_errno(&err, LNS_PERMISSION_DENIED, EPERM,
                                    "files of this name are not kept here");
                goto refused;
        case ENTRY_TABLE:
                lns_error_set(&err, LNS_INVALID_INPUT,
                              "a name that ends in .lance is a table's: mkdir makes one");
                goto refused;
        default:
                goto refused;
        }
        /* The kernel saw no such name; the catalog may have it since. */
        if (entry.kind == ENTRY_NAMESPACE &&
            tree_lookup(fs, parent, name, &entry, &st, &err) == 0 &&
            entry.kind == ENTRY_NAMESPACE) {
                lns_error_set(&err, LNS_NAMESPACE_ALREADY_EXISTS,
                              "there is a namespace of this name");
                goto refused;
        }
        create_staged(req, parent, name, mode, fi);
        return;

refused:
        reply_refused(req, "create", parent, name, &err, lns_error_errno(&err));
}

/* The answer is sent from a copy: once it is there the reader may close the file, and the handle is
 * gone. */
static void read_text(fuse_req_t req, struct handle *handle, size_t size, off_t off)
{
        size_t length = 0;
        char *copy = NULL;

        pthread_mutex_lock(&handle->mutex);
        if (off >= 0 && (size_t)off < handle->length) {
                length = handle->length - (size_t)off;
                if (length > size)
                        length = size;
                copy = malloc(length);
                if (copy)
                        memcpy(copy, handle->text + off, length);
        }
        pthread_mutex_unlock(&handle->mutex);
        if (length > 0 && !copy)
                reply_errno(req, ENOMEM);
        else
                fuse_reply_buf(req, copy, length);
        free(copy);
}

static void read_changes(fuse_req_t req, size_t size, off_t off)
{
        struct fs *fs = fuse_req_userdata(req);
        struct lns_error err = LNS_ERROR_INIT;
        size_t length = 0;
        char *buf = malloc(size);

        if (!buf)
                reply_errno(req, ENOMEM);
        else if (lns_catalog_read_changes(fs->catalog, (uint64_t)off, buf, size, &length, &err) < 0)
                reply_errno(req, lns_error_errno(&err));
        else
                fuse_reply_buf(req, buf, length);
        free(buf);
}

void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi)
{
        struct handle *handle = handle_of(fi);
        struct fuse_bufvec buf = FUSE_BUFVEC_INIT(size);

        (void)ino;
        fs_of(req);
        switch (handle->kind) {
        case HANDLE_STAGED:
                buf.buf[0].flags = (enum fuse_buf_flags)(FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK);
                buf.buf[0].fd = handle->fd;
                buf.buf[0].pos = off;
                fuse_reply_data(req, &buf, FUSE_BUF_SPLICE_MOVE);
                break;
        case HANDLE_CHANGES:
                read_changes(req, size, off);
                break;
        default:
                read_text(req, handle, size, off);
                break;
        }
}

static void write_staged(fuse_req_t req, struct handle *handle, const char *buf, size_t size,
                         off_t off)
{
        ssize_t written;

        if (off < 0 || off > FS_STAGED_MAX || size > (size_t)(FS_STAGED_MAX - off)) {
                reply_errno(req, EFBIG);
                return;
        }
        do
                written = pwrite(handle->fd, buf, size, off);
        while (written < 0 && errno == EINTR);
        if (written < 0)
                reply_errno(req, errno);
        else
                fuse_reply_write(req, (size_t)written);
}

void op_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
              struct fuse_file_info *fi)
{
        struct fs *fs = fs_of(req);
        struct handle *handle = handle_of(fi);
        struct lns_caller caller = caller_of(req);
        struct lns_error err = LNS_ERROR_INIT;

        (void)ino;
        if (handle->kind == HANDLE_STAGED) {
                write_staged(req, handle, buf, size, off);
                return;
        }
        if (handle->kind != HANDLE_VALUE) {
                reply_errno(req, EBADF);
                return;
        }
        if (value_write(fs, &caller, handle, buf, size, (uint64_t)off, &err) < 0)
                reply_refused(req, "write", handle->dir, handle->entry.name, &err,
                              lns_error_errno(&err));
        else
                fuse_reply_write(req, size);
}

static void finish(fuse_req_t req, struct fuse_file_info *fi, const char *operation)
{
        struct fs *fs = fs_of(req);
        struct handle *handle = handle_of(fi);
        struct lns_caller caller = caller_of(req);
        struct lns_error err = LNS_ERROR_INIT;

        if (handle->kind == HANDLE_VALUE && value_finish(fs, &caller, handle, &err) < 0)
                reply_refused(req, operation, handle->dir, handle->entry.name, &err,
                              lns_error_errno(&err));
        else
                reply_errno(req, 0);
}

void op_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        (void)ino;
        finish(req, fi, "close");
}

void op_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
        struct handle *handle = handle_of(fi);

        (void)ino;
        if (handle->kind != HANDLE_STAGED) {
                finish(req, fi, "fsync");
                return;
        }
        fs_of(req);
        reply_errno(req, (datasync ? fdatasync(handle->fd) : fsync(handle->fd)) < 0 ? errno : 0);
}

void op_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        fs_of(req);
        (void)ino;
        handle_free(handle_of(fi));
        reply_errno(req, 0);
}

void op_fallocate(fuse_req_t req, fuse_ino_t ino, int mode, off_t offset, off_t length,
                  struct fuse_file_info *fi)
{
        int fd = file_descriptor(fi);

        (void)ino;
        fs_of(req);
        if (fd < 0)
                reply_errno(req, EOPNOTSUPP);
        else if (offset > FS_STAGED_MAX || length > FS_STAGED_MAX - offset)
                reply_errno(req, EFBIG);
        else
                reply_errno(req, fallocate(fd, mode, offset, length) < 0 ? errno : 0);
}

int file_truncate(struct fs *fs, const struct lns_caller *caller, struct fuse_file_info *fi,
                  off_t size)
{
        struct handle *handle = handle_of(fi);
        struct lns_error err = LNS_ERROR_INIT;
        char path[4096];

        switch (handle->kind) {
        case HANDLE_STAGED:
                if (size > FS_STAGED_MAX)
                        return EFBIG;
                return ftruncate(handle->fd, size) < 0 ? errno : 0;
        case HANDLE_VALUE:
                if (value_truncate(handle, (uint64_t)size, &err) == 0)
                        return 0;
                tree_path(fs, handle->dir, handle->entry.name, path, sizeof(path));
                error_log_add(fs, caller, "ftruncate", path, &err, lns_error_errno(&err));
                return lns_error_errno(&err);
        default:
                return EINVAL;
        }
}
