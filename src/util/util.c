#include "util/util.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

void close_fd(int *fd)
{
        /* Runs on the way out of functions that report errno. */
        int saved = errno;

        if (*fd >= 0)
                (void)close(*fd);
        *fd = -1;
        errno = saved;
}

int64_t now_millis(void)
{
        struct timespec now;

        (void)clock_gettime(CLOCK_REALTIME, &now);
        return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
