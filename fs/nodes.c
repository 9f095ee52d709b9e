/* The table of staged and pending nodes: what FUSE calls by number and the catalog does not know. */
#include "fs/fs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUCKETS 1024 /* staged files are few; long chains only cost time */

struct node {
        struct node *next;
        uint64_t ino;
        uint64_t lookups; /* the kernel's count; freed at 0 */
        int fd;           /* the file itself once it is unlinked; -1: none */
        struct node_place place;
};

struct nodes {
        pthread_mutex_t mutex; /* protects all below; a leaf */
        struct node *buckets[BUCKETS];
        size_t count;
        uint64_t last_pending;
};

struct nodes *nodes_new(void)
{
        struct nodes *nodes = calloc(1, sizeof(*nodes));

        if (nodes)
                pthread_mutex_init(&nodes->mutex, NULL);
        return nodes;
}

static void node_free(struct node *node)
{
        if (node->fd >= 0)
                close(node->fd);
        free(node);
}

void nodes_free(struct nodes *nodes)
{
        if (!nodes)
                return;
        for (size_t i = 0; i < BUCKETS; i++) {
                for (struct node *node = nodes->buckets[i], *next; node; node = next) {
                        next = node->next;
                        node_free(node);
                }
        }
        pthread_mutex_destroy(&nodes->mutex);
        free(nodes);
}

static struct node **slot(struct nodes *nodes, uint64_t ino)
{
        struct node **at = &nodes->buckets[(ino >> INODE_KIND_BITS) % BUCKETS];

        while (*at && (*at)->ino != ino)
                at = &(*at)->next;
        return at;
}

static struct node *add(struct nodes *nodes, uint64_t ino)
{
        struct node **at = slot(nodes, ino);

        if (*at)
                return *at;
        *at = calloc(1, sizeof(**at));
        if (*at) {
                (*at)->ino = ino;
                (*at)->fd = -1;
                nodes->count++;
        }
        return *at;
}

static void set_place(struct node *node, uint64_t dir, const char *name, const struct stat *st)
{
        node->place.dir = dir;
        memcpy(node->place.name, name, strlen(name) + 1);
        node->place.gone = false;
        if (st)
                node->place.st = *st;
}

int nodes_look_up(struct nodes *nodes, uint64_t dir, const char *name, const struct stat *st)
{
        struct node *node;

        pthread_mutex_lock(&nodes->mutex);
        node = add(nodes, st->st_ino);
        if (node) {
                set_place(node, dir, name, st);
                node->lookups++;
        }
        pthread_mutex_unlock(&nodes->mutex);
        return node ? 0 : -1;
}

uint64_t nodes_pending(struct nodes *nodes, uint64_t dir, const char *name, const struct stat *st)
{
        struct node *node;
        uint64_t ino = 0;

        pthread_mutex_lock(&nodes->mutex);
        node = add(nodes, inode_make(INODE_PENDING, ++nodes->last_pending));
        if (node) {
                ino = node->ino;
                set_place(node, dir, name, st);
                node->place.st.st_ino = ino;
                node->lookups++;
        }
        pthread_mutex_unlock(&nodes->mutex);
        return ino;
}

void nodes_forget(struct nodes *nodes, uint64_t ino, uint64_t count)
{
        struct node **at, *node;

        pthread_mutex_lock(&nodes->mutex);
        at = slot(nodes, ino);
        node = *at;
        if (node) {
                node->lookups = count < node->lookups ? node->lookups - count : 0;
                if (node->lookups == 0) {
                        *at = node->next;
                        nodes->count--;
                        node_free(node);
                }
        }
        pthread_mutex_unlock(&nodes->mutex);
}

bool nodes_find(struct nodes *nodes, uint64_t ino, struct node_place *ret_place)
{
        struct node *node;

        pthread_mutex_lock(&nodes->mutex);
        node = *slot(nodes, ino);
        if (node) {
                struct stat st;

                if (node->fd >= 0 && fstat(node->fd, &st) == 0) {
                        node->place.st.st_size = st.st_size;
                        node->place.st.st_blocks = st.st_blocks;
                        node->place.st.st_nlink = st.st_nlink;
                        node->place.st.st_mtim = st.st_mtim;
                        node->place.st.st_ctim = st.st_ctim;
                }
                *ret_place = node->place;
        }
        pthread_mutex_unlock(&nodes->mutex);
        return node != NULL;
}

void nodes_moved(struct nodes *nodes, uint64_t ino, uint64_t new_dir, const char *new_name)
{
        struct node *node;

        pthread_mutex_lock(&nodes->mutex);
        node = *slot(nodes, ino);
        if (node)
                set_place(node, new_dir, new_name, NULL);
        pthread_mutex_unlock(&nodes->mutex);
}

void nodes_gone(struct nodes *nodes, uint64_t ino, int fd)
{
        struct node *node;

        pthread_mutex_lock(&nodes->mutex);
        node = *slot(nodes, ino);
        if (node && !node->place.gone) {
                node->place.gone = true;
                node->fd = fd;
                fd = -1;
        }
        pthread_mutex_unlock(&nodes->mutex);
        if (fd >= 0)
                close(fd);
}

size_t nodes_count(struct nodes *nodes)
{
        size_t count;

        pthread_mutex_lock(&nodes->mutex);
        count = nodes->count;
        pthread_mutex_unlock(&nodes->mutex);
        return count;
}
