/* Nodes: the same objects as a tree of numbered nodes, for a filesystem. */
#ifndef LNS_NODE_H
#define LNS_NODE_H

#include <sys/types.h>

#include "lns/ident.h"

enum lns_node_kind {
        LNS_NODE_NAMESPACE = 1,
        LNS_NODE_TABLE = 2,
        LNS_NODE_TAG = 3,
        LNS_NODE_VERSION = 4,
        LNS_NODE_RECEIPT = 5,     /* of a batch that was committed under a name */
        LNS_NODE_TRANSACTION = 6, /* every change that was committed */
};

#define LNS_NODE_ROOT 0 /* id of the root namespace */
#define LNS_NODE_DEREGISTERED                                                                      \
        1 /* id of the namespace that deregistered tables stand in; it is in
                                   no listing and in no identifier */

/* One object. A plain value, owns nothing. Ids are never reused, and stay through renames and
 * restarts. Those of namespaces, tables, tags and versions are unique among these four kinds.
 * Receipts are numbered by themselves, and a transaction's id is its transaction_id, which the first
 * object that it made has too: these two are told apart from the others by their kind. */
struct lns_node {
        enum lns_node_kind kind;
        uint64_t id;
        uint64_t parent;    /* namespace, table, receipt: its namespace; tag, version: the table;
                                  transaction: 0 */
        uint64_t version;   /* version: its number; tag: what it names; table: latest of main or 0;
                                  receipt: its transaction_id */
        uint64_t size;      /* bytes of the file that shows it; 0 for directories */
        int64_t updated_ms; /* last change in it; version: its timestamp_millis; receipt, transaction:
                                  when it was made */
        int64_t changed_ms;  /* last change of it: attributes, name */
        int64_t tags_ms;     /* table: last change in its tags */
        int64_t versions_ms; /* table: last change in its versions */
        uid_t uid;           /* tag, version: of the table; receipt, transaction: who made it */
        gid_t gid;           /* transaction: 0, not known */
        mode_t mode;         /* permission bits of the directory; tag, version: of the table;
                                  receipt, transaction: 0444 */
        char name[LNS_NAME_MAX + 1]; /* without ".lance"; version: ""; transaction: in decimal */
};

/* Which fields of lns_set_node_attributes() count. */
#define LNS_ATTRIBUTE_UID 1u
#define LNS_ATTRIBUTE_GID 2u
#define LNS_ATTRIBUTE_MODE 4u

#endif
