/* Identifiers and maps: what everything else is made of; and the limits of what comes from outside. */
#ifndef LNS_IDENT_H
#define LNS_IDENT_H

#include <stdint.h>

#include "lns/error.h"

/* Limits. Whatever is larger is refused with code 13 and the errno named. */
#define LNS_NAME_MAX 200           /* bytes of a namespace, table or tag name: ENAMETOOLONG */
#define LNS_IDENT_PARTS_MAX 1024   /* names in an identifier: ENAMETOOLONG */
#define LNS_LOCATION_MAX 4000      /* bytes of a location or manifest_path: ENAMETOOLONG */
#define LNS_E_TAG_MAX 1024         /* bytes of an e_tag: EINVAL */
#define LNS_MAP_ENTRIES_MAX 1000   /* properties or metadata entries of one object: EINVAL */
#define LNS_MAP_KEY_MAX 255        /* bytes of a key (the longest xattr name): EINVAL */
#define LNS_MAP_VALUE_MAX 65536    /* bytes of a value (the longest xattr value): EINVAL */
#define LNS_DOCUMENT_MAX (1 << 20) /* bytes of a version document: EFBIG */
#define LNS_JSON_DEPTH_MAX 64      /* nesting of JSON from outside: EINVAL */
#define LNS_BATCH_MAX 100000       /* entries of a batch: EINVAL */
#define LNS_PAGE_MAX 1000          /* names in one page of a list */
#define LNS_VERSION_MAX INT64_MAX  /* versions are int64 in the specification; 0 is "none" here */

/* The delimiter of identifiers as one string. */
#define LNS_DELIMITER '$'

/* The identifier of an object: the names from the root down. No parts: the root namespace. */
struct lns_ident {
        char **parts; /* new; parts and their text are one allocation */
        size_t n_parts;
};

/* String to string; properties, metadata. Order is kept, keys are unique. */
struct lns_map {
        struct lns_map_entry {
                char *key;
                char *value;
        } * entries;
        size_t n_entries;
};

/**
 * Make an identifier of parts.
 *
 * @param ret_ident  new; release with lns_ident_clear(). Untouched on failure.
 * @param parts      borrowed; n_parts strings. Nothing is checked but their number.
 * @param n_parts    0 to LNS_IDENT_PARTS_MAX.
 * @param err        INVALID_INPUT (ENAMETOOLONG), out of memory.
 * @return 0, or -1 with err set.
 */
int lns_ident_new(struct lns_ident *ret_ident, const char *const *parts, size_t n_parts,
                  struct lns_error *err) LNS_CHECK;

/**
 * Make the identifier of a child.
 *
 * @param ret_ident  new. Untouched on failure.
 * @param parent     borrowed.
 * @param name       borrowed; not checked.
 * @param err        as lns_ident_new().
 * @return 0, or -1 with err set.
 */
int lns_ident_child(struct lns_ident *ret_ident, const struct lns_ident *parent, const char *name,
                    struct lns_error *err) LNS_CHECK;

/**
 * Read an identifier from its string form: names joined by the delimiter. The delimiter alone, or
 * "", is the root; empty parts are dropped, as the reference does (lance-semantics.md 2.1).
 *
 * @param ret_ident  new. Untouched on failure.
 * @param text       borrowed.
 * @param delimiter  borrowed, not empty; "$" unless the request says otherwise.
 * @param err        INVALID_INPUT, out of memory.
 * @return 0, or -1 with err set.
 */
int lns_ident_parse(struct lns_ident *ret_ident, const char *text, const char *delimiter,
                    struct lns_error *err) LNS_CHECK;

/**
 * The string form, joined by LNS_DELIMITER; "$" for the root.
 *
 * @param ident  borrowed.
 * @param buf    where to.
 * @param size   bytes in buf; always ends in NUL when size > 0.
 * @return the length of the whole text, like snprintf.
 */
size_t lns_ident_to_text(const struct lns_ident *ident, char *buf, size_t size);

/** @param ident  released and zeroed; NULL and a zeroed one are allowed. */
void lns_ident_clear(struct lns_ident *ident);

/**
 * Set a key. The map is unchanged on failure.
 *
 * @param map    changed.
 * @param key    borrowed; copied.
 * @param value  borrowed; copied.
 * @param err    out of memory.
 * @return 0, or -1 with err set.
 */
int lns_map_set(struct lns_map *map, const char *key, const char *value,
                struct lns_error *err) LNS_CHECK;

/**
 * @param map  borrowed; NULL is allowed.
 * @param key  borrowed.
 * @return the value, borrowed until the map changes; NULL when there is none.
 */
const char *lns_map_get(const struct lns_map *map, const char *key);

/**
 * @param ret_map  new. Untouched on failure.
 * @param map      borrowed; NULL is an empty one.
 * @param err      out of memory.
 * @return 0, or -1 with err set.
 */
int lns_map_copy(struct lns_map *ret_map, const struct lns_map *map,
                 struct lns_error *err) LNS_CHECK;

/** @param map  released and zeroed; NULL and a zeroed one are allowed. */
void lns_map_clear(struct lns_map *map);

#endif
