/* A disk that takes no more: what was answered stays, what was refused did not happen, and when
 * there is room again everything goes on. */
#include "contract.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

/* Why there is no small disk; NULL: there is one. */
static const char *no_disk;

static bool write_text(const char *path, const char *text)
{
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        bool written;

        if (fd < 0)
                return false;
        written = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
        return close(fd) == 0 && written;
}

/* A place where this process may mount, which nobody else sees. */
static bool enter_namespace(void)
{
        const unsigned uid = geteuid(), gid = getegid();
        char map_text[64];

        if (unshare(CLONE_NEWNS) != 0) {
                if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
                        return false;
                snprintf(map_text, sizeof(map_text), "0 %u 1", uid);
                if (!write_text("/proc/self/setgroups", "deny") ||
                    !write_text("/proc/self/uid_map", map_text))
                        return false;
                snprintf(map_text, sizeof(map_text), "0 %u 1", gid);
                if (!write_text("/proc/self/gid_map", map_text))
                        return false;
        }
        return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

/* The catalog on a disk of a few megabytes. */
static int setup_small_disk(void **state)
{
        static const struct lns_catalog_options create = { .create = true };
        struct contract *contract;
        const char *disk;

        if (contract_setup_unopened(state) != 0)
                return -1;
        contract = contract_of(state);
        disk = text_of("%s/disk", contract->directory);
        make_directory(disk);
        if (!no_disk && mount("tmpfs", disk, "tmpfs", 0, "size=4m") != 0)
                no_disk = "no tmpfs can be mounted";
        free(contract->path);
        contract->path = strdup(text_of("%s/catalog", disk));
        if (!no_disk)
                contract->catalog = open_catalog(contract->path, &create);
        return 0;
}

static int teardown_small_disk(void **state)
{
        struct contract *contract = contract_of(state);
        const char *disk = text_of("%s/disk", contract->directory);

        lns_catalog_free(contract->catalog);
        contract->catalog = NULL;
        if (!no_disk)
                umount2(disk, MNT_DETACH);
        return contract_teardown(state);
}

/* Take all room there is; the file's path is given back. */
static const char *fill_disk(struct contract *contract)
{
        static const char zeros[4096];
        const char *path = text_of("%s/disk/filler", contract->directory);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        assert_true(fd >= 0);
        while (write(fd, zeros, sizeof(zeros)) > 0)
                ;
        assert_int_equal(errno, ENOSPC);
        close(fd);
        return path;
}

/* Versions with much metadata, one after the other, until one is refused. */
static uint64_t create_until_refused(struct lns_catalog *catalog, const struct lns_ident *id,
                                     uint64_t first, struct lns_error *err)
{
        const struct lns_map *metadata = map("much", repeated('m', 60000));

        for (uint64_t version = first;; version++) {
                const struct lns_create_table_version_request request = { .id = id,
                                                                          .version = version,
                                                                          .manifest_path = "p",
                                                                          .metadata = metadata };

                if (lns_catalog_create_table_version(catalog, &request, NULL, err) != 0)
                        return version;
                assert_true(version < 100000);
        }
}

static void a_full_disk_refuses_with_enospc_and_loses_nothing(void **state)
{
        struct contract *contract = contract_of(state);
        const struct lns_ident *users = ident("users");
        struct lns_error err = LNS_ERROR_INIT;
        const char *filler, *before;
        uint64_t refused;

        if (no_disk) {
                print_message("# %s\n", no_disk);
                skip();
        }
        make_table(contract->catalog, users);
        make_version(contract->catalog, users, 1);
        make_tag(contract->catalog, users, "gold", 1);
        filler = fill_disk(contract);
        refused = create_until_refused(contract->catalog, users, 2, &err);
        assert_fails_errno(-1, &err, LNS_INTERNAL, ENOSPC);

        /* What was refused is not there, what was answered is, also after a restart. */
        before = dump(contract->catalog);
        assert_int_equal(node_of_table(contract->catalog, users).version, refused - 1);
        assert_text(tags_of(contract->catalog, users), "gold=1");
        assert_int_equal(unlink(filler), 0);
        reopen(contract);
        assert_text(dump(contract->catalog), before);
        make_version(contract->catalog, users, refused);
}

static void it_goes_on_by_itself_when_there_is_room(void **state)
{
        struct contract *contract = contract_of(state);
        const struct lns_ident *users = ident("users");
        struct lns_error err = LNS_ERROR_INIT;
        const char *filler;
        uint64_t refused = 1;

        if (no_disk) {
                print_message("# %s\n", no_disk);
                skip();
        }
        make_table(contract->catalog, users);
        for (int round = 0; round < 3; round++) {
                filler = fill_disk(contract);
                refused = create_until_refused(contract->catalog, users, refused, &err);
                assert_fails_errno(-1, &err, LNS_INTERNAL, ENOSPC);
                assert_int_equal(node_of_table(contract->catalog, users).version, refused - 1);
                assert_int_equal(unlink(filler), 0);
                make_version(contract->catalog, users, refused);
                refused++;
        }
}

static void reads_need_no_room(void **state)
{
        struct contract *contract = contract_of(state);
        const char *before;

        if (no_disk) {
                print_message("# %s\n", no_disk);
                skip();
        }
        sample_catalog(contract->catalog);
        before = dump(contract->catalog);
        fill_disk(contract);
        assert_text(dump(contract->catalog), before);
}

static void a_catalog_that_does_not_fit_is_not_made(void **state)
{
        struct contract *contract = contract_of(state);
        static const struct lns_catalog_options create = { .create = true };
        const char *path = text_of("%s/disk/other", contract->directory);
        struct lns_catalog *catalog = NULL;
        struct lns_error err = LNS_ERROR_INIT;
        const char *filler;

        if (no_disk) {
                print_message("# %s\n", no_disk);
                skip();
        }
        filler = fill_disk(contract);
        assert_fails_errno(contract_engine.open(&catalog, path, &create, &err), &err, LNS_INTERNAL,
                           ENOSPC);
        assert_null(catalog);
        assert_int_equal(unlink(filler), 0);
        catalog = open_catalog(path, &create);
        assert_text(namespaces_in(catalog, root()), "");
        make_namespace(catalog, ident("prod"));
        lns_catalog_free(catalog);
}

/* Without a disk of one's own: files may not grow. */
static void files_that_can_not_grow_refuse_and_lose_nothing(void **state)
{
        struct contract *contract = contract_of(state);
        const struct lns_ident *users = ident("users");
        struct rlimit before, small;
        struct lns_error err = LNS_ERROR_INIT;
        const char *dumped;
        uint64_t refused;

        make_table(contract->catalog, users);
        make_version(contract->catalog, users, 1);
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
        small = before;
        small.rlim_cur = 1 << 20;
        signal(SIGXFSZ, SIG_IGN);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        refused = create_until_refused(contract->catalog, users, 2, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(err.code, LNS_INTERNAL);
        assert_int_not_equal(err.message[0], '\0');

        dumped = dump(contract->catalog);
        assert_int_equal(node_of_table(contract->catalog, users).version, refused - 1);
        make_version(contract->catalog, users, refused + 1);
        assert_done(contract->catalog, batch_delete_table_versions, NULL, .id = users,
                    .ranges = &(struct lns_version_range){ (int64_t)refused, -1 }, .n_ranges = 1);
        assert_int_equal(node_of_table(contract->catalog, users).version, refused - 1);
        assert_string_not_equal(dumped, "");
        reopen(contract);
        assert_int_equal(node_of_table(contract->catalog, users).version, refused - 1);
}

#define small_disk_test(name)                                                                      \
        cmocka_unit_test_setup_teardown(name, setup_small_disk, teardown_small_disk)

int main(void)
{
        static const struct CMUnitTest tests[] = {
                small_disk_test(a_full_disk_refuses_with_enospc_and_loses_nothing),
                small_disk_test(it_goes_on_by_itself_when_there_is_room),
                small_disk_test(reads_need_no_room),
                small_disk_test(a_catalog_that_does_not_fit_is_not_made),
                contract_test(files_that_can_not_grow_refuse_and_lose_nothing),
        };

        if (!enter_namespace())
                no_disk = "no mount namespace can be entered";
        return cmocka_run_group_tests(tests, NULL, NULL);
}
