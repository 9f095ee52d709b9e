/* The table of FUSE operations, and those that only look: lookup, getattr, readlink, statfs; setattr. */
#include "fs/fuse.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct fs *fs_of(fuse_req_t req)
{
        struct fs *fs = fuse_req_userdata(req);

        atomic_fetch_add_explicit(&fs->requests, 1, memory_order_relaxed);
        return fs;
}

struct lns_caller caller_of(fuse_req_t req)
{
        const struct fuse_ctx *ctx = fuse_req_ctx(req);

        return (struct lns_caller){ .uid = ctx->uid, .gid = ctx->gid, .pid = ctx->pid };
}

double fs_timeout(const struct fs *fs)
{
        return fs->options->cache_seconds;
}

/* With timeouts of 0 the kernel asks for the attributes of every directory of a path twice: with the
 * look-up, and again to check permissions. Attributes that came just now will do: the next look-up
 * brings fresh ones. The kernel rounds this up to one tick of its clock. */
#define JUST_NOW 0.001

static double attribute_timeout(const struct fs *fs, bool placed)
{
        return placed || fs_timeout(fs) < JUST_NOW ? JUST_NOW : fs_timeout(fs);
}

void reply_errno(fuse_req_t req, int sys)
{
        fuse_reply_err(req, sys);
}

void reply_refused(fuse_req_t req, const char *operation, uint64_t dir, const char *name,
                   const struct lns_error *err, int sys)
{
        struct fs *fs = fuse_req_userdata(req);
        struct lns_caller caller = caller_of(req);
        char path[4096];

        tree_path(fs, dir, name, path, sizeof(path));
        error_log_add(fs, &caller, operation, path, err, sys);
        fuse_reply_err(req, sys);
}

int fill_entry(struct fs *fs, uint64_t dir, const char *name, const struct entry *entry,
               const struct stat *st, struct fuse_entry_param *ret_param)
{
        bool staged = entry->kind == ENTRY_STAGED;

        if (staged && nodes_look_up(fs->nodes, dir, name, st) < 0)
                return -1;
        memset(ret_param, 0, sizeof(*ret_param));
        ret_param->ino = st->st_ino;
        ret_param->attr = *st;
        ret_param->entry_timeout = staged ? 0 : fs_timeout(fs);
        ret_param->attr_timeout = attribute_timeout(fs, staged);
        return 0;
}

void reply_entry(fuse_req_t req, const char *operation, uint64_t dir, const char *name)
{
        struct fs *fs = fuse_req_userdata(req);
        struct fuse_entry_param param;
        struct lns_error err = LNS_ERROR_INIT;
        struct entry entry;
        struct stat st;
        int sys;

        if (tree_lookup(fs, dir, name, &entry, &st, &err) < 0) {
                sys = lns_error_errno(&err);
                /* That nothing is staged, committed or latest may change without the kernel's help. */
                if (sys == ENOENT && fs_timeout(fs) > 0 && entry.kind != ENTRY_STAGED &&
                    entry.kind != ENTRY_COMMIT && entry.kind != ENTRY_FIXED) {
                        memset(&param, 0, sizeof(param));
                        param.entry_timeout = fs_timeout(fs);
                        fuse_reply_entry(req, &param);
                } else if (sys == ENOENT || sys == ENAMETOOLONG) {
                        fuse_reply_err(req, sys);
                } else {
                        reply_refused(req, operation, dir, name, &err, sys);
                }
                return;
        }
        if (fill_entry(fs, dir, name, &entry, &st, &param) < 0) {
                fuse_reply_err(req, ENOMEM);
                return;
        }
        /* The kernel that did not take the answer will not forget it either. */
        if (fuse_reply_entry(req, &param) < 0)
                nodes_forget(fs->nodes, param.ino, 1);
}

static void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
        fs_of(req);
        reply_entry(req, "lookup", parent, name);
}

static void op_forget(fuse_req_t req, fuse_ino_t ino, uint64_t count)
{
        struct fs *fs = fuse_req_userdata(req);

        if (inode_kind(ino) == INODE_STAGED || inode_kind(ino) == INODE_PENDING)
                nodes_forget(fs->nodes, ino, count);
        fuse_reply_none(req);
}

static void op_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
        struct fs *fs = fuse_req_userdata(req);

        for (size_t i = 0; i < count; i++)
                if (inode_kind(forgets[i].ino) == INODE_STAGED ||
                    inode_kind(forgets[i].ino) == INODE_PENDING)
                        nodes_forget(fs->nodes, forgets[i].ino, forgets[i].nlookup);
        fuse_reply_none(req);
}

/* What stands now where a staged or pending node was put. */
static int stat_placed(struct fs *fs, uint64_t ino, struct stat *ret_stat, struct lns_error *err)
{
        struct node_place place;
        struct entry entry;

        if (!nodes_find(fs->nodes, ino, &place))
                return lns_error_set_errno(err, LNS_INTERNAL, ENOENT, "no such node");
        if (!place.gone && tree_lookup(fs, place.dir, place.name, &entry, ret_stat, err) == 0)
                return 0;
        *ret_stat = place.st;
        return 0;
}

int stat_node(struct fs *fs, uint64_t ino, struct stat *ret_stat, struct lns_error *err)
{
        if (inode_kind(ino) == INODE_STAGED || inode_kind(ino) == INODE_PENDING)
                return stat_placed(fs, ino, ret_stat, err);
        return tree_stat(fs, ino, ret_stat, err);
}

static void reply_stat(fuse_req_t req, uint64_t ino)
{
        struct fs *fs = fuse_req_userdata(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct stat st;
        bool placed = inode_kind(ino) == INODE_STAGED || inode_kind(ino) == INODE_PENDING;

        if (stat_node(fs, ino, &st, &err) < 0)
                reply_errno(req, lns_error_errno(&err));
        else
                fuse_reply_attr(req, &st, attribute_timeout(fs, placed));
}

static void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        (void)fi;
        fs_of(req);
        reply_stat(req, ino);
}

static void op_readlink(fuse_req_t req, fuse_ino_t ino)
{
        struct fs *fs = fs_of(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_node table;
        char target[24];

        if (inode_kind(ino) != INODE_LATEST) {
                reply_errno(req, EINVAL);
                return;
        }
        if (lns_catalog_describe_node(fs->catalog, LNS_NODE_TABLE, inode_id(ino), &table, &err) <
            0) {
                reply_errno(req, lns_error_errno(&err));
                return;
        }
        if (table.version == 0) {
                reply_errno(req, ENOENT);
                return;
        }
        snprintf(target, sizeof(target), "%" PRIu64, table.version);
        fuse_reply_readlink(req, target);
}

static void op_statfs(fuse_req_t req, fuse_ino_t ino)
{
        struct fs *fs = fs_of(req);
        struct statvfs st;

        (void)ino;
        if (statvfs(fs->description, &st) < 0) {
                reply_errno(req, errno);
                return;
        }
        st.f_namemax = FS_NAME_MAX;
        fuse_reply_statfs(req, &st);
}

/* chmod and chown of a namespace or table; times are the catalog's own and stay. */
static int set_object_attributes(struct fs *fs, const struct lns_caller *caller, uint64_t ino,
                                 const struct stat *attr, int to_set, struct lns_error *err)
{
        unsigned fields = 0;

        if (to_set & FUSE_SET_ATTR_SIZE)
                return lns_error_set_errno(err, LNS_INVALID_INPUT, EISDIR, "this is a directory");
        if (to_set & FUSE_SET_ATTR_UID)
                fields |= LNS_ATTRIBUTE_UID;
        if (to_set & FUSE_SET_ATTR_GID)
                fields |= LNS_ATTRIBUTE_GID;
        if (to_set & FUSE_SET_ATTR_MODE)
                fields |= LNS_ATTRIBUTE_MODE;
        if (!fields)
                return 0;
        return lns_catalog_set_node_attributes(fs->catalog, caller,
                                               (enum lns_node_kind)inode_kind(ino), inode_id(ino),
                                               fields, attr->st_uid, attr->st_gid,
                                               attr->st_mode & 07777, err);
}

static struct timespec time_to_set(const struct timespec *given, int to_set, int set, int now)
{
        if (to_set & now)
                return (struct timespec){ .tv_nsec = UTIME_NOW };
        if (to_set & set)
                return *given;
        return (struct timespec){ .tv_nsec = UTIME_OMIT };
}

/* A staged file is an ordinary file. */
static int set_staged_attributes(struct fs *fs, const struct node_place *place,
                                 const struct stat *attr, int to_set)
{
        char path[STAGING_PATH_MAX];
        int result;

        if (place->gone)
                return 0; /* nobody can find it again */
        staging_path(place->dir, place->name, path, sizeof(path));

        if ((to_set & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) &&
            fchownat(fs->staging, path, to_set & FUSE_SET_ATTR_UID ? attr->st_uid : (uid_t)-1,
                     to_set & FUSE_SET_ATTR_GID ? attr->st_gid : (gid_t)-1,
                     AT_SYMLINK_NOFOLLOW) < 0)
                return errno;
        if ((to_set & FUSE_SET_ATTR_MODE) &&
            fchmodat(fs->staging, path, attr->st_mode & 07777, 0) < 0)
                return errno;
        if (to_set & FUSE_SET_ATTR_SIZE) {
                int fd;

                if (attr->st_size > FS_STAGED_MAX)
                        return EFBIG;
                fd = staging_open_file(fs, place->dir, place->name, O_WRONLY);
                if (fd < 0)
                        return -fd;
                result = ftruncate(fd, attr->st_size) < 0 ? errno : 0;
                close(fd);
                if (result)
                        return result;
        }
        if (to_set & (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_ATIME_NOW |
                      FUSE_SET_ATTR_MTIME_NOW)) {
                struct timespec times[2] = {
                        time_to_set(&attr->st_atim, to_set, FUSE_SET_ATTR_ATIME,
                                    FUSE_SET_ATTR_ATIME_NOW),
                        time_to_set(&attr->st_mtim, to_set, FUSE_SET_ATTR_MTIME,
                                    FUSE_SET_ATTR_MTIME_NOW),
                };

                if (utimensat(fs->staging, path, times, AT_SYMLINK_NOFOLLOW) < 0)
                        return errno;
        }
        return 0;
}

/* A tag, a version, a file that shows something: it follows its table. Asking for what is already so
 * succeeds, so that cp -p and rsync do; times are accepted and stay the catalog's own. */
static int set_file_attributes(struct fs *fs, uint64_t ino, const struct stat *attr, int to_set,
                               struct lns_error *err)
{
        struct stat st;

        if (stat_node(fs, ino, &st, err) < 0)
                return -1;
        if (((to_set & FUSE_SET_ATTR_UID) && attr->st_uid != st.st_uid) ||
            ((to_set & FUSE_SET_ATTR_GID) && attr->st_gid != st.st_gid) ||
            ((to_set & FUSE_SET_ATTR_MODE) && (attr->st_mode & 07777) != (st.st_mode & 07777)))
                return lns_error_set_errno(err, LNS_PERMISSION_DENIED, EPERM,
                                           "owner and mode follow the table's; change those");
        if ((to_set & FUSE_SET_ATTR_SIZE) && attr->st_size != st.st_size &&
            !(attr->st_size == 0 && inode_kind(ino) == INODE_TAG))
                return lns_error_set(err, LNS_INVALID_INPUT, "this file has no size of its own");
        return 0;
}

static void op_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set,
                       struct fuse_file_info *fi)
{
        struct fs *fs = fs_of(req);
        struct lns_caller caller = caller_of(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct node_place place;
        int sys = 0;

        if (fi && fi->fh && (to_set & FUSE_SET_ATTR_SIZE)) {
                sys = file_truncate(fs, &caller, fi, attr->st_size);
                to_set &= ~FUSE_SET_ATTR_SIZE;
        }
        if (sys) {
                reply_errno(req, sys);
                return;
        }

        switch (inode_kind(ino)) {
        case INODE_NAMESPACE:
        case INODE_TABLE:
                if (set_object_attributes(fs, &caller, ino, attr, to_set, &err) < 0)
                        sys = lns_error_errno(&err);
                break;
        case INODE_STAGED:
                sys = nodes_find(fs->nodes, ino, &place)
                              ? set_staged_attributes(fs, &place, attr, to_set)
                              : ENOENT;
                break;
        case INODE_PENDING:
                break; /* it is what its writer says until it is something */
        default:
                if (set_file_attributes(fs, ino, attr, to_set, &err) < 0)
                        sys = lns_error_errno(&err);
                break;
        }
        if (sys && err.code != LNS_OK)
                reply_refused(req, "setattr", ino, "", &err, sys);
        else if (sys)
                reply_errno(req, sys);
        else
                reply_stat(req, ino);
}

static void op_init(void *userdata, struct fuse_conn_info *conn)
{
        static const unsigned wanted[] = {
                FUSE_CAP_DONT_MASK, /* to see the mode that the caller asked for: mkstemp's 0600 */
                FUSE_CAP_ATOMIC_O_TRUNC, /* opening with O_TRUNC is not a truncation */
                FUSE_CAP_READDIRPLUS,     FUSE_CAP_READDIRPLUS_AUTO, FUSE_CAP_PARALLEL_DIROPS,
                FUSE_CAP_AUTO_INVAL_DATA, FUSE_CAP_ASYNC_READ,
        };

        (void)userdata;
        for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
                conn->want |= conn->capable & wanted[i];
        /* A write must reach the daemon before write(2) returns, or it could not be refused. */
        conn->want &= ~(unsigned)FUSE_CAP_WRITEBACK_CACHE;
}

const struct fuse_lowlevel_ops fs_operations = {
        .init = op_init,
        .lookup = op_lookup,
        .forget = op_forget,
        .forget_multi = op_forget_multi,
        .getattr = op_getattr,
        .setattr = op_setattr,
        .readlink = op_readlink,
        .mknod = op_mknod,
        .mkdir = op_mkdir,
        .unlink = op_unlink,
        .rmdir = op_rmdir,
        .symlink = op_symlink,
        .rename = op_rename,
        .link = op_link,
        .open = op_open,
        .read = op_read,
        .write = op_write,
        .flush = op_flush,
        .release = op_release,
        .fsync = op_fsync,
        .fallocate = op_fallocate,
        .opendir = op_opendir,
        .readdir = op_readdir,
        .readdirplus = op_readdirplus,
        .releasedir = op_releasedir,
        .statfs = op_statfs,
        .setxattr = op_setxattr,
        .getxattr = op_getxattr,
        .listxattr = op_listxattr,
        .removexattr = op_removexattr,
        .create = op_create,
};
