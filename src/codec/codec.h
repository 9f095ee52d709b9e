/* JSON from outside. The only place that knows jansson; the model and what is above see plain
 * structs.
 *
 *   scan.c      is the text a document, the beginning of one, or neither; everything that is refused
 *               before a tree is built
 *   document.c  the tree and what requests borrow from it
 *   field.c     a table of fields onto a struct
 *   <name>_request.c  one request each: its table
 *   tree.c, tree_field.c  the same two for a batch, of whose 64 MiB jansson's tree makes 7 times as
 *               many; tree_write.c  the tree as text again
 *   document_scan.c  follows a batch that arrives in pieces
 */
#ifndef LNS_CODEC_H
#define LNS_CODEC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lns/model.h"
#include "lns/text.h"

/* ---- scan.c ---- */

/* Judge a text: 0 it is one JSON object (RFC 8259) and white space; 1 it is the beginning of one; -1
 * with err set when nothing that could follow makes it one. Objects and arrays nest at most
 * LNS_JSON_DEPTH_MAX deep, the text is UTF-8, "\u0000" and half a surrogate pair are refused. What it
 * lets pass, jansson reads, but for duplicate keys and numbers out of range. Allocates nothing. */
int json_scan(const char *text, size_t length, struct lns_error *err) LNS_CHECK;

/* Name a place in the text in the error's detail: line and column, both from 1; columns count
 * characters. Gives -1. */
int json_add_place(const char *text, size_t at, struct lns_error *err);

/* ---- document.c ---- */

struct document_block;

struct lns_document {
        json_t *root; /* an object; NULL in a batch */
        struct document_block *blocks;
        char *text;      /* of a batch: what its strings are in */
        char *canonical; /* of a batch: struct lns_batch_commit_tables_request.document */
};

/* Read a document of at most `max` bytes. ret_document new. Returns as json_scan(). */
int document_parse(const char *text, size_t length, size_t max, struct lns_document **ret_document,
                   struct lns_error *err) LNS_CHECK;

/* An empty document, for its memory. ret_document new. */
int document_new(struct lns_document **ret_document, struct lns_error *err) LNS_CHECK;

/* Say that a text of length bytes, more than max, is too big. Gives -1. */
int document_refuse_size(size_t length, size_t max, struct lns_error *err);

/* Zeroed memory that lives as long as the document; NULL with err set. */
void *document_alloc(struct lns_document *document, size_t size, struct lns_error *err) LNS_CHECK;

/* ---- field.c ---- */

/* What the text says for a field, borrowed. */
struct value {
        enum { VALUE_OTHER, VALUE_NULL, VALUE_BOOLEAN, VALUE_INTEGER, VALUE_STRING } type;
        int64_t integer;    /* VALUE_INTEGER, VALUE_BOOLEAN */
        const char *string; /* VALUE_STRING */
        size_t length;
};

enum field_type {
        FIELD_VERSION,       /* uint64_t: an integer of 1 to LNS_VERSION_MAX */
        FIELD_SIZE,          /* int64_t: an integer of 0 and more */
        FIELD_STRING,        /* const char *: at most `max` bytes */
        FIELD_MAP,           /* const struct lns_map *: an object of strings */
        FIELD_BRANCH,        /* const char *: a branch; "main" is NULL */
        FIELD_NAMING_SCHEME, /* enum lns_naming_scheme: "V1" or "V2", in either case */
        FIELD_CREATE_MODE,   /* enum lns_create_mode: "ExistOk" or "exist_ok", in any case */
        FIELD_TAG_VERSION,   /* as FIELD_VERSION; "latest" is 0 */
        FIELD_BOOLEAN,       /* bool */
        FIELD_IDENT,         /* const struct lns_ident *: an array of strings; in a batch only */
};

/* One field of a schema. A table of them ends with one without a name. */
struct field {
        const char *name;
        enum field_type type;
        bool required; /* null is as good as absent */
        size_t offset; /* in the struct */
        size_t max;    /* FIELD_STRING: bytes */
};

/* Put the fields of an object into a struct. Fields that the object lacks stay as they are, fields
 * that the table lacks are ignored: a newer client may send them. On failure the detail names the
 * field, and the struct is half filled. */
int fields_read(struct lns_document *document, const json_t *object, const struct field *fields,
                void *ret, struct lns_error *err) LNS_CHECK;

/* For tree_field.c. Put one value, not null, that is neither a map nor an identifier into the field
 * at ret; put an entry into a map, which has at most LNS_MAP_ENTRIES_MAX of them; say that a field
 * must be something else, its name in the detail (gives -1). */
int field_read_value(const struct value *value, const struct field *field, void *ret,
                     struct lns_error *err) LNS_CHECK;
int field_read_entry(const char *key, const struct value *value, const char *name,
                     struct lns_map_entry *ret, struct lns_error *err) LNS_CHECK;
int field_check_entries(size_t n_entries, const char *name, struct lns_error *err) LNS_CHECK;
int field_refuse(struct lns_error *err, const char *name, const char *rule);
int field_refuse_missing(struct lns_error *err, const char *name);

#endif
