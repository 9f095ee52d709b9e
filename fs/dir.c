/* Listings. They page through an index of the catalog and hold nothing but the names of staged files.
 *
 * The offset of an entry says where to go on behind it, in every process and after any change:
 *
 *     1 to 15            the fixed entries, in their order
 *     16 to 2^60 - 1     staged files, by their place in this handle's list
 *     2^60 + id          namespaces, tags; 2^60 + number: versions
 *     2^61 + id          tables
 *     2^61 + 2^60 + id   receipts
 */
#include "fs/fuse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs/handle.h"

#define FIRST_STAGED 16
#define FIRST_OBJECT ((uint64_t)1 << 60)
#define FIRST_TABLE ((uint64_t)1 << 61)
#define FIRST_RECEIPT (FIRST_TABLE + FIRST_OBJECT)

struct dir_handle {
        struct opened opened;
        pthread_mutex_t mutex; /* protects the list */
        char **staged;
        size_t n_staged;
        bool listed;
};

/* One answer being filled. */
struct page {
        fuse_req_t req;
        struct fs *fs;
        uint64_t dir;
        char *buf;
        size_t size, used;
        uint64_t first; /* offset of the node that has id 0 */
        bool plus;
        bool full;
};

static void staged_names_free(struct dir_handle *handle)
{
        for (size_t i = 0; i < handle->n_staged; i++)
                free(handle->staged[i]);
        free(handle->staged);
        handle->staged = NULL;
        handle->n_staged = 0;
        handle->listed = false;
}

static void release_directory(struct opened *opened)
{
        struct dir_handle *handle = (struct dir_handle *)opened;

        opened_remove(opened);
        staged_names_free(handle);
        pthread_mutex_destroy(&handle->mutex);
        free(handle);
}

void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        struct dir_handle *handle;

        fs_of(req);
        (void)ino;
        handle = calloc(1, sizeof(*handle));
        if (!handle) {
                reply_errno(req, ENOMEM);
                return;
        }
        pthread_mutex_init(&handle->mutex, NULL);
        opened_add(&handle->opened, release_directory);
        fi->fh = (uint64_t)(uintptr_t)handle;
        if (fuse_reply_open(req, fi) < 0)
                release_directory(&handle->opened);
}

void op_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        struct dir_handle *handle = (struct dir_handle *)(uintptr_t)fi->fh;

        (void)ino;
        release_directory(&handle->opened);
        reply_errno(req, 0);
}

/* Put one entry; false when the answer is full. */
static bool put(struct page *page, const char *name, const struct entry *entry,
                const struct stat *st, uint64_t next)
{
        size_t length, room = page->size - page->used;

        if (page->plus) {
                struct fuse_entry_param param = { .attr = *st };
                bool dots = name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));

                length = fuse_add_direntry_plus(page->req, NULL, 0, name, NULL, 0);
                if (length > room)
                        goto full;
                if (!dots && fill_entry(page->fs, page->dir, name, entry, st, &param) < 0)
                        goto full;
                fuse_add_direntry_plus(page->req, page->buf + page->used, room, name, &param,
                                       (off_t)next);
        } else {
                length = fuse_add_direntry(page->req, page->buf + page->used, room, name, st,
                                           (off_t)next);
                if (length > room)
                        goto full;
        }
        page->used += length;
        return true;

full:
        page->full = true;
        return false;
}

/* snprintf() was a fifth of the time of listing 100,000 versions. */
static void print_number(char *buf, uint64_t number)
{
        char digits[20];
        size_t n = 0;

        do
                digits[n++] = (char)('0' + number % 10);
        while (number /= 10);
        while (n > 0)
                *buf++ = digits[--n];
        *buf = '\0';
}

static bool put_node(void *context, const struct lns_node *node)
{
        static const enum entry_kind kinds[] = {
                [LNS_NODE_NAMESPACE] = ENTRY_NAMESPACE,
                [LNS_NODE_TABLE] = ENTRY_TABLE,
                [LNS_NODE_TAG] = ENTRY_TAG,
                [LNS_NODE_VERSION] = ENTRY_VERSION,
                [LNS_NODE_RECEIPT] = ENTRY_COMMIT,
                [LNS_NODE_TRANSACTION] = ENTRY_TRANSACTION,
        };
        struct page *page = context;
        struct entry entry;
        uint64_t after = node->kind == LNS_NODE_VERSION ? node->version : node->id;
        uint64_t next = after > INT64_MAX - page->first ? INT64_MAX : page->first + after;
        char name[FS_NAME_MAX + 1];
        struct stat st;

        switch (node->kind) {
        case LNS_NODE_TABLE:
                snprintf(name, sizeof(name), "%s.lance", node->name);
                break;
        case LNS_NODE_TRANSACTION:
                print_number(name, node->id);
                break;
        case LNS_NODE_VERSION:
                print_number(name, node->version);
                break;
        default:
                memcpy(name, node->name, sizeof(node->name));
                break;
        }
        /* One bad name would make the kernel refuse the whole listing; the catalog never makes one,
         * but a database can be written by others. */
        if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
                return true;

        entry.kind = kinds[node->kind]; /* nothing else of it counts for what has a node */
        if (page->plus) {
                tree_node_stat(page->fs, node, &st);
        } else {
                memset(&st, 0, sizeof(st));
                st.st_ino = inode_make((enum inode_kind)node->kind, node->id);
                st.st_mode = node->kind <= LNS_NODE_TABLE ? S_IFDIR : S_IFREG;
        }
        return put(page, name, &entry, &st, next);
}

/* The entries that every directory of a kind has, in the order in which rm -r shall find them. */
static size_t fixed_names(uint64_t dir, const char *names[8])
{
        size_t n = 0;

        names[n++] = ".";
        names[n++] = "..";
        switch (inode_kind(dir)) {
        case INODE_NAMESPACE:
                if (dir == INODE_ROOT)
                        names[n++] = ".lancefs";
                if (dir != INODE_DEREGISTERED)
                        names[n++] = ".namespace.json";
                break;
        case INODE_TABLE:
                names[n++] = ".table.json";
                names[n++] = "tags";
                names[n++] = "versions";
                break;
        case INODE_VERSIONS:
                names[n++] = "latest";
                break;
        case INODE_CONTROL:
                if (inode_id(dir) != CONTROL_DIRECTORY)
                        break;
                names[n++] = "status";
                names[n++] = "changes";
                names[n++] = "errors";
                names[n++] = "transactions";
                names[n++] = "deregistered";
                break;
        default:
                break;
        }
        return n;
}

static int put_fixed(struct page *page, uint64_t off, struct lns_error *err)
{
        const char *names[8];
        size_t n = fixed_names(page->dir, names);

        for (size_t i = (size_t)off; i < n; i++) {
                struct entry entry = { .kind = ENTRY_FIXED };
                struct stat st;

                if (i < 2) {
                        memset(&st, 0, sizeof(st));
                        st.st_ino = page->dir;
                        st.st_mode = S_IFDIR;
                } else if (tree_lookup(page->fs, page->dir, names[i], &entry, &st, err) < 0) {
                        if (lns_error_errno(err) == ENOENT)
                                continue; /* latest of a table without versions */
                        return -1;
                }
                if (!put(page, names[i], &entry, &st, i + 1))
                        return 0;
        }
        return 0;
}

static int put_staged(struct page *page, struct dir_handle *handle, uint64_t off)
{
        struct entry entry = { .kind = ENTRY_STAGED };
        size_t first = off < FIRST_STAGED ? 0 : (size_t)(off - FIRST_STAGED);
        int result = 0;

        if (!tree_can_stage(page->dir))
                return 0;
        pthread_mutex_lock(&handle->mutex);
        if (first == 0)
                staged_names_free(handle); /* from the start again: look again */
        if (!handle->listed) {
                result = staging_list(page->fs, page->dir, &handle->staged, &handle->n_staged);
                handle->listed = result == 0;
        }
        for (size_t i = first; i < handle->n_staged; i++) {
                struct stat st;

                if (staging_stat(page->fs, page->dir, handle->staged[i], &st) == 0 &&
                    !put(page, handle->staged[i], &entry, &st, FIRST_STAGED + i + 1))
                        break;
        }
        pthread_mutex_unlock(&handle->mutex);
        return result;
}

static int put_nodes(struct page *page, enum lns_node_kind kind, uint64_t first, uint64_t off,
                     struct lns_error *err)
{
        uint64_t parent = kind == LNS_NODE_TRANSACTION ? LNS_NODE_ROOT : inode_id(page->dir);

        page->first = first;
        return lns_catalog_list_nodes(page->fs->catalog, parent, kind,
                                      off > first ? off - first : 0, page->plus, put_node, page,
                                      err);
}

static int fill(struct page *page, struct dir_handle *handle, uint64_t off, struct lns_error *err)
{
        int result;

        if (off < FIRST_STAGED && put_fixed(page, off, err) < 0)
                return -1;
        if (!page->full && off < FIRST_OBJECT) {
                result = put_staged(page, handle, off);
                if (result < 0)
                        return lns_error_set_errno(err, LNS_INTERNAL, -result,
                                                   "cannot list staged files: %s",
                                                   strerror(-result));
        }
        if (page->full || off == INT64_MAX)
                return 0;

        switch (inode_kind(page->dir)) {
        case INODE_NAMESPACE:
                if (off < FIRST_TABLE &&
                    put_nodes(page, LNS_NODE_NAMESPACE, FIRST_OBJECT, off, err) < 0)
                        return -1;
                if (!page->full && off < FIRST_RECEIPT &&
                    put_nodes(page, LNS_NODE_TABLE, FIRST_TABLE, off, err) < 0)
                        return -1;
                return page->full ? 0 : put_nodes(page, LNS_NODE_RECEIPT, FIRST_RECEIPT, off, err);
        case INODE_CONTROL:
                return inode_id(page->dir) == CONTROL_TRANSACTIONS
                               ? put_nodes(page, LNS_NODE_TRANSACTION, FIRST_OBJECT, off, err)
                               : 0;
        case INODE_TAGS:
                return put_nodes(page, LNS_NODE_TAG, FIRST_OBJECT, off, err);
        case INODE_VERSIONS:
                return put_nodes(page, LNS_NODE_VERSION, FIRST_OBJECT, off, err);
        default:
                return 0;
        }
}

static void reply_page(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                       struct fuse_file_info *fi, bool plus)
{
        struct lns_error err = LNS_ERROR_INIT;
        struct page page = { .req = req, .fs = fs_of(req), .dir = ino, .size = size, .plus = plus };

        page.buf = malloc(size);
        if (!page.buf) {
                reply_errno(req, ENOMEM);
                return;
        }
        /* What was put before a failure counts as looked up, so it must be sent. */
        if (fill(&page, (struct dir_handle *)(uintptr_t)fi->fh, (uint64_t)off, &err) < 0 &&
            page.used == 0)
                reply_refused(req, "readdir", ino, "", &err, lns_error_errno(&err));
        else
                fuse_reply_buf(req, page.buf, page.used);
        free(page.buf);
}

void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi)
{
        reply_page(req, ino, size, off, fi, false);
}

void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                    struct fuse_file_info *fi)
{
        reply_page(req, ino, size, off, fi, true);
}
