/* floor_fs: the least that a FUSE filesystem of lancefs's shape can cost.
 *
 * A tree in memory behind libfuse's low-level API: no SQL, no JSON, nothing on disk, and every
 * timeout is 0, as with cache=strict. The benchmark makes the same calls on it and on lancefs, so
 * the difference is lancefs's own work and not the kernel's, libfuse's or the machine's.
 *
 *     floor_fs [FUSE options] --table=NAME=N... MOUNTPOINT
 *
 * makes prod/NAME.lance with .table.json, tags/gold, versions/1 to versions/N and versions/latest.
 * It stays in the foreground. -s runs one thread; otherwise the session is set up as lancefs's.
 *
 * An inode number is the address of its node; st_ino is a count. No node is ever freed: no FORGET.
 */
#define FUSE_USE_VERSION 312

#include <errno.h>
#include <fuse_lowlevel.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A staged version is below 1 KiB; the rest is room for a batch. */
#define CONTENT_MAX (64 * 1024)

/* Short chains for some 100,000 nodes. A power of two. */
#define N_BUCKETS ((size_t)1 << 18)

/* The largest READDIR that Linux sends. */
#define LISTING_MAX (128 * 1024)

/* Threads that wait for requests, and all of them: fs/mount.c. */
#define IDLE_THREADS 10
#define MAX_THREADS 64

/* Cookies 1 and 2 follow "." and ".."; the child in slot i is followed by i + 3. */
#define COOKIES_BEFORE_CHILDREN 2

struct node {
        struct node *next;      /* in its hash bucket */
        struct node *parent;    /* NULL: has no name any more */
        char *name;             /* owned */
        struct node **children; /* directory: owned; NULL where a child has left */
        size_t n_children;      /* slots in use, the NULL ones included */
        size_t max_children;
        size_t slot;   /* in parent->children */
        char *content; /* file: its bytes, symlink: its target; owned */
        struct stat attr;
};

struct floor_fs {
        pthread_mutex_t lock; /* all below; never held while a reply is sent */
        struct node root;
        struct node **buckets; /* N_BUCKETS chains, by parent and name */
        ino_t last_ino;
        uid_t uid; /* of everything */
        gid_t gid;
};

static void *must(void *memory)
{
        if (!memory) {
                fputs("floor_fs: out of memory\n", stderr);
                exit(1);
        }
        return memory;
}

/* --- the tree; the caller holds the lock --- */

static size_t hash(const struct node *parent, const char *name)
{
        uint64_t h = UINT64_C(0xcbf29ce484222325) ^ ((uintptr_t)parent >> 4);

        for (; *name; name++)
                h = (h ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
        return (size_t)(h ^ (h >> 32));
}

static struct node **bucket(const struct floor_fs *fs, const struct node *parent, const char *name)
{
        return &fs->buckets[hash(parent, name) & (N_BUCKETS - 1)];
}

static struct node *find(const struct floor_fs *fs, const struct node *parent, const char *name)
{
        struct node *node = *bucket(fs, parent, name);

        while (node && (node->parent != parent || strcmp(node->name, name) != 0))
                node = node->next;
        return node;
}

static void attach(struct floor_fs *fs, struct node *node, struct node *parent, const char *name)
{
        struct node **head;

        node->parent = parent;
        node->name = must(strdup(name));
        head = bucket(fs, parent, name);
        node->next = *head;
        *head = node;

        if (parent->n_children == parent->max_children) {
                parent->max_children = parent->max_children ? parent->max_children * 2 : 8;
                parent->children = must(reallocarray(parent->children, parent->max_children,
                                                     sizeof(struct node *)));
        }
        node->slot = parent->n_children;
        parent->children[parent->n_children++] = node;
}

static void detach(struct floor_fs *fs, struct node *node)
{
        struct node *parent = node->parent;
        struct node **link = bucket(fs, parent, node->name);

        while (*link != node)
                link = &(*link)->next;
        *link = node->next;

        /* Slots are cookies, so the others stay where they are. */
        parent->children[node->slot] = NULL;
        while (parent->n_children > 0 && !parent->children[parent->n_children - 1])
                parent->n_children--;

        free(node->name);
        node->name = NULL;
        node->parent = NULL;
}

static void touch(struct node *node)
{
        clock_gettime(CLOCK_REALTIME_COARSE, &node->attr.st_mtim);
        node->attr.st_ctim = node->attr.st_mtim;
}

static void init_node(struct floor_fs *fs, struct node *node, mode_t mode)
{
        node->attr = (struct stat){
                .st_ino = ++fs->last_ino,
                .st_mode = mode,
                .st_nlink = S_ISDIR(mode) ? 2 : 1,
                .st_uid = fs->uid,
                .st_gid = fs->gid,
                .st_blksize = 4096,
        };
        touch(node);
}

static struct node *add(struct floor_fs *fs, struct node *parent, const char *name, mode_t mode)
{
        struct node *node = must(calloc(1, sizeof(*node)));

        init_node(fs, node, mode);
        attach(fs, node, parent, name);
        return node;
}

static void resize(struct node *node, size_t size)
{
        size_t old = (size_t)node->attr.st_size;

        if (size > old) {
                node->content = must(realloc(node->content, size));
                memset(node->content + old, 0, size - old);
        }
        node->attr.st_size = (off_t)size;
        node->attr.st_blocks = (blkcnt_t)((size + 511) / 512);
}

static struct node *add_text(struct floor_fs *fs, struct node *parent, const char *name,
                             mode_t mode, const char *text)
{
        struct node *node = add(fs, parent, name, mode);

        node->content = must(strdup(text));
        node->attr.st_size = (off_t)strlen(text);
        node->attr.st_blocks = 1;
        return node;
}

static void add_table(struct floor_fs *fs, struct node *namespace, const char *name, uint64_t n)
{
        char text[512];
        struct node *table;
        struct node *versions;

        snprintf(text, sizeof(text), "%s.lance", name);
        table = add(fs, namespace, text, S_IFDIR | 0755);
        snprintf(text, sizeof(text),
                 "{\n  \"table\": \"%s\",\n  \"namespace\": [\"prod\"],\n  \"version\": %" PRIu64
                 ",\n  \"location\": \"file:///nonexistent/tables/0123456789abcdef.lance\",\n"
                 "  \"managed_versioning\": true\n}\n",
                 name, n);
        add_text(fs, table, ".table.json", S_IFREG | 0444, text);
        add_text(fs, add(fs, table, "tags", S_IFDIR | 0755), "gold", S_IFREG | 0644, "1\n");

        versions = add(fs, table, "versions", S_IFDIR | 0755);
        for (uint64_t i = 1; i <= n; i++) {
                char number[24];

                snprintf(number, sizeof(number), "%" PRIu64, i);
                snprintf(text, sizeof(text),
                         "{\n  \"version\": %" PRIu64 ",\n"
                         "  \"manifest_path\": \"/nonexistent/staged/manifest-%" PRIu64 "\",\n"
                         "  \"manifest_size\": 1234,\n  \"e_tag\": \"abc\",\n"
                         "  \"timestamp_millis\": 1700000000000\n}\n",
                         i, i);
                add_text(fs, versions, number, S_IFREG | 0444, text);
        }
        snprintf(text, sizeof(text), "%" PRIu64, n);
        add_text(fs, versions, "latest", S_IFLNK | 0777, text);
}

/* --- requests --- */

static struct node *node_of(struct floor_fs *fs, fuse_ino_t ino)
{
        return ino == FUSE_ROOT_ID ? &fs->root : (struct node *)(uintptr_t)ino;
}

static struct fuse_entry_param entry_of(const struct node *node)
{
        return (struct fuse_entry_param){ .ino = (uintptr_t)node, .attr = node->attr };
}

static void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
        struct floor_fs *fs = fuse_req_userdata(req);
        struct fuse_entry_param entry = { 0 };
        struct node *node;

        pthread_mutex_lock(&fs->lock);
        node = find(fs, node_of(fs, parent), name);
        if (node)
                entry = entry_of(node);
        pthread_mutex_unlock(&fs->lock);

        if (node)
                fuse_reply_entry(req, &entry);
        else
                fuse_reply_err(req, ENOENT);
}

static void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        struct floor_fs *fs = fuse_req_userdata(req);
        struct stat attr;

        (void)fi;
        pthread_mutex_lock(&fs->lock);
        attr = node_of(fs, ino)->attr;
        pthread_mutex_unlock(&fs->lock);
        fuse_reply_attr(req, &attr, 0);
}

static void op_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *want, int set,
                       struct fuse_file_info *fi)
{
        struct floor_fs *fs = fuse_req_userdata(req);
        struct node *node = node_of(fs, ino);
        struct stat attr;

        (void)fi;
        if ((set & FUSE_SET_ATTR_SIZE) && want->st_size > CONTENT_MAX) {
                fuse_reply_err(req, EFBIG);
                return;
        }
        pthread_mutex_lock(&fs->lock);
        if (set & FUSE_SET_ATTR_MODE)
                node->attr.st_mode = (node->attr.st_mode & S_IFMT) | (want->st_mode & ALLPERMS);
        if (set & FUSE_SET_ATTR_SIZE)
                resize(node, (size_t)want->st_size);
        touch(node);
        attr = node->attr;
        pthread_mutex_unlock(&fs->lock);
        fuse_reply_attr(req, &attr, 0);
}

static void op_readlink(fuse_req_t req, fuse_ino_t ino)
{
        struct floor_fs *fs = fuse_req_userdata(req);
        char target[64];

        pthread_mutex_lock(&fs->lock);
        snprintf(target, sizeof(target), "%s", node_of(fs, ino)->content);
        pthread_mutex_unlock(&fs->lock);
        fuse_reply_readlink(req, target);
}

static void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
                      struct fuse_file_info *fi)
{
        struct floor_fs *fs = fuse_req_userdata(req);
        struct node *dir = node_of(fs, parent);
        struct fuse_entry_param entry = { 0 };
        bool exists;

        pthread_mutex_lock(&fs->lock);
        exists = find(fs, dir, name);
        if (!exists)
                entry = entry_of(add(fs, dir, name, S_IFREG | (mode & ALLPERMS)));
        pthread_mutex_unlock(&fs->lock);

        if (exists)
                fuse_reply_err(req, EEXIST);
        else
                fuse_reply_create(req, &entry, fi);
}

static void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
        struct floor_fs *fs = fuse_req_userdata(req);
        struct node *node;

        pthread_mutex_lock(&fs->lock);
        node = find(fs, node_of(fs, parent), name);
        if (node)
                detach(fs, node);
        pthread_mutex_unlock(&fs->lock);
        fuse_reply_err(req, node ? 0 : ENOENT);
}

static void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
                      const char *new_name, unsigned int flags)
{
        struct floor_fs *fs = fuse_req_userdata(req);
        struct node *node;
        struct node *replaced;
        int error = 0;

        if (flags & ~(unsigned int)RENAME_NOREPLACE) {
                fuse_reply_err(req, EINVAL);
                return;
        }
        pthread_mutex_lock(&fs->lock);
        node = find(fs, node_of(fs, parent), name);
        replaced = find(fs, node_of(fs, new_parent), new_name);
        if (!node) {
                error = ENOENT;
        } else if (replaced && (flags || S_ISDIR(replaced->attr.st_mode))) {
                error = EEXIST;
        } else if (replaced != node) {
                if (replaced)
                        detach(fs, replaced);
                detach(fs, node);
                attach(fs, node, node_of(fs, new_parent), new_name);
        }
        pthread_mutex_unlock(&fs->lock);
        fuse_reply_err(req, error);
}

static void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        struct floor_fs *fs = fuse_req_userdata(req);

        if (fi->flags & O_TRUNC) {
                pthread_mutex_lock(&fs->lock);
                resize(node_of(fs, ino), 0);
                touch(node_of(fs, ino));
                pthread_mutex_unlock(&fs->lock);
        }
        /* As lancefs does: no page cache, and a reader has nothing to flush. */
        fi->direct_io = 1;
        fi->noflush = (fi->flags & O_ACCMODE) == O_RDONLY;
        fuse_reply_open(req, fi);
}

static void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                    struct fuse_file_info *fi)
{
        struct floor_fs *fs = fuse_req_userdata(req);
        const struct node *node = node_of(fs, ino);
        char bytes[CONTENT_MAX];

        (void)fi;
        pthread_mutex_lock(&fs->lock);
        if (off >= node->attr.st_size)
                size = 0;
        else if (size > (size_t)(node->attr.st_size - off))
                size = (size_t)(node->attr.st_size - off);
        if (size > 0)
                memcpy(bytes, node->content + off, size);
        pthread_mutex_unlock(&fs->lock);
        fuse_reply_buf(req, bytes, size);
}

static void op_write(fuse_req_t req, fuse_ino_t ino, const char *bytes, size_t size, off_t off,
                     struct fuse_file_info *fi)
{
        struct floor_fs *fs = fuse_req_userdata(req);
        struct node *node = node_of(fs, ino);

        (void)fi;
        if (size > CONTENT_MAX || off > CONTENT_MAX - (off_t)size) {
                fuse_reply_err(req, EFBIG);
                return;
        }
        pthread_mutex_lock(&fs->lock);
        if (node->attr.st_size < off + (off_t)size)
                resize(node, (size_t)off + size);
        memcpy(node->content + off, bytes, size);
        touch(node);
        pthread_mutex_unlock(&fs->lock);
        fuse_reply_write(req, size);
}

static void op_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
        (void)ino;
        (void)fi;
        fuse_reply_err(req, 0);
}

static size_t put_entry(fuse_req_t req, char *buf, size_t room, const char *name,
                        const struct node *node, off_t cookie, bool plus)
{
        struct fuse_entry_param entry;

        if (!plus)
                return fuse_add_direntry(req, buf, room, name, &node->attr, cookie);
        entry = entry_of(node);
        return fuse_add_direntry_plus(req, buf, room, name, &entry, cookie);
}

static void list(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, bool plus)
{
        struct floor_fs *fs = fuse_req_userdata(req);
        struct node *dir = node_of(fs, ino);
        char buf[LISTING_MAX];
        size_t used = 0;

        if (size > sizeof(buf))
                size = sizeof(buf);
        pthread_mutex_lock(&fs->lock);
        for (size_t i = (size_t)off; i < dir->n_children + COOKIES_BEFORE_CHILDREN; i++) {
                size_t slot = i - COOKIES_BEFORE_CHILDREN;
                bool dot = i < COOKIES_BEFORE_CHILDREN;
                struct node *node = dot ? dir : dir->children[slot];
                const char *name;
                size_t n;

                if (!node)
                        continue;
                name = i == 0 ? "." : i == 1 ? ".." : node->name;
                n = put_entry(req, buf + used, size - used, name, node, (off_t)i + 1, plus);
                if (n > size - used)
                        break;
                used += n;
        }
        pthread_mutex_unlock(&fs->lock);
        fuse_reply_buf(req, buf, used);
}

static void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                       struct fuse_file_info *fi)
{
        (void)fi;
        list(req, ino, size, off, false);
}

static void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                           struct fuse_file_info *fi)
{
        (void)fi;
        list(req, ino, size, off, true);
}

/* Before a write the kernel asks for security.capability. A filesystem that has attributes of its
 * own cannot tell it to stop, so neither does its floor. */
static void op_getxattr(fuse_req_t req, fuse_ino_t ino, const char *name, size_t size)
{
        (void)ino;
        (void)name;
        (void)size;
        fuse_reply_err(req, EOPNOTSUPP);
}

/* OPENDIR, RELEASE and RELEASEDIR succeed without a handler. */
static const struct fuse_lowlevel_ops ops = {
        .lookup = op_lookup,
        .getattr = op_getattr,
        .setattr = op_setattr,
        .readlink = op_readlink,
        .create = op_create,
        .unlink = op_unlink,
        .rename = op_rename,
        .open = op_open,
        .read = op_read,
        .write = op_write,
        .flush = op_flush,
        .readdir = op_readdir,
        .readdirplus = op_readdirplus,
        .getxattr = op_getxattr,
};

/* --- main --- */

enum { OPTION_TABLE };

static const struct fuse_opt options[] = {
        /* FUSE_OPT_KEY, whose -1U clang's -Wconversion refuses. */
        { .templ = "--table=", .offset = UINT_MAX, .value = OPTION_TABLE },
        FUSE_OPT_END,
};

/* fuse_opt_parse()'s verdicts: 1 keeps the argument for libfuse, 0 takes it, -1 refuses it. */
static int take_option(void *data, const char *arg, int key, struct fuse_args *args)
{
        struct floor_fs *fs = data;
        const char *text = arg + strlen("--table=");
        size_t length = strcspn(text, "=/");
        char name[200];
        char *end;
        uint64_t n;

        (void)args;
        if (key != OPTION_TABLE)
                return 1;
        n = text[length] == '=' ? strtoull(text + length + 1, &end, 10) : 0;
        if (n == 0 || *end || length >= sizeof(name)) {
                fprintf(stderr, "floor_fs: '%s' is not --table=NAME=N\n", arg);
                return -1;
        }
        snprintf(name, sizeof(name), "%.*s", (int)length, text);
        add_table(fs, find(fs, &fs->root, "prod"), name, n);
        return 0;
}

static int serve(struct fuse_session *session, const struct fuse_cmdline_opts *opts)
{
        struct fuse_loop_config *config;
        int rc;

        if (opts->singlethread)
                return fuse_session_loop(session);
        config = must(fuse_loop_cfg_create());
        fuse_loop_cfg_set_clone_fd(config, 0);
        fuse_loop_cfg_set_idle_threads(config, IDLE_THREADS);
        fuse_loop_cfg_set_max_threads(config, MAX_THREADS);
        rc = fuse_session_loop_mt(session, config);
        fuse_loop_cfg_destroy(config);
        return rc;
}

int main(int argc, char **argv)
{
        struct fuse_args args = FUSE_ARGS_INIT(argc, argv);
        struct fuse_cmdline_opts opts;
        struct fuse_session *session;
        static struct floor_fs fs = { .lock = PTHREAD_MUTEX_INITIALIZER };
        struct node *namespace;
        int rc = 1;

        fs.uid = getuid();
        fs.gid = getgid();
        fs.buckets = must(calloc(N_BUCKETS, sizeof(struct node *)));
        init_node(&fs, &fs.root, S_IFDIR | 0755);
        namespace = add(&fs, &fs.root, "prod", S_IFDIR | 0755);
        add_text(&fs, namespace, ".namespace.json", S_IFREG | 0444, "{\n  \"properties\": {}\n}\n");

        if (fuse_opt_parse(&args, &fs, options, take_option) || fuse_parse_cmdline(&args, &opts))
                return 1;
        if (opts.show_version) {
                printf("libfuse %s\n", fuse_pkgversion());
                return 0;
        }
        if (!opts.mountpoint) {
                fputs("usage: floor_fs [FUSE options] --table=NAME=N... MOUNTPOINT\n", stderr);
                return 1;
        }
        if (fuse_opt_add_arg(&args, "-odefault_permissions,fsname=floor_fs"))
                return 1;
        session = fuse_session_new(&args, &ops, sizeof(ops), &fs);
        if (session && !fuse_set_signal_handlers(session)) {
                if (!fuse_session_mount(session, opts.mountpoint)) {
                        rc = serve(session, &opts) ? 1 : 0;
                        fuse_session_unmount(session);
                }
                fuse_remove_signal_handlers(session);
        }
        if (session)
                fuse_session_destroy(session);
        fuse_opt_free_args(&args);
        free(opts.mountpoint);
        return rc; /* the tree goes with the process */
}
