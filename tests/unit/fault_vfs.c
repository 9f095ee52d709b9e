#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "fault_vfs.h"

/* What SQLite holds for an open file; the real one's follows it. */
struct fault_file {
        sqlite3_file base;
        sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;
static struct fault current;
static int count;

static sqlite3_file *real_of(sqlite3_file *file)
{
        return ((struct fault_file *)(void *)file)->real;
}

/* Count a call. Does it fail? */
static bool fails(void)
{
        count++;
        return current.at && (current.sticky ? count >= current.at : count == current.at);
}

static int fault_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
        bool failed = !current.syncs && fails();
        int result = SQLITE_OK;

        if (!failed || current.after)
                result = real_of(file)->pMethods->xWrite(real_of(file), data, size, offset);
        return failed ? current.result : result;
}

static int fault_sync(sqlite3_file *file, int flags)
{
        bool failed = fails();
        int result = SQLITE_OK;

        if (!failed || current.after)
                result = real_of(file)->pMethods->xSync(real_of(file), flags);
        return failed ? SQLITE_IOERR_FSYNC : result;
}

static int fault_truncate(sqlite3_file *file, sqlite3_int64 size)
{
        bool failed = current.locks && fails();
        int result = SQLITE_OK;

        if (!failed || current.after)
                result = real_of(file)->pMethods->xTruncate(real_of(file), size);
        return failed ? SQLITE_IOERR_TRUNCATE : result;
}

static int fault_lock(sqlite3_file *file, int lock)
{
        if (current.locks && fails())
                return SQLITE_IOERR_LOCK;
        return real_of(file)->pMethods->xLock(real_of(file), lock);
}

/* What is let go is let go in any case: a lock that stays would be another fault. */
static int fault_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
        bool failed = current.locks && fails();
        int result = SQLITE_OK;

        if (!failed || (flags & SQLITE_SHM_UNLOCK))
                result = real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
        return failed ? SQLITE_IOERR_SHMLOCK : result;
}

static int fault_close(sqlite3_file *file)
{
        return real_of(file)->pMethods->xClose(real_of(file));
}

/* The rest goes through as it is. */
#define PASS(name, parameters, arguments)                                                          \
        static int fault_##name parameters                                                         \
        {                                                                                          \
                return real_of(file)->pMethods->name arguments;                                    \
        }
PASS(xRead, (sqlite3_file * file, void *data, int size, sqlite3_int64 offset),
     (real_of(file), data, size, offset))
PASS(xFileSize, (sqlite3_file * file, sqlite3_int64 *size), (real_of(file), size))
PASS(xUnlock, (sqlite3_file * file, int lock), (real_of(file), lock))
PASS(xCheckReservedLock, (sqlite3_file * file, int *result), (real_of(file), result))
PASS(xFileControl, (sqlite3_file * file, int op, void *argument), (real_of(file), op, argument))
PASS(xSectorSize, (sqlite3_file * file), (real_of(file)))
PASS(xDeviceCharacteristics, (sqlite3_file * file), (real_of(file)))
PASS(xShmMap, (sqlite3_file * file, int page, int size, int extend, void volatile **map),
     (real_of(file), page, size, extend, map))
PASS(xShmUnmap, (sqlite3_file * file, int remove), (real_of(file), remove))

static void fault_xShmBarrier(sqlite3_file *file)
{
        real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static const sqlite3_io_methods methods = {
        .iVersion = 2,
        .xClose = fault_close,
        .xRead = fault_xRead,
        .xWrite = fault_write,
        .xTruncate = fault_truncate,
        .xSync = fault_sync,
        .xFileSize = fault_xFileSize,
        .xLock = fault_lock,
        .xUnlock = fault_xUnlock,
        .xCheckReservedLock = fault_xCheckReservedLock,
        .xFileControl = fault_xFileControl,
        .xSectorSize = fault_xSectorSize,
        .xDeviceCharacteristics = fault_xDeviceCharacteristics,
        .xShmMap = fault_xShmMap,
        .xShmLock = fault_shm_lock,
        .xShmBarrier = fault_xShmBarrier,
        .xShmUnmap = fault_xShmUnmap,
};

static int fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                      int *ret_flags)
{
        struct fault_file *fault = (struct fault_file *)(void *)file;
        int result;

        (void)vfs;
        fault->real = (sqlite3_file *)(void *)(fault + 1);
        result = real_vfs->xOpen(real_vfs, name, fault->real, flags, ret_flags);
        fault->base.pMethods = fault->real->pMethods ? &methods : NULL;
        return result;
}

void fault_vfs_register(void)
{
        static sqlite3_vfs vfs;

        if (real_vfs)
                return;
        real_vfs = sqlite3_vfs_find(NULL);
        vfs = *real_vfs; /* whatever takes no file works on the real one's data */
        vfs.zName = "fault";
        vfs.szOsFile = (int)sizeof(struct fault_file) + real_vfs->szOsFile;
        vfs.xOpen = fault_open;
        if (sqlite3_vfs_register(&vfs, 1))
                abort();
}

void fault_vfs_set(const struct fault *fault)
{
        current = fault ? *fault : (struct fault){ 0 };
        count = 0;
}

int fault_vfs_count(void)
{
        return count;
}
