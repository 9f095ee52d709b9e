/* A good document for each kind of operation, and one with all of them. */
#ifndef LNS_TESTS_BATCH_SAMPLES_H
#define LNS_TESTS_BATCH_SAMPLES_H

#define DECLARE_TABLE                                                                              \
        "{\"declare_table\":{\"id\":[\"prod\",\"users\"],\"location\":\"/srv/users.lance\","       \
        "\"properties\":{\"owner\":\"\\u00e9l\\u00e8ve\",\"note\":\"two\\nlines\"}}}"
#define CREATE_TABLE_VERSION                                                                       \
        "{\"create_table_version\":{\"id\":[\"prod\",\"users\"],\"version\":7,"                    \
        "\"manifest_path\":\"/srv/users.lance/_versions/7.manifest\",\"manifest_size\":482,"       \
        "\"e_tag\":\"\\\"5f-3\\\"\",\"metadata\":{\"b\":\"2\",\"a\":\"1\"},"                       \
        "\"naming_scheme\":\"v1\",\"branch\":\"dev\"}}"
#define DELETE_TABLE_VERSIONS                                                                      \
        "{\"delete_table_versions\":{\"id\":[\"users\"],\"branch\":\"dev\",\"ranges\":["           \
        "{\"start_version\":1,\"end_version\":3},{\"end_version\":-1,\"start_version\":5}]}}"
#define DEREGISTER_TABLE "{\"deregister_table\":{\"id\":[\"prod\",\"old\"]}}"
#define CREATE_NAMESPACE                                                                           \
        "{\"create_namespace\":{\"id\":[\"prod\"],\"mode\":\"exist_ok\",\"properties\":{}}}"
#define CREATE_TABLE_TAG                                                                           \
        "{\"create_table_tag\":{\"id\":[\"users\"],\"tag\":\"gold\",\"version\":7,"                \
        "\"branch\":\"main\"}}"
#define UPDATE_TABLE_TAG                                                                           \
        "{\"update_table_tag\":{\"id\":[\"users\"],\"tag\":\"gold\",\"version\":\"latest\"}}"
#define DELETE_TABLE_TAG "{\"delete_table_tag\":{\"id\":[\"users\"],\"tag\":\"silver\"}}"

#define OPERATIONS(list) "{\"operations\":[" list "]}"

static const char *const batch_samples[] = {
        OPERATIONS(DECLARE_TABLE),
        OPERATIONS(CREATE_TABLE_VERSION),
        OPERATIONS(DELETE_TABLE_VERSIONS),
        OPERATIONS(DEREGISTER_TABLE),
        OPERATIONS(CREATE_NAMESPACE),
        OPERATIONS(CREATE_TABLE_TAG),
        OPERATIONS(UPDATE_TABLE_TAG),
        OPERATIONS(DELETE_TABLE_TAG),
        "{\"entries\":[{\"id\":[\"t\"],\"version\":1,\"manifest_path\":\"p\"}]}",
        " {\n\t\"id\" : \"release 7\\\\\", \"dry_run\": true,\r\n \"x\": [1, 2.5e-3,"
        " {\"]\": \"}\"}],"
        " \"identity\": {\"api_key\": \"secret\"}, \"operations\": [ " DECLARE_TABLE "]}",
        "{\"id\":\"a\",\"operations\":[" CREATE_NAMESPACE "," DECLARE_TABLE "," CREATE_TABLE_VERSION
        "," CREATE_TABLE_TAG "," UPDATE_TABLE_TAG "," DELETE_TABLE_TAG "," DELETE_TABLE_VERSIONS
        "," DEREGISTER_TABLE "]}",
};

#endif
