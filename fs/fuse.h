/* What the files that know FUSE share. */
#ifndef LANCEFS_FUSE_H
#define LANCEFS_FUSE_H

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>

#include "fs/fs.h"

struct fs *fs_of(fuse_req_t req);
struct lns_caller caller_of(fuse_req_t req);

/* Answer with an errno, and remember why in .lancefs/errors. */
void reply_refused(fuse_req_t req, const char *operation, uint64_t dir, const char *name,
                   const struct lns_error *err, int sys);

/* Answer with an errno that needs no story. */
void reply_errno(fuse_req_t req, int sys);

/* Answer with an entry of this directory, looked up now; a negative answer when it is not there. */
void reply_entry(fuse_req_t req, const char *operation, uint64_t dir, const char *name);

/* Fill what the kernel is told of an entry; counts the look-up of a staged one. -1: out of memory. */
int fill_entry(struct fs *fs, uint64_t dir, const char *name, const struct entry *entry,
               const struct stat *st, struct fuse_entry_param *ret_param);

/* Attributes of any node, staged and pending ones too. 0, or -1 with err set. */
int stat_node(struct fs *fs, uint64_t ino, struct stat *ret_stat, struct lns_error *err) LNS_CHECK;

double fs_timeout(const struct fs *fs);

/* dir.c */
void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi);
void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                    struct fuse_file_info *fi);
void op_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);

/* file.c */
void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
               struct fuse_file_info *fi);
void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi);
void op_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
              struct fuse_file_info *fi);
void op_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi);
void op_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_fallocate(fuse_req_t req, fuse_ino_t ino, int mode, off_t offset, off_t length,
                  struct fuse_file_info *fi);
/* ftruncate; returns an errno or 0. */
int file_truncate(struct fs *fs, const struct lns_caller *caller, struct fuse_file_info *fi,
                  off_t size);
/* A descriptor of the staged file behind a handle; -1: it is another kind. */
int file_descriptor(const struct fuse_file_info *fi);

/* change.c */
void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode);
void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev);
void op_symlink(fuse_req_t req, const char *link, fuse_ino_t parent, const char *name);

/* rename.c */
void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t newparent,
               const char *newname, unsigned flags);
void op_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t newparent, const char *newname);

/* xattr.c */
void op_getxattr(fuse_req_t req, fuse_ino_t ino, const char *name, size_t size);
void op_listxattr(fuse_req_t req, fuse_ino_t ino, size_t size);
void op_setxattr(fuse_req_t req, fuse_ino_t ino, const char *name, const char *value, size_t size,
                 int flags);
void op_removexattr(fuse_req_t req, fuse_ino_t ino, const char *name);

/* ops.c */
extern const struct fuse_lowlevel_ops fs_operations;

#endif
