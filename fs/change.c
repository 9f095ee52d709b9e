/* mkdir, rmdir, unlink; and what cannot be made. */
#include "fs/fuse.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A name that a directory, or a file made by link, is to have: an error where tree_classify() would
 * let a staged file pass. */
static int want_directory(const char *name, const struct entry *entry, struct lns_error *err)
{
        switch (entry->kind) {
        case ENTRY_NAMESPACE:
        case ENTRY_TABLE:
                return 0;
        case ENTRY_FIXED:
                return lns_error_set_errno(err, LNS_INVALID_INPUT, EEXIST, "this name is taken");
        case ENTRY_DEBRIS:
                return lns_error_set_errno(err, LNS_PERMISSION_DENIED, EPERM,
                                           "directories of this name are not kept here");
        case ENTRY_COMMIT:
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "a name that ends in .commit is a batch's");
        case ENTRY_STAGED:
                if (lns_check_name(name, err) == 0)
                        lns_error_set(err, LNS_INVALID_INPUT, "this cannot be a name here");
                return -1;
        default:
                return err->code == LNS_OK ? lns_error_set(err, LNS_INVALID_INPUT, "bad name") : -1;
        }
}

/* A directory made in one with the set-group-id bit belongs to that one's group, as everywhere. */
static int owner_of_new(struct fs *fs, uint64_t parent, const struct fuse_ctx *ctx, mode_t mode,
                        struct stat *ret_owner, struct lns_error *err)
{
        struct stat st;

        if (tree_stat(fs, parent, &st, err) < 0)
                return -1;
        ret_owner->st_uid = ctx->uid;
        ret_owner->st_gid = ctx->gid;
        ret_owner->st_mode = mode & ~ctx->umask & 01777;
        if (st.st_mode & S_ISGID) {
                ret_owner->st_gid = st.st_gid;
                ret_owner->st_mode |= S_ISGID;
        }
        return 0;
}

static int make(struct fs *fs, const struct lns_caller *caller, const struct lns_ident *id,
                enum entry_kind kind, const struct stat *owner, struct lns_error *err)
{
        if (kind == ENTRY_TABLE) {
                struct lns_declare_table_request request = {
                        .caller = caller,
                        .id = id,
                        .has_mode = true,
                        .uid = owner->st_uid,
                        .gid = owner->st_gid,
                        .file_mode = owner->st_mode,
                };

                return lns_catalog_declare_table(fs->catalog, &request, NULL, err);
        }

        struct lns_create_namespace_request request = {
                .caller = caller,
                .id = id,
                .has_mode = true,
                .uid = owner->st_uid,
                .gid = owner->st_gid,
                .file_mode = owner->st_mode,
        };

        return lns_catalog_create_namespace(fs->catalog, &request, NULL, err);
}

void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
        struct fs *fs = fs_of(req);
        struct lns_caller caller = caller_of(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_ident dir = { 0 }, id = { 0 };
        struct entry entry;
        struct stat owner, staged;
        int result = -1;

        tree_classify(parent, name, &entry, &err);
        if (inode_kind(parent) != INODE_NAMESPACE || parent == INODE_DEREGISTERED)
                lns_error_set_errno(&err, LNS_PERMISSION_DENIED, EPERM,
                                    "no directory can be made here");
        else if (want_directory(name, &entry, &err) == 0 &&
                 owner_of_new(fs, parent, fuse_req_ctx(req), mode, &owner, &err) == 0 &&
                 tree_ident(fs, parent, &dir, &err) == 0 &&
                 lns_ident_child(&id, &dir, entry.name, &err) == 0) {
                if (staging_stat(fs, parent, name, &staged) == 0)
                        lns_error_set(&err, LNS_NAMESPACE_ALREADY_EXISTS,
                                      "there is a staged file of this name");
                else
                        result = make(fs, &caller, &id, entry.kind, &owner, &err);
        }
        lns_ident_clear(&id);
        lns_ident_clear(&dir);
        if (result < 0)
                reply_refused(req, "mkdir", parent, name, &err, lns_error_errno(&err));
        else
                reply_entry(req, "mkdir", parent, name);
}

/* Staged files keep a directory from going: they would be out of reach. */
static int check_no_staged(struct fs *fs, uint64_t dir, struct lns_error *err)
{
        if (!staging_is_empty(fs, dir))
                return lns_error_set_errno(err, LNS_NAMESPACE_NOT_EMPTY, ENOTEMPTY,
                                           "there are staged files in it");
        return 0;
}

static bool visit_first(void *context, const struct lns_node *node)
{
        (void)node;
        *(bool *)context = true;
        return false;
}

static int check_no_nodes(struct fs *fs, uint64_t dir, enum lns_node_kind kind,
                          struct lns_error *err)
{
        bool found = false;

        if (lns_catalog_list_nodes(fs->catalog, inode_id(dir), kind, 0, false, visit_first, &found,
                                   err) < 0)
                return -1;
        if (found)
                return lns_error_set_errno(err, LNS_NAMESPACE_NOT_EMPTY, ENOTEMPTY,
                                           "it is not empty");
        return 0;
}

static int remove_table(struct fs *fs, const struct lns_caller *caller, uint64_t parent,
                        uint64_t ino, struct lns_error *err)
{
        uint64_t tags = inode_make(INODE_TAGS, inode_id(ino));
        uint64_t versions = inode_make(INODE_VERSIONS, inode_id(ino));
        struct lns_ident id = { 0 };
        int result = -1;

        if (parent == INODE_DEREGISTERED)
                return lns_error_set_errno(
                        err, LNS_PERMISSION_DENIED, EPERM,
                        "a deregistered table is dropped after it is moved back");
        if (check_no_staged(fs, tags, err) < 0 || check_no_staged(fs, versions, err) < 0)
                return -1;
        if (tree_ident(fs, ino, &id, err) == 0) {
                struct lns_drop_table_request request = {
                        .caller = caller,
                        .id = &id,
                        .only_empty = true,
                };

                result = lns_catalog_drop_table(fs->catalog, &request, NULL, err);
        }
        lns_ident_clear(&id);
        if (result == 0) {
                staging_remove_directory(fs, tags);
                staging_remove_directory(fs, versions);
        }
        return result;
}

static int remove_namespace(struct fs *fs, const struct lns_caller *caller, uint64_t ino,
                            struct lns_error *err)
{
        struct lns_ident id = { 0 };
        int result = -1;

        if (check_no_staged(fs, ino, err) < 0 || check_no_nodes(fs, ino, LNS_NODE_RECEIPT, err) < 0)
                return -1;
        if (tree_ident(fs, ino, &id, err) == 0) {
                struct lns_drop_namespace_request request = { .caller = caller, .id = &id };

                result = lns_catalog_drop_namespace(fs->catalog, &request, NULL, err);
        }
        lns_ident_clear(&id);
        if (result == 0)
                staging_remove_directory(fs, ino);
        return result;
}

/* tags/ and versions/ go with their table: removing an empty one succeeds and changes nothing, so
 * that rm -r can drop a table. */
static int remove_fixed(struct fs *fs, uint64_t ino, struct lns_error *err)
{
        enum lns_node_kind kind = inode_kind(ino) == INODE_TAGS ? LNS_NODE_TAG : LNS_NODE_VERSION;

        if (inode_kind(ino) != INODE_TAGS && inode_kind(ino) != INODE_VERSIONS)
                return lns_error_set_errno(err, LNS_PERMISSION_DENIED, EPERM,
                                           "this is a fixed part of the mount");
        if (check_no_staged(fs, ino, err) < 0)
                return -1;
        return check_no_nodes(fs, ino, kind, err);
}

void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
        struct fs *fs = fs_of(req);
        struct lns_caller caller = caller_of(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct entry entry = { .kind = ENTRY_NONE };
        struct stat st;
        int result = -1;

        if (tree_lookup(fs, parent, name, &entry, &st, &err) == 0) {
                switch (entry.kind) {
                case ENTRY_TABLE:
                        result = remove_table(fs, &caller, parent, st.st_ino, &err);
                        break;
                case ENTRY_NAMESPACE:
                        result = remove_namespace(fs, &caller, st.st_ino, &err);
                        break;
                case ENTRY_FIXED:
                        result = remove_fixed(fs, st.st_ino, &err);
                        break;
                default:
                        lns_error_set_errno(&err, LNS_INVALID_INPUT, ENOTDIR,
                                            "this is no directory");
                        break;
                }
        }
        if (result < 0)
                reply_refused(req, "rmdir", parent, name, &err, lns_error_errno(&err));
        else
                reply_errno(req, 0);
}

static int unlink_tag(struct fs *fs, const struct lns_caller *caller, const struct lns_ident *table,
                      const char *tag, struct lns_error *err)
{
        struct lns_delete_table_tag_request request = { .caller = caller, .id = table, .tag = tag };

        return lns_catalog_delete_table_tag(fs->catalog, &request, NULL, err);
}

static int unlink_version(struct fs *fs, const struct lns_caller *caller,
                          const struct lns_ident *table, uint64_t version, struct lns_error *err)
{
        struct lns_version_range range = {
                .start_version = (int64_t)version,
                .end_version = version == LNS_VERSION_MAX ? -1 : (int64_t)version + 1,
        };
        struct lns_batch_delete_table_versions_request request = {
                .caller = caller,
                .id = table,
                .ranges = &range,
                .n_ranges = 1,
        };
        struct lns_batch_delete_table_versions_response response = { 0 };

        if (lns_catalog_batch_delete_table_versions(fs->catalog, &request, &response, err) < 0)
                return -1;
        if (response.deleted_count == 0)
                return lns_error_set(err, LNS_TABLE_VERSION_NOT_FOUND,
                                     "version %llu is gone already", (unsigned long long)version);
        return 0;
}

static int unlink_staged(struct fs *fs, uint64_t dir, const char *name, uint64_t ino,
                         struct lns_error *err)
{
        int fd = staging_path_fd(fs, dir, name);
        int result = staging_unlink(fs, dir, name);

        if (result < 0) {
                if (fd >= 0)
                        close(fd);
                return lns_error_set_errno(err, LNS_INTERNAL, -result, "%s", strerror(-result));
        }
        nodes_gone(fs->nodes, ino, fd < 0 ? -1 : fd);
        return 0;
}

/* The files that go with a directory: taking one away succeeds and changes nothing, for rm -r. */
static int unlink_fixed(uint64_t ino, struct lns_error *err)
{
        switch (inode_kind(ino)) {
        case INODE_LATEST:
        case INODE_TABLE_JSON:
        case INODE_NAMESPACE_JSON:
                return 0;
        default:
                return lns_error_set_errno(err, LNS_PERMISSION_DENIED, EPERM,
                                           "this is a fixed part of the mount");
        }
}

void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
        struct fs *fs = fs_of(req);
        struct lns_caller caller = caller_of(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct lns_ident table = { 0 };
        struct entry entry = { .kind = ENTRY_NONE };
        struct stat st;
        int result;

        result = tree_lookup(fs, parent, name, &entry, &st, &err);
        if (result == 0 && (entry.kind == ENTRY_TAG || entry.kind == ENTRY_VERSION))
                result = tree_ident(fs, parent, &table, &err);
        if (result == 0) {
                switch (entry.kind) {
                case ENTRY_TAG:
                        result = unlink_tag(fs, &caller, &table, entry.name, &err);
                        break;
                case ENTRY_VERSION:
                        result = unlink_version(fs, &caller, &table, entry.version, &err);
                        break;
                case ENTRY_COMMIT:
                        result = lns_catalog_remove_receipt(fs->catalog, &caller, inode_id(parent),
                                                            entry.name, &err);
                        break;
                case ENTRY_STAGED:
                        result = unlink_staged(fs, parent, name, st.st_ino, &err);
                        break;
                case ENTRY_FIXED:
                        result = unlink_fixed(st.st_ino, &err);
                        break;
                default:
                        result = lns_error_set_errno(&err, LNS_INVALID_INPUT, EISDIR,
                                                     "this is a directory");
                        break;
                }
        }
        lns_ident_clear(&table);
        if (result < 0)
                reply_refused(req, "unlink", parent, name, &err, lns_error_errno(&err));
        else
                reply_errno(req, 0);
}

static void refuse_kind(fuse_req_t req, const char *operation, uint64_t parent, const char *name)
{
        struct lns_error err = LNS_ERROR_INIT;

        lns_error_set_errno(&err, LNS_PERMISSION_DENIED, EPERM,
                            "only regular files and directories can be made here");
        reply_refused(req, operation, parent, name, &err, EPERM);
}

void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev)
{
        (void)mode;
        (void)rdev;
        fs_of(req);
        refuse_kind(req, "mknod", parent, name);
}

void op_symlink(fuse_req_t req, const char *link, fuse_ino_t parent, const char *name)
{
        (void)link;
        fs_of(req);
        refuse_kind(req, "symlink", parent, name);
}
