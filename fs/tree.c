/* What a name in a directory stands for, and what every kind of node looks like to stat(2). */
#include "fs/fs.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_SUFFIX ".lance"
#define TABLE_SUFFIX_LENGTH (sizeof(TABLE_SUFFIX) - 1)
#define COMMIT_SUFFIX ".commit"
#define COMMIT_SUFFIX_LENGTH (sizeof(COMMIT_SUFFIX) - 1)

/* What desktops and network filesystems leave about; never there, so never asked of the catalog. */
static const char *const debris[] = {
        ".DS_Store", "._*", "Thumbs.db", "desktop.ini", ".Trash*", ".nfs*", "autorun.inf",
};

/* Names that mkstemp and its kin make of legal tag characters. */
static const char *const temporaries[] = {
        "sed[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9]",
        "tmp[a-z0-9_][a-z0-9_][a-z0-9_][a-z0-9_][a-z0-9_][a-z0-9_][a-z0-9_][a-z0-9_]",
        "tmp.[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9]*",
        "4913",
};

bool tree_is_temporary(const char *name)
{
        for (size_t i = 0; i < sizeof(temporaries) / sizeof(*temporaries); i++)
                if (fnmatch(temporaries[i], name, 0) == 0)
                        return true;
        return false;
}

static bool is_debris(const char *name)
{
        if (name[0] != '.' && name[0] != 'T' && name[0] != 'd' && name[0] != 'a')
                return false;
        for (size_t i = 0; i < sizeof(debris) / sizeof(*debris); i++)
                if (fnmatch(debris[i], name, 0) == 0)
                        return true;
        return false;
}

bool tree_is_bare_commit(const char *name)
{
        return strcmp(name, COMMIT_SUFFIX) == 0;
}

bool tree_can_stage(uint64_t dir)
{
        switch (inode_kind(dir)) {
        case INODE_NAMESPACE:
                return dir != INODE_DEREGISTERED;
        case INODE_TAGS:
        case INODE_VERSIONS:
                return true;
        default:
                return false;
        }
}

static enum entry_kind fixed(struct entry *entry, enum inode_kind kind, uint64_t id)
{
        entry->ino = inode_make(kind, id);
        return entry->kind = ENTRY_FIXED;
}

static enum entry_kind classify_in_namespace(uint64_t dir, const char *name, struct entry *entry,
                                             struct lns_error *err)
{
        size_t length = strlen(name);

        if (dir == INODE_ROOT && strcmp(name, ".lancefs") == 0)
                return fixed(entry, INODE_CONTROL, CONTROL_DIRECTORY);
        if (strcmp(name, ".namespace.json") == 0 && dir != INODE_DEREGISTERED)
                return fixed(entry, INODE_NAMESPACE_JSON, inode_id(dir));

        if (length > TABLE_SUFFIX_LENGTH &&
            strcmp(name + length - TABLE_SUFFIX_LENGTH, TABLE_SUFFIX) == 0) {
                memcpy(entry->name, name, length - TABLE_SUFFIX_LENGTH);
                entry->name[length - TABLE_SUFFIX_LENGTH] = '\0';
                if (lns_check_name(entry->name, err) < 0)
                        return entry->kind = ENTRY_NONE;
                return entry->kind = ENTRY_TABLE;
        }

        memcpy(entry->name, name, length + 1);
        if (dir != INODE_DEREGISTERED && length >= COMMIT_SUFFIX_LENGTH &&
            strcmp(name + length - COMMIT_SUFFIX_LENGTH, COMMIT_SUFFIX) == 0)
                return entry->kind = ENTRY_COMMIT;
        if (dir == INODE_DEREGISTERED) {
                lns_error_set(err, LNS_INVALID_INPUT, "a table's name ends in .lance");
                return entry->kind = ENTRY_NONE;
        }
        /* What cannot be a namespace can still be a staged file: change.c asks for what it wants. */
        if (lns_check_name(name, err) < 0)
                return entry->kind = ENTRY_STAGED;
        return entry->kind = ENTRY_NAMESPACE;
}

static enum entry_kind classify_in_versions(uint64_t dir, const char *name, struct entry *entry)
{
        if (strcmp(name, "latest") == 0)
                return fixed(entry, INODE_LATEST, inode_id(dir));
        if (lns_version_parse(name, strlen(name), &entry->version) == 0)
                return entry->kind = ENTRY_VERSION;
        return entry->kind = ENTRY_STAGED;
}

static enum entry_kind classify_in_control(uint64_t dir, const char *name, struct entry *entry)
{
        static const struct {
                const char *name;
                enum control_id id;
        } files[] = {
                { "status", CONTROL_STATUS },
                { "changes", CONTROL_CHANGES },
                { "errors", CONTROL_ERRORS },
                { "transactions", CONTROL_TRANSACTIONS },
        };

        uint64_t number;

        if (inode_id(dir) == CONTROL_TRANSACTIONS &&
            lns_version_parse(name, strlen(name), &number) == 0) {
                memcpy(entry->name, name, strlen(name) + 1);
                return entry->kind = ENTRY_TRANSACTION;
        }
        if (inode_id(dir) != CONTROL_DIRECTORY)
                return entry->kind = ENTRY_NONE;
        for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
                if (strcmp(name, files[i].name) == 0)
                        return fixed(entry, INODE_CONTROL, files[i].id);
        if (strcmp(name, "deregistered") == 0) {
                entry->ino = INODE_DEREGISTERED;
                return entry->kind = ENTRY_FIXED;
        }
        return entry->kind = ENTRY_NONE;
}

static enum entry_kind classify_in_table(uint64_t dir, const char *name, struct entry *entry)
{
        if (strcmp(name, "tags") == 0)
                return fixed(entry, INODE_TAGS, inode_id(dir));
        if (strcmp(name, "versions") == 0)
                return fixed(entry, INODE_VERSIONS, inode_id(dir));
        if (strcmp(name, ".table.json") == 0)
                return fixed(entry, INODE_TABLE_JSON, inode_id(dir));
        return entry->kind = ENTRY_NONE;
}

enum entry_kind tree_classify(uint64_t dir, const char *name, struct entry *entry,
                              struct lns_error *err)
{
        size_t length = strlen(name);

        entry->ino = 0;
        entry->version = 0;
        entry->name[0] = '\0';
        entry->kind = ENTRY_NONE;

        if (length > FS_NAME_MAX) {
                lns_error_set_errno(err, LNS_INVALID_INPUT, ENAMETOOLONG,
                                    "a file name has at most %d bytes", FS_NAME_MAX);
                return ENTRY_NONE;
        }
        if (is_debris(name))
                return entry->kind = ENTRY_DEBRIS;

        switch (inode_kind(dir)) {
        case INODE_NAMESPACE:
                return classify_in_namespace(dir, name, entry, err);
        case INODE_TAGS:
                memcpy(entry->name, name, length + 1);
                return entry->kind = lns_check_tag(name, NULL) == 0 ? ENTRY_TAG : ENTRY_STAGED;
        case INODE_VERSIONS:
                memcpy(entry->name, name, length + 1);
                return classify_in_versions(dir, name, entry);
        case INODE_TABLE:
                classify_in_table(dir, name, entry);
                break;
        case INODE_CONTROL:
                classify_in_control(dir, name, entry);
                break;
        default:
                break;
        }
        if (entry->kind == ENTRY_NONE)
                lns_error_set_errno(err, LNS_PERMISSION_DENIED, EPERM,
                                    "nothing can be made under this name here");
        return entry->kind;
}

/* Both fronts show one owner where the mount was told to. */
static void finish(const struct fs *fs, struct stat *st)
{
        if (fs->options->has_uid)
                st->st_uid = fs->options->uid;
        if (fs->options->has_gid)
                st->st_gid = fs->options->gid;
        st->st_mode &= ~(fs->options->umask & 0777);
        st->st_blksize = 4096;
        st->st_blocks = (st->st_size + 511) / 512;
}

static struct timespec from_millis(int64_t millis)
{
        struct timespec ts = { .tv_sec = millis / 1000, .tv_nsec = millis % 1000 * 1000000 };

        if (ts.tv_nsec < 0) {
                ts.tv_sec--;
                ts.tv_nsec += 1000000000;
        }
        return ts;
}

static void set_times(struct stat *st, int64_t modified_ms, int64_t changed_ms)
{
        st->st_mtim = st->st_atim = from_millis(modified_ms);
        st->st_ctim = from_millis(changed_ms > modified_ms ? changed_ms : modified_ms);
}

/* A node, or a fixed part of the one in `node`. */
static void part_stat(const struct fs *fs, const struct lns_node *node, enum inode_kind kind,
                      struct stat *st)
{
        memset(st, 0, sizeof(*st));
        st->st_ino = inode_make(kind, node->id);
        st->st_uid = node->uid;
        st->st_gid = node->gid;
        /* Directories say 1, "not counted", as btrfs does: counting would cost a query. */
        st->st_nlink = 1;
        set_times(st, node->updated_ms, node->changed_ms);

        switch (kind) {
        case INODE_NAMESPACE:
        case INODE_TABLE:
                st->st_mode = S_IFDIR | (node->mode & 07777);
                break;
        case INODE_TAGS:
                st->st_mode = S_IFDIR | (node->mode & 07777);
                set_times(st, node->tags_ms, node->tags_ms);
                break;
        case INODE_VERSIONS:
                st->st_mode = S_IFDIR | (node->mode & 07777);
                set_times(st, node->versions_ms, node->versions_ms);
                break;
        case INODE_TAG:
                st->st_mode = S_IFREG | (node->mode & 0666);
                st->st_size = (off_t)node->size;
                break;
        case INODE_VERSION:
        case INODE_RECEIPT:
        case INODE_TRANSACTION:
                st->st_mode = S_IFREG | (node->mode & 0444);
                st->st_size = (off_t)node->size;
                break;
        case INODE_LATEST:
                st->st_mode = S_IFLNK | 0777;
                st->st_size = snprintf(NULL, 0, "%" PRIu64, node->version);
                set_times(st, node->versions_ms, node->versions_ms);
                break;
        default:
                st->st_mode = S_IFREG | (node->mode & 0444);
                break;
        }
        finish(fs, st);
}

void tree_node_stat(const struct fs *fs, const struct lns_node *node, struct stat *ret_stat)
{
        part_stat(fs, node, (enum inode_kind)node->kind, ret_stat);
}

static int control_stat(struct fs *fs, uint64_t ino, struct stat *st, struct lns_error *err)
{
        struct lns_node root;
        char *text = NULL;
        size_t length = 0;

        if (lns_catalog_describe_node(fs->catalog, LNS_NODE_NAMESPACE, LNS_NODE_ROOT, &root, err) <
            0)
                return -1;
        memset(st, 0, sizeof(*st));
        st->st_ino = ino;
        st->st_uid = root.uid;
        st->st_gid = root.gid;
        st->st_nlink = 1;
        st->st_mode = S_IFREG | (root.mode & 0444);
        set_times(st, fs->started_ms, fs->started_ms);

        switch (inode_id(ino)) {
        case CONTROL_DIRECTORY:
        case CONTROL_TRANSACTIONS:
                st->st_mode = S_IFDIR | (root.mode & 0555);
                break;
        case CONTROL_CHANGES: {
                uint64_t size;
                int64_t updated_ms;

                if (lns_catalog_describe_changes(fs->catalog, &size, &updated_ms, err) < 0)
                        return -1;
                st->st_size = (off_t)size;
                set_times(st, updated_ms, updated_ms);
                break;
        }
        case CONTROL_STATUS:
        case CONTROL_ERRORS:
                if (content_of(fs, ino, &text, &length, err) < 0)
                        return -1;
                free(text);
                st->st_size = (off_t)length;
                break;
        default:
                return lns_error_set(err, LNS_INTERNAL, "no such control file");
        }
        finish(fs, st);
        return 0;
}

/* A file whose size is that of its text. */
static int json_stat(struct fs *fs, uint64_t ino, const struct lns_node *node, struct stat *st,
                     struct lns_error *err)
{
        char *text;
        size_t length;

        if (content_of(fs, ino, &text, &length, err) < 0)
                return -1;
        free(text);
        part_stat(fs, node, inode_kind(ino), st);
        st->st_size = (off_t)length;
        finish(fs, st);
        return 0;
}

int tree_stat(struct fs *fs, uint64_t ino, struct stat *ret_stat, struct lns_error *err)
{
        enum inode_kind kind = inode_kind(ino);
        enum lns_node_kind node_kind;
        struct lns_node node;

        switch (kind) {
        case INODE_NAMESPACE:
        case INODE_TABLE:
        case INODE_TAG:
        case INODE_VERSION:
        case INODE_RECEIPT:
        case INODE_TRANSACTION:
                node_kind = (enum lns_node_kind)kind;
                break;
        case INODE_NAMESPACE_JSON:
                node_kind = LNS_NODE_NAMESPACE;
                break;
        case INODE_TABLE_JSON:
        case INODE_LATEST:
        case INODE_TAGS:
        case INODE_VERSIONS:
                node_kind = LNS_NODE_TABLE;
                break;
        case INODE_CONTROL:
                return control_stat(fs, ino, ret_stat, err);
        default:
                return lns_error_set_errno(err, LNS_INTERNAL, ENOENT, "no such node");
        }

        if (lns_catalog_describe_node(fs->catalog, node_kind, inode_id(ino), &node, err) < 0)
                return -1;
        if (kind == INODE_LATEST && node.version == 0)
                return lns_error_set(err, LNS_TABLE_VERSION_NOT_FOUND, "table '%s' has no version",
                                     node.name);
        if (kind == INODE_NAMESPACE_JSON || kind == INODE_TABLE_JSON)
                return json_stat(fs, ino, &node, ret_stat, err);
        part_stat(fs, &node, kind, ret_stat);
        return 0;
}

static int lookup_node(struct fs *fs, uint64_t dir, const struct entry *entry, struct stat *st,
                       struct lns_error *err)
{
        static const enum lns_node_kind kinds[] = {
                [ENTRY_NAMESPACE] = LNS_NODE_NAMESPACE,
                [ENTRY_TABLE] = LNS_NODE_TABLE,
                [ENTRY_TAG] = LNS_NODE_TAG,
                [ENTRY_VERSION] = LNS_NODE_VERSION,
                [ENTRY_COMMIT] = LNS_NODE_RECEIPT,
                [ENTRY_TRANSACTION] = LNS_NODE_TRANSACTION,
        };
        bool in_table = inode_kind(dir) == INODE_TAGS || inode_kind(dir) == INODE_VERSIONS;
        enum lns_node_kind parent_kind = in_table ? LNS_NODE_TABLE : LNS_NODE_NAMESPACE;
        uint64_t parent = entry->kind == ENTRY_TRANSACTION ? LNS_NODE_ROOT : inode_id(dir);
        struct lns_node node;

        if (entry->kind == ENTRY_COMMIT && tree_is_bare_commit(entry->name))
                return lns_error_set_errno(err, LNS_INVALID_INPUT, ENOENT, "no such file");
        if (lns_catalog_lookup_node(fs->catalog, parent_kind, parent, kinds[entry->kind],
                                    entry->name, &node, err) < 0)
                return -1;
        tree_node_stat(fs, &node, st);
        return 0;
}

int tree_lookup(struct fs *fs, uint64_t dir, const char *name, struct entry *ret_entry,
                struct stat *ret_stat, struct lns_error *err)
{
        int result;

        switch (tree_classify(dir, name, ret_entry, err)) {
        case ENTRY_NONE:
                /* A name that nothing can have is not there; only its length is a fault of its own. */
                if (lns_error_errno(err) != ENAMETOOLONG || strlen(name) <= FS_NAME_MAX)
                        lns_error_set_errno(err, LNS_INVALID_INPUT, ENOENT, "no such file");
                return -1;
        case ENTRY_DEBRIS:
                return lns_error_set_errno(err, LNS_INVALID_INPUT, ENOENT, "no such file");
        case ENTRY_FIXED:
                return tree_stat(fs, ret_entry->ino, ret_stat, err);
        case ENTRY_STAGED:
                break;
        default:
                result = lookup_node(fs, dir, ret_entry, ret_stat, err);
                if (result == 0 || lns_error_errno(err) != ENOENT)
                        return result;
                break;
        }

        if (!tree_can_stage(dir))
                return lns_error_set_errno(err, LNS_INVALID_INPUT, ENOENT, "no such file");
        result = staging_stat(fs, dir, name, ret_stat);
        if (result < 0)
                return lns_error_set_errno(err, LNS_INTERNAL, -result, "no such file");
        ret_entry->kind = ENTRY_STAGED;
        return 0;
}

int tree_ident(struct fs *fs, uint64_t ino, struct lns_ident *ret_ident, struct lns_error *err)
{
        enum lns_node_kind kind = LNS_NODE_TABLE;

        switch (inode_kind(ino)) {
        case INODE_NAMESPACE:
        case INODE_NAMESPACE_JSON:
                kind = LNS_NODE_NAMESPACE;
                break;
        case INODE_TAG:
                kind = LNS_NODE_TAG;
                break;
        case INODE_VERSION:
                kind = LNS_NODE_VERSION;
                break;
        default:
                break;
        }
        return lns_catalog_identify_node(fs->catalog, kind, inode_id(ino), ret_ident, err);
}

void tree_path(struct fs *fs, uint64_t dir, const char *name, char *buf, size_t size)
{
        struct lns_ident ident = { 0 };
        size_t used = 0;
        bool table = false;

        if (inode_kind(dir) == INODE_CONTROL || dir == INODE_DEREGISTERED) {
                snprintf(buf, size, "/.lancefs%s/%s",
                         dir == INODE_DEREGISTERED ? "/deregistered" : "", name);
                return;
        }
        if (tree_ident(fs, dir, &ident, NULL) < 0) {
                snprintf(buf, size, "?/%s", name);
                return;
        }
        switch (inode_kind(dir)) {
        case INODE_TABLE:
        case INODE_TAGS:
        case INODE_VERSIONS:
        case INODE_TAG:
        case INODE_VERSION:
                table = true;
                break;
        default:
                break;
        }
        for (size_t i = 0; i < ident.n_parts && used < size; i++)
                used += (size_t)snprintf(buf + used, size - used, "/%s%s", ident.parts[i],
                                         table && i + 1 == ident.n_parts ? TABLE_SUFFIX : "");
        if (used < size)
                snprintf(buf + used, size - used, "%s%s%s",
                         inode_kind(dir) == INODE_TAGS       ? "/tags"
                         : inode_kind(dir) == INODE_VERSIONS ? "/versions"
                                                             : "",
                         *name || used == 0 ? "/" : "", name);
        lns_ident_clear(&ident);
}
