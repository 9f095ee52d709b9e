#include <stdlib.h>
#include <string.h>

#include "lns/model.h"
#include "util/util.h"

static struct lns_map_entry *find(const struct lns_map *map, const char *key)
{
        for (size_t i = 0; i < map->n_entries; i++) {
                if (strcmp(map->entries[i].key, key) == 0)
                        return &map->entries[i];
        }
        return NULL;
}

/* Copy a pair. 0, or -1 when out of memory. */
static int entry_new(struct lns_map_entry *ret_entry, const char *key, const char *value)
{
        struct lns_map_entry entry = { .key = strdup(key), .value = strdup(value) };

        if (!entry.key || !entry.value) {
                free(entry.key);
                free(entry.value);
                return -1;
        }
        *ret_entry = entry;
        return 0;
}

static int replace_value(struct lns_map_entry *entry, const char *value, struct lns_error *err)
{
        char *copy = strdup(value);

        if (!copy)
                return lns_error_set_oom(err);
        free(entry->value);
        entry->value = copy;
        return 0;
}

int lns_map_set(struct lns_map *map, const char *key, const char *value, struct lns_error *err)
{
        struct lns_map_entry *found = find(map, key);
        struct lns_map_entry *entries;
        struct lns_map_entry entry;

        if (found)
                return replace_value(found, value, err);
        /* key and value may lie in this map: they are copied before anything moves. */
        if (entry_new(&entry, key, value) < 0)
                return lns_error_set_oom(err);
        entries = realloc(map->entries, (map->n_entries + 1) * sizeof(*entries));
        if (!entries) {
                free(entry.key);
                free(entry.value);
                return lns_error_set_oom(err);
        }
        entries[map->n_entries] = entry;
        map->entries = entries;
        map->n_entries++;
        return 0;
}

const char *lns_map_get(const struct lns_map *map, const char *key)
{
        const struct lns_map_entry *entry = map ? find(map, key) : NULL;

        return entry ? entry->value : NULL;
}

int lns_map_copy(struct lns_map *ret_map, const struct lns_map *map, struct lns_error *err)
{
        cleanup_(lns_map_clear) struct lns_map copy = { 0 };

        if (map && map->n_entries > 0) {
                copy.entries = calloc(map->n_entries, sizeof(*copy.entries));
                if (!copy.entries)
                        return lns_error_set_oom(err);
                for (size_t i = 0; i < map->n_entries; i++, copy.n_entries++) {
                        if (entry_new(&copy.entries[i], map->entries[i].key,
                                      map->entries[i].value) < 0)
                                return lns_error_set_oom(err);
                }
        }
        *ret_map = copy; /* the caller's from here */
        copy = (struct lns_map){ 0 };
        return 0;
}

void lns_map_clear(struct lns_map *map)
{
        if (!map)
                return;
        for (size_t i = 0; i < map->n_entries; i++) {
                free(map->entries[i].key);
                free(map->entries[i].value);
        }
        free(map->entries);
        *map = (struct lns_map){ 0 };
}
