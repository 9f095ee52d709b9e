/* rename and link: by what stands at the source and what the target's name means. */
#include "fs/fuse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/util.h"

/* renameat2's, which glibc shows only to those who ask for all of Linux. */
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE (1 << 0)
#define RENAME_EXCHANGE (1 << 1)
#endif

/* A rename that is under way. */
struct move {
        struct fs *fs;
        struct lns_caller caller;
        uint64_t dir, new_dir;
        const char *name, *new_name;
        unsigned flags;
        struct entry from, to; /* `to` by its form: it need not exist */
        struct stat from_st;
};

static int refuse(struct lns_error *err, int sys, const char *text)
{
        return lns_error_set_errno(err, LNS_PERMISSION_DENIED, sys, "%s", text);
}

static int only_plain(const struct move *move, struct lns_error *err)
{
        if (move->flags & ~(unsigned)RENAME_NOREPLACE)
                return lns_error_set_errno(err, LNS_INVALID_INPUT, EINVAL,
                                           "only tags and staged files can be exchanged");
        return 0;
}

/* Something in the way gives EEXIST, whatever it is; the catalog says so too, in the transaction. */
static int check_no_staged_target(const struct move *move, struct lns_error *err)
{
        struct stat st;

        if (staging_stat(move->fs, move->new_dir, move->new_name, &st) == 0)
                return lns_error_set(err, LNS_NAMESPACE_ALREADY_EXISTS,
                                     "there is a staged file of this name");
        return 0;
}

static int move_namespace(const struct move *move, struct lns_error *err)
{
        cleanup_(lns_ident_clear) struct lns_ident id = { 0 }, parent = { 0 }, new_id = { 0 };

        if (inode_kind(move->new_dir) != INODE_NAMESPACE || move->new_dir == INODE_DEREGISTERED)
                return refuse(err, EPERM, "a namespace stands in a namespace");
        if (move->to.kind != ENTRY_NAMESPACE) {
                if (lns_check_name(move->new_name, err) == 0)
                        lns_error_set(err, LNS_INVALID_INPUT, "this is no name of a namespace");
                return -1;
        }
        if (only_plain(move, err) < 0 || check_no_staged_target(move, err) < 0 ||
            tree_ident(move->fs, move->from_st.st_ino, &id, err) < 0 ||
            tree_ident(move->fs, move->new_dir, &parent, err) < 0 ||
            lns_ident_child(&new_id, &parent, move->to.name, err) < 0)
                return -1;

        struct lns_rename_namespace_request request = {
                .caller = &move->caller,
                .id = &id,
                .new_id = &new_id,
        };

        return lns_catalog_rename_namespace(move->fs->catalog, &request, NULL, err);
}

static int register_again(const struct move *move, struct lns_error *err)
{
        cleanup_(lns_ident_clear) struct lns_ident parent = { 0 }, id = { 0 };

        if (tree_ident(move->fs, move->new_dir, &parent, err) < 0 ||
            lns_ident_child(&id, &parent, move->to.name, err) < 0)
                return -1;

        struct lns_restore_deregistered_table_request request = {
                .caller = &move->caller,
                .deregistered_name = move->from.name,
                .id = &id,
        };

        return lns_catalog_restore_deregistered_table(move->fs->catalog, &request, NULL, err);
}

static int deregister(const struct move *move, struct lns_error *err)
{
        cleanup_(lns_ident_clear) struct lns_ident id = { 0 };

        if (tree_ident(move->fs, move->from_st.st_ino, &id, err) < 0)
                return -1;

        struct lns_deregister_table_request request = {
                .caller = &move->caller,
                .id = &id,
                .deregistered_name = move->to.name,
        };

        return lns_catalog_deregister_table(move->fs->catalog, &request, NULL, err);
}

static int move_table(const struct move *move, struct lns_error *err)
{
        cleanup_(lns_ident_clear) struct lns_ident id = { 0 }, parent = { 0 };

        if (inode_kind(move->new_dir) != INODE_NAMESPACE)
                return refuse(err, EPERM, "a table stands in a namespace");
        if (only_plain(move, err) < 0)
                return -1;
        if (move->to.kind != ENTRY_TABLE)
                return err->code != LNS_OK && move->to.kind == ENTRY_NONE
                               ? -1
                               : lns_error_set(err, LNS_INVALID_INPUT,
                                               "a table's name ends in .lance");
        if (move->dir == INODE_DEREGISTERED && move->new_dir == INODE_DEREGISTERED)
                return refuse(err, EPERM,
                              "a deregistered table keeps its name until it is moved back");
        if (move->dir == INODE_DEREGISTERED)
                return register_again(move, err);
        if (move->new_dir == INODE_DEREGISTERED)
                return deregister(move, err);

        if (tree_ident(move->fs, move->from_st.st_ino, &id, err) < 0 ||
            tree_ident(move->fs, move->new_dir, &parent, err) < 0)
                return -1;

        struct lns_rename_table_request request = {
                .caller = &move->caller,
                .id = &id,
                .new_table_name = move->to.name,
                .new_namespace_id = &parent,
        };

        return lns_catalog_rename_table(move->fs->catalog, &request, NULL, err);
}

/* An editor puts the old value aside: the staged copy is made first, then the tag goes. */
static int tag_to_staged(const struct move *move, struct lns_error *err)
{
        cleanup_(lns_ident_clear) struct lns_ident table = { 0 };
        cleanup_(free_pointer) char *text = NULL;
        size_t length;
        int result;

        if (only_plain(move, err) < 0)
                return -1;
        if (tree_ident(move->fs, move->dir, &table, err) < 0 ||
            content_of(move->fs, move->from_st.st_ino, &text, &length, err) < 0)
                return -1;
        result = staging_put(move->fs, move->new_dir, move->new_name,
                             move->flags & RENAME_NOREPLACE ? O_EXCL : O_TRUNC,
                             move->from_st.st_mode, &move->caller, text, length);
        if (result < 0)
                return lns_error_set_errno(err, LNS_INTERNAL, -result, "the staged file: %s",
                                           strerror(-result));

        struct lns_delete_table_tag_request request = {
                .caller = &move->caller,
                .id = &table,
                .tag = move->from.name,
        };

        if (lns_catalog_delete_table_tag(move->fs->catalog, &request, NULL, err) == 0)
                return 0;
        staging_unlink(move->fs, move->new_dir, move->new_name);
        return -1;
}

static int move_tag(const struct move *move, struct lns_error *err)
{
        cleanup_(lns_ident_clear) struct lns_ident id = { 0 }, new_id = { 0 };

        if (tree_can_stage(move->new_dir) &&
            (move->to.kind == ENTRY_STAGED || move->to.kind == ENTRY_NAMESPACE))
                return tag_to_staged(move, err);
        if (inode_kind(move->new_dir) != INODE_TAGS || move->to.kind != ENTRY_TAG)
                return refuse(err, EPERM, "a tag stands in tags/");
        if (tree_ident(move->fs, move->dir, &id, err) < 0 ||
            tree_ident(move->fs, move->new_dir, &new_id, err) < 0)
                return -1;

        struct lns_rename_table_tag_request request = {
                .caller = &move->caller,
                .id = &id,
                .tag = move->from.name,
                .new_id = &new_id,
                .new_tag = move->to.name,
                .mode = move->flags & RENAME_EXCHANGE    ? LNS_RENAME_EXCHANGE
                        : move->flags & RENAME_NOREPLACE ? LNS_RENAME_NOREPLACE
                                                         : LNS_RENAME_REPLACE,
        };

        return lns_catalog_rename_table_tag(move->fs->catalog, &request, NULL, err);
}

/* The content of a staged file becomes the value that the name stands for. */
static int commit_staged(struct fs *fs, const struct lns_caller *caller, uint64_t from_dir,
                         const char *from_name, uint64_t dir, const struct entry *entry,
                         enum commit_mode mode, struct lns_error *err)
{
        cleanup_(free_pointer) char *text = NULL;
        enum value_state state = VALUE_EMPTY;
        size_t length;
        int result;

        size_t max = entry->kind == ENTRY_COMMIT ? LNS_BATCH_DOCUMENT_MAX : LNS_DOCUMENT_MAX;

        result = staging_read(fs, from_dir, from_name, max, &text, &length);
        if (result == -EFBIG)
                return lns_error_set_errno(err, LNS_INVALID_INPUT, EFBIG,
                                           "a document has at most %zu bytes here", max);
        if (result < 0)
                return lns_error_set_errno(err, LNS_INTERNAL, -result, "%s", strerror(-result));
        if (commit_value(fs, caller, dir, entry, mode, text, length, true, &state, err) < 0)
                return -1;
        if (state != VALUE_COMPLETE)
                return lns_error_set(err, LNS_INVALID_INPUT, "the text is %s",
                                     state == VALUE_EMPTY ? "empty" : "not complete");
        return 0;
}

static int staged_to_value(const struct move *move, struct lns_error *err)
{
        enum commit_mode mode = move->flags & RENAME_NOREPLACE ? COMMIT_CREATE : COMMIT_ANY;
        struct lns_error refusal = LNS_ERROR_INIT;

        if (only_plain(move, err) < 0)
                return -1;
        if (commit_staged(move->fs, &move->caller, move->dir, move->name, move->new_dir, &move->to,
                          mode, &refusal) < 0) {
                staging_set_error(move->fs, move->dir, move->name, &refusal);
                *err = refusal;
                return -1;
        }
        /* It is committed: a staged file that cannot be taken away is only a file too many. */
        staging_unlink(move->fs, move->dir, move->name);
        nodes_moved(move->fs->nodes, move->from_st.st_ino, move->new_dir, move->new_name);
        return 0;
}

static int staged_to_staged(const struct move *move, struct lns_error *err)
{
        struct fs *fs = move->fs;
        struct stat replaced;
        bool exchange = (move->flags & RENAME_EXCHANGE) != 0;
        bool replaces = staging_stat(fs, move->new_dir, move->new_name, &replaced) == 0;
        int fd = replaces && !exchange ? staging_path_fd(fs, move->new_dir, move->new_name) : -1;
        int result = staging_rename(fs, move->dir, move->name, move->new_dir, move->new_name,
                                    move->flags);

        if (result < 0) {
                if (fd >= 0)
                        close(fd);
                return lns_error_set_errno(err, LNS_INTERNAL, -result, "%s", strerror(-result));
        }
        if (exchange)
                nodes_moved(fs->nodes, replaced.st_ino, move->dir, move->name);
        else if (replaces && replaced.st_ino != move->from_st.st_ino)
                nodes_gone(fs->nodes, replaced.st_ino, fd);
        else if (fd >= 0)
                close(fd);
        nodes_moved(fs->nodes, move->from_st.st_ino, move->new_dir, move->new_name);
        return 0;
}

static int move_staged(const struct move *move, struct lns_error *err)
{
        struct lns_error ignored = LNS_ERROR_INIT;
        struct entry there;
        struct stat st;

        switch (move->to.kind) {
        case ENTRY_TAG:
        case ENTRY_VERSION:
        case ENTRY_COMMIT:
                return staged_to_value(move, err);
        case ENTRY_STAGED:
        case ENTRY_NAMESPACE:
                if (!tree_can_stage(move->new_dir))
                        return refuse(err, EPERM, "no file can be put here");
                if (move->to.kind == ENTRY_NAMESPACE &&
                    tree_lookup(move->fs, move->new_dir, move->new_name, &there, &st, &ignored) ==
                            0 &&
                    there.kind == ENTRY_NAMESPACE)
                        return lns_error_set_errno(err, LNS_INVALID_INPUT, EISDIR,
                                                   "there is a namespace of this name");
                return staged_to_staged(move, err);
        case ENTRY_TABLE:
                return lns_error_set(err, LNS_INVALID_INPUT,
                                     "a name that ends in .lance is a table's: mkdir makes one");
        case ENTRY_DEBRIS:
        case ENTRY_FIXED:
                return refuse(err, EPERM, "no file can have this name here");
        default:
                return err->code == LNS_OK ? refuse(err, EPERM, "no file can be put here") : -1;
        }
}

static int move_any(struct move *move, struct lns_error *err)
{
        if (tree_lookup(move->fs, move->dir, move->name, &move->from, &move->from_st, err) < 0)
                return -1;
        tree_classify(move->new_dir, move->new_name, &move->to, err);

        switch (move->from.kind) {
        case ENTRY_NAMESPACE:
                return move_namespace(move, err);
        case ENTRY_TABLE:
                return move_table(move, err);
        case ENTRY_TAG:
                return move_tag(move, err);
        case ENTRY_STAGED:
                return move_staged(move, err);
        case ENTRY_VERSION:
                return refuse(err, EPERM, "a version never changes; rm deletes its record");
        case ENTRY_COMMIT:
                return refuse(err, EPERM, "a receipt keeps its name; rm removes it");
        default:
                return refuse(err, EPERM, "this is a fixed part of the mount");
        }
}

void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t newparent,
               const char *newname, unsigned flags)
{
        struct lns_error err = LNS_ERROR_INIT;
        struct move move = {
                .fs = fs_of(req),
                .caller = caller_of(req),
                .dir = parent,
                .new_dir = newparent,
                .name = name,
                .new_name = newname,
                .flags = flags,
        };

        /* Whiteouts and whatever is invented later: EINVAL is how overlayfs and others ask. */
        if (flags & ~(unsigned)(RENAME_NOREPLACE | RENAME_EXCHANGE)) {
                reply_errno(req, EINVAL);
                return;
        }
        if (parent == newparent && strcmp(name, newname) == 0) {
                reply_errno(req, 0);
                return;
        }
        if (move_any(&move, &err) < 0)
                reply_refused(req, "rename", newparent, newname, &err,
                              lns_error_rename_errno(&err));
        else
                reply_errno(req, 0);
}

/* What a link is made of: a staged file's place, or a tag. */
static int link_tag(struct fs *fs, const struct lns_caller *caller, uint64_t ino, uint64_t new_dir,
                    const struct entry *to, struct lns_error *err)
{
        cleanup_(lns_ident_clear) struct lns_ident id = { 0 }, new_id = { 0 };
        struct lns_node tag;

        if (to->kind != ENTRY_TAG)
                return refuse(err, EPERM, "a tag stands in tags/");
        if (lns_catalog_describe_node(fs->catalog, LNS_NODE_TAG, inode_id(ino), &tag, err) < 0 ||
            tree_ident(fs, ino, &id, err) < 0 || tree_ident(fs, new_dir, &new_id, err) < 0)
                return -1;

        struct lns_copy_table_tag_request request = {
                .caller = caller,
                .id = &id,
                .tag = tag.name,
                .new_id = &new_id,
                .new_tag = to->name,
        };

        return lns_catalog_copy_table_tag(fs->catalog, &request, NULL, err);
}

static int link_staged(struct fs *fs, const struct lns_caller *caller, uint64_t ino,
                       uint64_t new_dir, const char *new_name, const struct entry *to,
                       struct lns_error *err)
{
        struct node_place place;
        int result;

        if (!nodes_find(fs->nodes, ino, &place) || place.gone)
                return lns_error_set_errno(err, LNS_INTERNAL, ENOENT, "the staged file is gone");
        if (to->kind == ENTRY_TAG || to->kind == ENTRY_VERSION || to->kind == ENTRY_COMMIT)
                return commit_staged(fs, caller, place.dir, place.name, new_dir, to, COMMIT_CREATE,
                                     err);
        if (!tree_can_stage(new_dir) || (to->kind != ENTRY_STAGED && to->kind != ENTRY_NAMESPACE))
                return refuse(err, EPERM, "no link can be made here");
        result = staging_link(fs, place.dir, place.name, new_dir, new_name);
        if (result < 0)
                return lns_error_set_errno(err, LNS_INTERNAL, -result, "%s", strerror(-result));
        return 0;
}

void op_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t newparent, const char *newname)
{
        struct fs *fs = fs_of(req);
        struct lns_caller caller = caller_of(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct entry to;
        int result;

        if (tree_classify(newparent, newname, &to, &err) == ENTRY_NONE && err.code != LNS_OK)
                result = -1;
        else if (inode_kind(ino) == INODE_TAG)
                result = link_tag(fs, &caller, ino, newparent, &to, &err);
        else if (inode_kind(ino) == INODE_STAGED)
                result = link_staged(fs, &caller, ino, newparent, newname, &to, &err);
        else
                result = refuse(&err, EPERM, "only tags and staged files can be linked");

        if (result < 0)
                reply_refused(req, "link", newparent, newname, &err, lns_error_errno(&err));
        else
                reply_entry(req, "link", newparent, newname);
}
