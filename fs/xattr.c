/* Extended attributes: what the response of an operation has and the file's text does not.
 *
 * user.lance.<field> is read-only; user.lance.property.<key> of a namespace or table can be set. */
#include "fs/fuse.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "util/util.h"

#define PREFIX "user.lance."
#define PROPERTY_PREFIX PREFIX "property."
#define METADATA_PREFIX PREFIX "metadata."
#define ERROR_NAME PREFIX "error"

/* Attributes of one node, gathered for one request. */
struct attributes {
        struct lns_map map;
        bool failed;
};

static void add(struct attributes *attributes, const char *prefix, const char *name,
                const char *value)
{
        char full[XATTR_NAME_MAX + 1];

        /* A key that the kernel could not carry is left out; the JSON file has it. */
        if (!value || (size_t)snprintf(full, sizeof(full), "%s%s", prefix, name) >= sizeof(full))
                return;
        if (lns_map_set(&attributes->map, full, value, NULL) < 0)
                attributes->failed = true;
}

static void add_number(struct attributes *attributes, const char *name, int64_t number)
{
        char text[24];

        snprintf(text, sizeof(text), "%" PRId64, number);
        add(attributes, PREFIX, name, text);
}

static void add_map(struct attributes *attributes, const char *prefix, const struct lns_map *map)
{
        for (size_t i = 0; i < map->n_entries; i++)
                add(attributes, prefix, map->entries[i].key, map->entries[i].value);
}

static int gather_namespace(struct fs *fs, uint64_t id, struct attributes *ret,
                            struct lns_error *err)
{
        cleanup_(
                lns_describe_namespace_response_clear) struct lns_describe_namespace_response ns = {
                0
        };

        if (lns_catalog_describe_namespace_node(fs->catalog, id, &ns, err) < 0)
                return -1;
        add_map(ret, PROPERTY_PREFIX, &ns.properties);
        return 0;
}

static int gather_table(struct fs *fs, uint64_t id, struct attributes *ret, struct lns_error *err)
{
        cleanup_(
                lns_describe_table_response_clear) struct lns_describe_table_response table = { 0 };

        if (lns_catalog_describe_table_node(fs->catalog, id, &table, err) < 0)
                return -1;
        add(ret, PREFIX, "location", table.location);
        if (table.version)
                add_number(ret, "version", (int64_t)table.version);
        add(ret, PREFIX, "managed_versioning", table.managed_versioning ? "true" : "false");
        add(ret, PREFIX, "is_only_declared", table.is_only_declared ? "true" : "false");
        add_map(ret, PROPERTY_PREFIX, &table.properties);
        return 0;
}

static int gather_tag(struct fs *fs, uint64_t id, struct attributes *ret, struct lns_error *err)
{
        cleanup_(lns_table_tag_clear) struct lns_table_tag tag = { 0 };

        if (lns_catalog_describe_tag_node(fs->catalog, id, &tag, err) < 0)
                return -1;
        add_number(ret, "version", (int64_t)tag.version);
        add(ret, PREFIX, "branch", tag.branch);
        add_number(ret, "manifest_size", tag.manifest_size);
        add_number(ret, "created_millis", tag.created_millis);
        add_number(ret, "updated_millis", tag.updated_millis);
        return 0;
}

static int gather_version(struct fs *fs, uint64_t id, struct attributes *ret, struct lns_error *err)
{
        cleanup_(lns_table_version_clear) struct lns_table_version version = { 0 };
        enum lns_naming_scheme scheme;

        if (lns_catalog_describe_version_node(fs->catalog, id, &version, &scheme, err) < 0)
                return -1;
        add_number(ret, "version", (int64_t)version.version);
        add(ret, PREFIX, "manifest_path", version.manifest_path);
        if (version.manifest_size >= 0)
                add_number(ret, "manifest_size", version.manifest_size);
        add(ret, PREFIX, "e_tag", version.e_tag);
        add_number(ret, "timestamp_millis", version.timestamp_millis);
        add(ret, PREFIX, "naming_scheme", scheme == LNS_NAMING_SCHEME_V1 ? "V1" : "V2");
        add_map(ret, METADATA_PREFIX, &version.metadata);
        return 0;
}

/* The error beside a staged file. */
static int gather_staged(struct fs *fs, uint64_t ino, struct attributes *ret)
{
        cleanup_(free_pointer) char *text = NULL;
        char name[FS_NAME_MAX + 16];
        struct node_place place;
        struct stat st;
        size_t length;

        if (!nodes_find(fs->nodes, ino, &place) || place.gone)
                return 0;
        snprintf(name, sizeof(name), "%s.error", place.name);
        if (strlen(name) <= FS_NAME_MAX && staging_stat(fs, place.dir, name, &st) == 0 &&
            (st.st_mode & 07777) == 0400 &&
            staging_read(fs, place.dir, name, LNS_MAP_VALUE_MAX, &text, &length) == 0)
                add(ret, "", ERROR_NAME, text);
        return 0;
}

static int gather(struct fs *fs, uint64_t ino, struct attributes *ret, struct lns_error *err)
{
        switch (inode_kind(ino)) {
        case INODE_NAMESPACE:
                return gather_namespace(fs, inode_id(ino), ret, err);
        case INODE_TABLE:
                return gather_table(fs, inode_id(ino), ret, err);
        case INODE_TAG:
                return gather_tag(fs, inode_id(ino), ret, err);
        case INODE_VERSION:
                return gather_version(fs, inode_id(ino), ret, err);
        case INODE_STAGED:
                return gather_staged(fs, ino, ret);
        default:
                return 0;
        }
}

/* The answer of getxattr and listxattr: the bytes, or how many there are when size is 0. */
static void reply_bytes(fuse_req_t req, const char *bytes, size_t length, size_t size)
{
        if (size == 0)
                fuse_reply_xattr(req, length);
        else if (length > size)
                reply_errno(req, ERANGE);
        else
                fuse_reply_buf(req, bytes, length);
}

void op_getxattr(fuse_req_t req, fuse_ino_t ino, const char *name, size_t size)
{
        struct fs *fs = fs_of(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct attributes attributes = { 0 };
        const char *value;

        /* ls -l asks for ACLs and labels of every file: no need to look anything up. */
        if (strncmp(name, PREFIX, sizeof(PREFIX) - 1) != 0) {
                reply_errno(req, strncmp(name, "user.", 5) == 0 ? ENODATA : EOPNOTSUPP);
                return;
        }
        if (gather(fs, ino, &attributes, &err) < 0) {
                reply_errno(req, lns_error_errno(&err));
        } else {
                value = lns_map_get(&attributes.map, name);
                if (value)
                        reply_bytes(req, value, strlen(value), size);
                else
                        reply_errno(req, attributes.failed ? ENOMEM : ENODATA);
        }
        lns_map_clear(&attributes.map);
}

void op_listxattr(fuse_req_t req, fuse_ino_t ino, size_t size)
{
        struct fs *fs = fs_of(req);
        struct lns_error err = LNS_ERROR_INIT;
        struct attributes attributes = { 0 };
        size_t length = 0, used = 0;
        char *names = NULL;

        if (gather(fs, ino, &attributes, &err) < 0) {
                reply_errno(req, lns_error_errno(&err));
                goto out;
        }
        for (size_t i = 0; i < attributes.map.n_entries; i++)
                length += strlen(attributes.map.entries[i].key) + 1;
        names = malloc(length + 1);
        if (!names || attributes.failed) {
                reply_errno(req, ENOMEM);
                goto out;
        }
        for (size_t i = 0; i < attributes.map.n_entries; i++) {
                size_t n = strlen(attributes.map.entries[i].key) + 1;

                memcpy(names + used, attributes.map.entries[i].key, n);
                used += n;
        }
        /* More names than the kernel can carry: an error would hide them all. */
        reply_bytes(req, names, length, size);
out:
        free(names);
        lns_map_clear(&attributes.map);
}

/* Is this a property of something that has properties? */
static int check_settable(uint64_t ino, const char *name)
{
        if (inode_kind(ino) != INODE_NAMESPACE && inode_kind(ino) != INODE_TABLE)
                return EOPNOTSUPP;
        if (strncmp(name, PROPERTY_PREFIX, sizeof(PROPERTY_PREFIX) - 1) == 0)
                return 0;
        return strncmp(name, PREFIX, sizeof(PREFIX) - 1) == 0 ? EACCES : EOPNOTSUPP;
}

static void set_property(fuse_req_t req, const char *operation, fuse_ino_t ino, const char *name,
                         const char *value, enum lns_property_mode mode)
{
        struct fs *fs = fuse_req_userdata(req);
        struct lns_caller caller = caller_of(req);
        struct lns_error err = LNS_ERROR_INIT;

        if (lns_catalog_set_node_property(fs->catalog, &caller, (enum lns_node_kind)inode_kind(ino),
                                          inode_id(ino), name + sizeof(PROPERTY_PREFIX) - 1, value,
                                          mode, &err) < 0)
                reply_refused(req, operation, ino, "", &err, lns_error_errno(&err));
        else
                reply_errno(req, 0);
}

void op_setxattr(fuse_req_t req, fuse_ino_t ino, const char *name, const char *value, size_t size,
                 int flags)
{
        enum lns_property_mode mode = flags & XATTR_CREATE    ? LNS_PROPERTY_CREATE_ONLY
                                      : flags & XATTR_REPLACE ? LNS_PROPERTY_REPLACE_ONLY
                                                              : LNS_PROPERTY_ANY;
        int sys = check_settable(ino, name);
        char *text;

        fs_of(req);
        if (sys == 0 && memchr(value, '\0', size))
                sys = EINVAL; /* JSON could not carry it */
        if (sys) {
                reply_errno(req, sys);
                return;
        }
        text = strndup(value, size);
        if (text)
                set_property(req, "setxattr", ino, name, text, mode);
        else
                reply_errno(req, ENOMEM);
        free(text);
}

void op_removexattr(fuse_req_t req, fuse_ino_t ino, const char *name)
{
        int sys = check_settable(ino, name);

        fs_of(req);
        if (sys)
                reply_errno(req, sys);
        else
                set_property(req, "removexattr", ino, name, NULL, LNS_PROPERTY_ANY);
}
