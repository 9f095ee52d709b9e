/* What is read and written as text: names, manifest names, the JSON that files of a mount read as, and
 * JSON documents from outside. */
#ifndef LNS_TEXT_H
#define LNS_TEXT_H

#include "lns/model.h"

/* ---- names: both fronts refuse the same ones ---- */

/**
 * Is this the name of a namespace or table? 1 to LNS_NAME_MAX bytes of valid UTF-8 without '/', NUL,
 * control characters or '$', not starting with '.', not ending in ".lance".
 *
 * @param name  borrowed.
 * @param err   INVALID_INPUT with a sentence; ENAMETOOLONG when only the length is wrong.
 * @return 0, or -1 with err set.
 */
int lns_check_name(const char *name, struct lns_error *err) LNS_CHECK;

/**
 * Is this the name of a tag? Lance's check_valid_tag (lance-semantics.md 2.6), ASCII only, at most
 * LNS_NAME_MAX bytes.
 *
 * @param tag  borrowed.
 * @param err  as lns_check_name().
 * @return 0, or -1 with err set.
 */
int lns_check_tag(const char *tag, struct lns_error *err) LNS_CHECK;

/**
 * Is this the name of a branch? Lance's check_valid_branch, ASCII only, not "main".
 *
 * @param branch  borrowed.
 * @param err     as lns_check_name().
 * @return 0, or -1 with err set.
 */
int lns_check_branch(const char *branch, struct lns_error *err) LNS_CHECK;

/**
 * Read a version number: decimal digits, no sign, no leading zero, 1 to LNS_VERSION_MAX.
 *
 * @param text         borrowed; not NUL-terminated.
 * @param length       bytes in text.
 * @param ret_version  untouched on failure.
 * @return 0, or -1 when it is no version.
 */
int lns_version_parse(const char *text, size_t length, uint64_t *ret_version) LNS_CHECK;

/* ---- manifest names: format, "Manifest Naming Schemes" (lance-semantics.md 3) ---- */

#define LNS_MANIFEST_NAME_MAX 32 /* bytes of a canonical name, with its NUL */

/**
 * The canonical file name of a version.
 *
 * @param buf      LNS_MANIFEST_NAME_MAX bytes.
 * @param version  1 to LNS_VERSION_MAX.
 * @param scheme   V1: "7.manifest"; else V2: 20 digits of 2^64 - 1 - version, ".manifest".
 */
void lns_manifest_name(char *buf, uint64_t version, enum lns_naming_scheme scheme);

/**
 * Read a canonical manifest name.
 *
 * @param name         borrowed.
 * @param ret_version  untouched on failure.
 * @param ret_scheme   untouched on failure.
 * @return 0; 1 when it is no manifest name at all (a temporary, a staged or detached one, another
 *         file); -1 when it ends in ".manifest" but is damaged (padding, range).
 */
int lns_manifest_name_parse(const char *name, uint64_t *ret_version,
                            enum lns_naming_scheme *ret_scheme) LNS_CHECK;

/* ---- texts: what the files of a mount read as; JSON, one line per field, newline at the end ---- */

/* All are like snprintf: write at most size bytes with the NUL, return the whole length. */
size_t lns_table_version_to_text(const struct lns_table_version *version, char *buf, size_t size);
size_t lns_describe_table_response_to_text(const struct lns_describe_table_response *table,
                                           char *buf, size_t size);
size_t lns_describe_namespace_response_to_text(const struct lns_describe_namespace_response *ns,
                                               char *buf, size_t size);
/* Properties are those that AlterTransaction set. request and response stand in it as they are. */
size_t lns_describe_transaction_response_to_text(
        const struct lns_describe_transaction_response *transaction, char *buf, size_t size);

/* ---- documents: JSON from outside ---- */

/* What parsed requests borrow from. */
struct lns_document;

/**
 * Read the JSON of a version: CreateTableVersionRequest without id. Required: manifest_path.
 * Unknown fields are ignored; duplicate keys, NUL, broken UTF-8, nesting over LNS_JSON_DEPTH_MAX and
 * text over LNS_DOCUMENT_MAX are refused, the error's detail naming line and column or the field.
 *
 * @param text          borrowed; not NUL-terminated.
 * @param length        bytes in text.
 * @param ret_request   borrows from *ret_document. version is 0 when the text has none. id is NULL.
 * @param ret_document  new; release with lns_document_free() after the last use of the request.
 * @param err           INVALID_INPUT, with errno EFBIG when too big.
 * @return 0; 1 when the text is the beginning of a document that is not complete yet (nothing set);
 *         -1 with err set.
 */
int lns_create_table_version_request_parse(const char *text, size_t length,
                                           struct lns_create_table_version_request *ret_request,
                                           struct lns_document **ret_document,
                                           struct lns_error *err) LNS_CHECK;

/** @param document  taken; NULL is allowed. */
void lns_document_free(struct lns_document *document);

#endif
