/* What a batch has looked up or done once already: tables by identifier, the namespace that the last
 * one was in, the tables whose times are set. Only what is there is kept, so operations that make
 * objects leave it alone; those that take some away are followed by sqlite_cache_forget(). Every place
 * holds one thing, and the next that belongs there takes it over: no batch can make it slow. */
#include <string.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

struct sqlite_cached_table {
        uint64_t hash;                 /* of the identifier */
        const struct lns_ident *ident; /* borrowed from the request; NULL: nothing */
        uint64_t parent;
        uint64_t id;
};

struct sqlite_cache {
        const struct lns_ident *ident; /* a table in the namespace; NULL: none */
        uint64_t ns;
        size_t n_places;   /* a power of two */
        uint64_t *touched; /* SQLite's ids of tables, doubled, + 1 for tags */
        struct sqlite_cached_table tables[];
};

/* Twice as many places as operations, so that few get in each other's way. */
#define PLACES_MAX 65536

struct sqlite_cache *sqlite_cache_new(size_t n_operations)
{
        struct sqlite_cache *cache;
        size_t n_places = 16;

        if (n_operations < 2)
                return NULL;
        while (n_places < 2 * n_operations && n_places < PLACES_MAX)
                n_places *= 2;
        cache = calloc(1, sizeof(*cache) +
                                  n_places * (sizeof(*cache->tables) + sizeof(*cache->touched)));
        if (!cache)
                return NULL;
        cache->n_places = n_places;
        cache->touched = (uint64_t *)(void *)&cache->tables[n_places];
        return cache;
}

void sqlite_cache_forget(struct sqlite_cache *cache)
{
        if (!cache)
                return;
        cache->ident = NULL;
        memset(cache->tables, 0, cache->n_places * sizeof(*cache->tables));
}

/* FNV-1a, the NULs too. */
static uint64_t hash_ident(const struct lns_ident *ident)
{
        uint64_t hash = 14695981039346656037U;

        for (size_t i = 0; i < ident->n_parts; i++) {
                const char *part = ident->parts[i];

                do {
                        hash = (hash ^ (unsigned char)*part) * 1099511628211U;
                } while (*part++);
        }
        return hash ^ hash >> 32;
}

/* The last names differ most often. */
static bool same_parts(const struct lns_ident *a, const struct lns_ident *b, size_t n_parts)
{
        for (size_t i = n_parts; i-- > 0;) {
                if (strcmp(a->parts[i], b->parts[i]) != 0)
                        return false;
        }
        return true;
}

bool sqlite_cache_namespace(const struct sqlite_cache *cache, const struct lns_ident *ident,
                            uint64_t *ret_ns)
{
        if (!cache || !cache->ident || cache->ident->n_parts != ident->n_parts ||
            !same_parts(cache->ident, ident, ident->n_parts - 1))
                return false;
        *ret_ns = cache->ns;
        return true;
}

void sqlite_cache_keep_namespace(struct sqlite_cache *cache, const struct lns_ident *ident,
                                 uint64_t ns)
{
        if (!cache)
                return;
        cache->ident = ident;
        cache->ns = ns;
}

bool sqlite_cache_table(const struct sqlite_cache *cache, const struct lns_ident *ident,
                        uint64_t *ret_parent, uint64_t *ret_id)
{
        const struct sqlite_cached_table *table;
        uint64_t hash;

        if (!cache)
                return false;
        hash = hash_ident(ident);
        table = &cache->tables[hash & (cache->n_places - 1)];
        if (!table->ident || table->hash != hash || table->ident->n_parts != ident->n_parts ||
            !same_parts(table->ident, ident, ident->n_parts))
                return false;
        *ret_parent = table->parent;
        *ret_id = table->id;
        return true;
}

void sqlite_cache_keep_table(struct sqlite_cache *cache, const struct lns_ident *ident,
                             uint64_t parent, uint64_t id)
{
        uint64_t hash;

        if (!cache)
                return;
        hash = hash_ident(ident);
        cache->tables[hash & (cache->n_places - 1)] =
                (struct sqlite_cached_table){ hash, ident, parent, id };
}

bool sqlite_cache_touch(struct sqlite_cache *cache, uint64_t table, bool tags)
{
        const uint64_t entry = 2 * table + tags;
        uint64_t *place;

        if (!cache)
                return true;
        place = &cache->touched[entry & (cache->n_places - 1)];
        if (*place == entry)
                return false;
        *place = entry;
        return true;
}
