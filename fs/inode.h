/* Inode numbers: what the kernel calls a node by.
 *
 * Two kinds of number exist.
 *
 * Most numbers say by themselves what they stand for: the low 5 bits are the kind of node, the rest
 * is the id of the catalog's object (struct lns_node.id), which never changes and is never used
 * again. So they stay through renames, remounts and in every mount of the catalog, nothing has to be
 * remembered for them, FORGET has nothing to do, and memory does not grow with what was looked at.
 *
 * Staged files and files that are being made (INODE_STAGED, INODE_PENDING) have no object in the
 * catalog. They stand in a table (nodes.h) from the first look-up until the kernel forgets them. A
 * staged file's number comes from that of the file in the staging directory, so it stays too.
 *
 * The kernel may keep an entry as long as the mount's cache option says; those of staged and pending
 * files it must ask for each time, because a rename turns them into something else.
 */
#ifndef LANCEFS_INODE_H
#define LANCEFS_INODE_H

#include <stdint.h>

enum inode_kind {
        INODE_NAMESPACE = 1, /* the same numbers as enum lns_node_kind */
        INODE_TABLE = 2,
        INODE_TAG = 3,
        INODE_VERSION = 4,
        INODE_RECEIPT = 5,     /* NAME.commit: the response of a batch */
        INODE_TRANSACTION = 6, /* .lancefs/transactions/ID */

        INODE_NAMESPACE_JSON = 8, /* .namespace.json; id of the namespace */
        INODE_TABLE_JSON = 9,     /* .table.json; id of the table */
        INODE_LATEST = 10,        /* versions/latest; id of the table */

        INODE_TAGS = 16,     /* tags/; id of the table */
        INODE_VERSIONS = 17, /* versions/; id of the table */

        INODE_STAGED = 20,  /* number of the file in the staging directory, 59 bits of it */
        INODE_PENDING = 21, /* a tag or version that was created and not yet written; counts up */

        INODE_CONTROL = 24, /* .lancefs and what is in it: enum control_id */
};

enum control_id {
        CONTROL_DIRECTORY = 0,
        CONTROL_STATUS = 1,
        CONTROL_CHANGES = 2,
        CONTROL_ERRORS = 3,
        CONTROL_TRANSACTIONS = 4, /* a directory */
};

#define INODE_KIND_BITS 5
#define INODE_ID_MAX (UINT64_MAX >> INODE_KIND_BITS)

static inline uint64_t inode_make(enum inode_kind kind, uint64_t id)
{
        return (id & INODE_ID_MAX) << INODE_KIND_BITS | (uint64_t)kind;
}

static inline enum inode_kind inode_kind(uint64_t ino)
{
        return (enum inode_kind)(ino & ((1u << INODE_KIND_BITS) - 1));
}

static inline uint64_t inode_id(uint64_t ino)
{
        return ino >> INODE_KIND_BITS;
}

/* The root namespace, id 0, kind 1, is FUSE's root inode 1. Deregistered tables stand in the
 * namespace with id 1. */
#define INODE_ROOT ((uint64_t)1)
#define INODE_DEREGISTERED (((uint64_t)1 << INODE_KIND_BITS) | 1)

#endif
