/* The files in _refs of a Lance dataset: tags and branches, as Lance clients write them
 * (rust/lance/src/dataset/refs.rs, TagContents and BranchContents). */
#ifndef LNS_CODEC_REF_FILE_H
#define LNS_CODEC_REF_FILE_H

#include "lns/model.h"
#include "lns/text.h"

/* Read _refs/tags/<tag>.json. Required: version. A time that is missing is 0, branch "main" is
 * NULL.
 *
 * text     borrowed; not NUL-terminated.
 * length   bytes in text.
 * ret_tag  new, without its name; release with lns_table_tag_clear(). Untouched on failure.
 * err      INVALID_INPUT: the message says what is wrong with the text. */
int ref_file_parse_tag(const char *text, size_t length, struct lns_table_tag *ret_tag,
                       struct lns_error *err) LNS_CHECK;

/* Read _refs/branches/<branch>.json. Required: parentVersion. contents is the text itself.
 *
 * ret_branch  new, without its name; release with ref_file_clear_branch(). Untouched on failure.
 * The rest as above. */
int ref_file_parse_branch(const char *text, size_t length, struct lns_table_branch *ret_branch,
                          struct lns_error *err) LNS_CHECK;

/* Releases and zeroes. */
void ref_file_clear_branch(struct lns_table_branch *branch);

/* Read a time as RFC 3339 has it ("2026-11-21T01:41:52.460309704Z"): milliseconds since 1970,
 * rounded down. 0, or -1 when it is no such time; *ret_millis is then untouched. */
int ref_file_parse_time(const char *text, int64_t *ret_millis) LNS_CHECK;

#endif
