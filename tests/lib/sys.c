/*
 * sys: makes one system call, or a sequence of them, and says what each returned: a number, a
 * value, or the name of the errno.
 *
 *     $ sys mkdir prod 0755
 *     0
 *     $ sys rmdir prod/full
 *     ENOTEMPTY
 *     $ sys open tags/gold 'O_WRONLY|O_TRUNC' : write 'abc\n' : close
 *     0
 *     EINVAL
 *     0
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/sys.h"

static enum step_result step_as(struct args *args)
{
        uid_t uid = (uid_t)next_number(args);
        gid_t gid = (gid_t)next_number(args);

        if (setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 ||
            setresuid(uid, uid, uid) < 0) {
                fprintf(stderr, "sys: as %d %d: %s\n", (int)uid, (int)gid, strerror(errno));
                exit(SYS_EXIT_USAGE);
        }
        return STEP_OK;
}

static enum step_result step_umask(struct args *args)
{
        umask(next_mode(args));
        return STEP_OK;
}

/* Runs a command while the files of the sequence are open here. */
static enum step_result step_run(struct args *args)
{
        char **command = args->next;
        pid_t pid;
        int status;

        next(args);
        args->next = args->end;
        fflush(stdout);
        pid = fork();
        if (pid == 0) {
                execvp(command[0], command);
                perror("sys: run");
                _exit(127);
        }
        if (pid < 0 || waitpid(pid, &status, 0) < 0)
                return say_errno();
        return say(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* Lets another process act: what was said so far can be read, and a line lets it go on. */
static enum step_result step_pause(struct args *args)
{
        int byte;

        (void)args;
        fflush(stdout);
        do
                byte = getchar();
        while (byte != EOF && byte != '\n');
        return byte == EOF ? STEP_STOP : STEP_OK;
}

/*
 * Whether this process may mount a FUSE filesystem, found by doing it: mount(2) returns before any
 * daemon has to answer. An ordinary user mounts by the setuid fusermount3, so here /dev/fuse is all
 * there is to try.
 */
static enum step_result step_can_mount(struct args *args)
{
        const char *directory = next(args);
        enum step_result result = STEP_OK;
        char options[100];
        int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

        if (fd < 0)
                return say_errno();
        if (geteuid() == 0) {
                snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
                if (mount("sys", directory, "fuse", MS_NOSUID | MS_NODEV, options) < 0)
                        result = say_errno();
                else
                        umount2(directory, MNT_DETACH);
        }
        close(fd);
        return result == STEP_OK ? say(0) : result;
}

static const struct step {
        const char *name;
        step_function *run;
        const char *arguments;
} steps[] = {
        { "mkdir", step_mkdir, "PATH [MODE]" },
        { "rmdir", step_rmdir, "PATH" },
        { "unlink", step_unlink, "PATH" },
        { "rename", step_rename, "FROM TO" },
        { "renameat2", step_renameat2, "FROM TO NOREPLACE|EXCHANGE|WHITEOUT" },
        { "link", step_link, "FROM TO" },
        { "symlink", step_symlink, "TARGET PATH" },
        { "readlink", step_readlink, "PATH" },
        { "mknod", step_mknod, "PATH file|fifo|socket|char|block [MODE [MAJOR MINOR]]" },
        { "truncate", step_truncate, "PATH SIZE" },
        { "chmod", step_chmod, "PATH MODE" },
        { "chown", step_chown, "PATH UID GID" },
        { "lchown", step_lchown, "PATH UID GID" },
        { "utimens", step_utimens, "PATH ATIME MTIME" },
        { "lutimens", step_lutimens, "PATH ATIME MTIME" },
        { "access", step_access, "PATH [r][w][x][f]" },
        { "stat", step_stat, "PATH FIELD..." },
        { "lstat", step_lstat, "PATH FIELD..." },
        { "statfs", step_statfs,
          "PATH bsize|frsize|blocks|bfree|bavail|files|ffree|"
          "namemax|readonly..." },
        { "getxattr", step_getxattr, "PATH NAME" },
        { "setxattr", step_setxattr, "PATH NAME DATA [CREATE|REPLACE]" },
        { "removexattr", step_removexattr, "PATH NAME" },
        { "listxattr", step_listxattr, "PATH" },
        { "readdir", step_readdir, "PATH [BUFFER_SIZE]     names, without . and .." },
        { "getdents", step_readdir, "PATH [BUFFER_SIZE]    inode, type and name of every entry" },
        { "mmap-read", step_mmap_read, "PATH" },
        { NULL, NULL, NULL },
        { "open", step_open, "PATH O_WRONLY|O_TRUNC|... [MODE]" },
        { "dup", step_dup, "" },
        { "close", step_close, "" },
        { "write", step_write, "DATA" },
        { "pwrite", step_pwrite, "DATA OFFSET" },
        { "read", step_read, "SIZE" },
        { "pread", step_pread, "SIZE OFFSET" },
        { "lseek", step_lseek, "OFFSET SET|CUR|END|DATA|HOLE" },
        { "ftruncate", step_ftruncate, "SIZE" },
        { "fallocate", step_fallocate, "0|KEEP_SIZE|PUNCH_HOLE|ZERO_RANGE OFFSET SIZE" },
        { "fsync", step_fsync, "" },
        { "fdatasync", step_fdatasync, "" },
        { "fchmod", step_fchmod, "MODE" },
        { "fchown", step_fchown, "UID GID" },
        { "futimens", step_futimens, "ATIME MTIME" },
        { "fstat", step_fstat, "FIELD..." },
        { "flock", step_flock, "SH|EX|UN|NB" },
        { "poll", step_poll, "IN|PRI|OUT TIMEOUT_MS" },
        { NULL, NULL, NULL },
        { "as", step_as, "UID GID                 says nothing" },
        { "umask", step_umask, "MODE                 says nothing" },
        { "run", step_run, "COMMAND [ARG]...       its exit status" },
        { "pause", step_pause, "                     until a line comes on standard input" },
        { "can-mount", step_can_mount, "DIRECTORY        whether FUSE works here" },
};

static void help(void)
{
        puts("usage: sys STEP [ARG]... [: STEP [ARG]...]...\n\n"
             "Each step says what it returned: a number, a value, or the name of the errno. Exit\n"
             "status: 0 all succeeded, 1 one failed, 2 the words were wrong. A sequence ends at an\n"
             "open that fails.\n\n"
             "Steps on names:");
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
                if (steps[i].name)
                        printf("    %s %s\n", steps[i].name, steps[i].arguments);
                else if (steps[i + 1].run == step_open)
                        puts("\nSteps on files, the one opened last and not yet closed:");
                else
                        puts("\nOther steps:");
        }
        puts("\n"
             "DATA    text with \\n \\t \\r \\0 \\\\ \\xHH, or --repeat TEXT TIMES, or --file PATH\n"
             "FIELD   type mode size ino dev nlink uid gid blocks blksize atime mtime ctime\n"
             "ATIME   SECONDS[.NANOSECONDS], now, or omit\n"
             "MODE    octal");
}

static enum step_result run_step(char **words, char **end)
{
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
                struct args args = { words[0], words + 1, end };
                enum step_result result;

                if (!steps[i].name || strcmp(words[0], steps[i].name) != 0)
                        continue;
                result = steps[i].run(&args);
                if (result == STEP_OK && has_next(&args))
                        usage_error(args.step, "does not want", *args.next);
                return result;
        }
        usage_error(words[0], "unknown step", words[0]);
}

int main(int argc, char **argv)
{
        char **words = argv + 1;
        char **end = argv + argc;
        bool failed = false;

        if (argc < 2 || strcmp(argv[1], "--help") == 0) {
                help();
                return argc < 2 ? SYS_EXIT_USAGE : EXIT_SUCCESS;
        }
        while (words < end) {
                char **stop = words;
                enum step_result result;

                while (stop < end && strcmp(*stop, ":") != 0)
                        stop++;
                if (stop == words)
                        usage_error(argv[0], "a step is missing before", ":");
                *stop = NULL; /* as execvp() wants it */
                result = run_step(words, stop);
                failed = failed || result != STEP_OK;
                if (result == STEP_STOP)
                        break;
                words = stop + 1;
        }
        return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
