/* The one way to change anything: sqlite_write(), with group commit.
 *
 * A durable transaction costs one fdatasync, whatever it holds, so callers that wait at the same
 * time share it. They queue; the first is the leader. It takes the lock file, then everyone who is
 * in the queue by then (at most GROUP_MAX), runs their functions in order, each in a savepoint, on
 * the writer connection, commits once and hands out the answers. Who comes meanwhile queues, and
 * the first of them leads the next group. There is no thread of ours in this, and a caller who is
 * alone pays a mutex for it: no savepoint, no waking.
 *
 * Each keeps its own answer. A function that fails takes back its savepoint and nothing else.
 * But when the COMMIT fails, everybody from the first change on gets that failure, also who was
 * refused by then: "the tag exists" is no answer if what made it exist never happened.
 */
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "backend/sqlite/sqlite.h"
#include "util/util.h"

/* Bounds how long the first of a group waits for the functions of the others. */
#define GROUP_MAX 64

enum turn_state {
        TURN_QUEUED,
        TURN_LEADER, /* the one before is done with leading */
        TURN_TAKEN,  /* in a group; will be answered, however long it takes */
        TURN_DONE,
};

/* One caller; lives on its stack. */
struct sqlite_turn {
        struct sqlite_write write;
        sqlite_write_function *function;
        void *context;
        struct lns_error *err;
        int result;
        enum turn_state state;    /* under queue.mutex */
        struct sqlite_turn *next; /* in the queue, then in the group */
        pthread_cond_t wake;      /* initialised when it has to wait */
};

/* ---- the queue; under queue.mutex ---- */

static void queue_append(struct sqlite_queue *queue, struct sqlite_turn *turn)
{
        if (queue->last)
                queue->last->next = turn;
        else
                queue->first = turn;
        queue->last = turn;
        queue->n_queued++;
}

static void queue_remove(struct sqlite_queue *queue, struct sqlite_turn *turn)
{
        struct sqlite_turn *before = NULL;

        for (struct sqlite_turn *at = queue->first; at != turn; at = at->next)
                before = at;
        if (before)
                before->next = turn->next;
        else
                queue->first = turn->next;
        if (queue->last == turn)
                queue->last = before;
        turn->next = NULL;
        queue->n_queued--;
}

/* Take the group off the front. The leader is its first. */
static struct sqlite_turn *queue_take(struct sqlite_queue *queue)
{
        struct sqlite_turn *group = queue->first;
        struct sqlite_turn *last = group;
        int n = 1;

        last->state = TURN_TAKEN;
        for (; n < GROUP_MAX && last->next; n++) {
                last = last->next;
                last->state = TURN_TAKEN;
        }
        queue->n_queued -= n;
        queue->first = last->next;
        if (!queue->first)
                queue->last = NULL;
        last->next = NULL;
        return group;
}

/* Let the next one lead. */
static void queue_pass(struct sqlite_queue *queue)
{
        queue->led = queue->first;
        if (!queue->first)
                return;
        queue->first->state = TURN_LEADER;
        pthread_cond_signal(&queue->first->wake);
}

static struct timespec deadline_in(int ms)
{
        struct timespec time;

        clock_gettime(CLOCK_MONOTONIC, &time);
        time.tv_sec += ms / 1000;
        time.tv_nsec += (long)(ms % 1000) * 1000000;
        if (time.tv_nsec >= 1000000000) {
                time.tv_sec++;
                time.tv_nsec -= 1000000000;
        }
        return time;
}

static int ms_until(const struct timespec *deadline)
{
        struct timespec now;
        int64_t ms;

        clock_gettime(CLOCK_MONOTONIC, &now);
        ms = (int64_t)(deadline->tv_sec - now.tv_sec) * 1000 +
             (deadline->tv_nsec - now.tv_nsec) / 1000000;
        return ms > 0 ? (int)ms : 0;
}

/* Wait until answered or asked to lead. The deadline holds while it is queued only: what is in a
 * group may be on its way to the disk. */
static void turn_wait(struct sqlite_queue *queue, struct sqlite_turn *turn,
                      const struct timespec *deadline)
{
        pthread_condattr_t attributes;

        pthread_condattr_init(&attributes);
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        pthread_cond_init(&turn->wake, &attributes);
        pthread_condattr_destroy(&attributes);
        while (turn->state == TURN_QUEUED || turn->state == TURN_TAKEN) {
                if (turn->state == TURN_TAKEN)
                        pthread_cond_wait(&turn->wake, &queue->mutex);
                else if (pthread_cond_timedwait(&turn->wake, &queue->mutex, deadline) ==
                                 ETIMEDOUT &&
                         turn->state == TURN_QUEUED)
                        break;
        }
        pthread_cond_destroy(&turn->wake);
}

/* ---- a group; by the leader, under the lock file ---- */

static bool leaves_something(const struct sqlite_turn *turn)
{
        return !turn->result && (turn->write.transaction_id || turn->write.silent);
}

/* Run one function. shared: others are in the transaction too. Gives false when the transaction is
 * no more: SQLite rolls all of it back on a full disk, a failed read, or when memory is out. */
static bool run_turn(struct sqlite_backend *backend, struct sqlite_turn *turn, bool shared)
{
        struct sqlite_connection *writer = backend->writer;

        turn->write.connection = writer;
        turn->write.now_ms = now_millis();
        if (shared && sqlite_run(writer, SQL_SAVEPOINT, turn->err, "")) {
                turn->result = -1;
                return !sqlite3_get_autocommit(writer->db);
        }
        turn->result = turn->function(&turn->write, turn->context, turn->err);
        if (turn->result)
                sqlite_reset_all(writer);
        if (sqlite3_get_autocommit(writer->db))
                return false;
        if (!shared)
                return true;
        if (!leaves_something(turn)) {
                struct lns_error ignored;

                backend->cursor.known = false;
                if (sqlite_run(writer, SQL_SAVEPOINT_ROLLBACK, &ignored, ""))
                        return false;
        }
        if (sqlite_run(writer, SQL_SAVEPOINT_RELEASE, turn->err, "")) {
                turn->result = -1;
                return false;
        }
        return true;
}

/* Everybody from `from` on gets this failure. */
static void fail_from(struct sqlite_turn *from, const struct lns_error *err)
{
        for (struct sqlite_turn *turn = from; turn; turn = turn->next) {
                turn->result = -1;
                if (turn->err && turn->err != err)
                        *turn->err = *err;
        }
}

static void rollback(struct sqlite_backend *backend)
{
        struct lns_error ignored;

        sqlite_reset_all(backend->writer);
        if (!sqlite3_get_autocommit(backend->writer->db) &&
            sqlite_run(backend->writer, SQL_ROLLBACK, &ignored, ""))
                backend->unsettled = true; /* a new connection before the next change */
}

/* The seq of a change of the group: if it is there, all are. 0: it has none. */
static uint64_t a_change(const struct sqlite_turn *changed)
{
        for (; changed; changed = changed->next)
                if (!changed->result && changed->write.transaction_id)
                        return changed->write.transaction_id;
        return 0;
}

/* Commit what the group did; `changed` is its first member that left something. */
static void commit_group(struct sqlite_backend *backend, struct sqlite_turn *changed)
{
        struct lns_error err = LNS_ERROR_INIT;
        uint64_t seq = a_change(changed);

        sqlite_log_extend(backend);
        sqlite_lock_mark(backend->lock);
        if (!sqlite_run(backend->writer, SQL_COMMIT, &err, ""))
                return;
        switch (sqlite_settle_commit(backend, seq)) {
        case 1:
                return;
        case -1:
                lns_error_add_detail(&err, "it is not known whether the change was made");
                break;
        }
        fail_from(changed, &err);
}

static void run_group(struct sqlite_backend *backend, struct sqlite_turn *group)
{
        struct sqlite_turn *changed = NULL;
        struct lns_error err = LNS_ERROR_INIT;

        backend->cursor.known = false;
        if ((backend->unsettled && sqlite_settle(backend, &err)) ||
            sqlite_run(backend->writer, SQL_BEGIN_WRITE, &err, "")) {
                fail_from(group, &err);
                return;
        }
        for (struct sqlite_turn *turn = group; turn; turn = turn->next) {
                bool alive = run_turn(backend, turn, group->next);

                if (alive) {
                        if (!changed && leaves_something(turn))
                                changed = turn;
                        continue;
                }
                lns_error_set(&err, LNS_INTERNAL, "the transaction was rolled back");
                rollback(backend);
                if (turn->result && turn->err)
                        err = *turn->err;
                fail_from(changed ? changed : turn, &err);
                return;
        }
        if (changed)
                commit_group(backend, changed);
        else
                rollback(backend);
}

/* Hand out the answers. A member's memory is its own again as soon as it is told. */
static void answer(struct sqlite_queue *queue, struct sqlite_turn *group,
                   struct sqlite_turn *leader)
{
        struct sqlite_turn *next;

        if (!group->next)
                return;
        pthread_mutex_lock(&queue->mutex);
        for (struct sqlite_turn *turn = group; turn; turn = next) {
                next = turn->next;
                turn->state = TURN_DONE;
                if (turn != leader)
                        pthread_cond_signal(&turn->wake);
        }
        pthread_mutex_unlock(&queue->mutex);
}

static int lead(struct sqlite_backend *backend, struct sqlite_turn *leader,
                const struct timespec *deadline)
{
        struct sqlite_queue *queue = &backend->queue;
        int timeout_ms = deadline ? ms_until(deadline) : backend->lock_timeout_ms;
        struct sqlite_turn *group;

        if (sqlite_lock_acquire(backend->lock, timeout_ms, leader->err)) {
                pthread_mutex_lock(&queue->mutex);
                queue_remove(queue, leader);
                queue_pass(queue);
                pthread_mutex_unlock(&queue->mutex);
                return -1;
        }
        pthread_mutex_lock(&queue->mutex);
        group = queue_take(queue);
        pthread_mutex_unlock(&queue->mutex);

        run_group(backend, group);
        sqlite_lock_publish(backend->lock);
        answer(queue, group, leader);
        /* Nobody waits for this but the leader itself, and who comes next. */
        sqlite_checkpoint(backend);
        sqlite_lock_release(backend->lock);

        pthread_mutex_lock(&queue->mutex);
        queue_pass(queue);
        pthread_mutex_unlock(&queue->mutex);
        return leader->result;
}

int sqlite_write(struct sqlite_backend *backend, const struct lns_caller *caller,
                 sqlite_write_function *function, void *context, struct lns_error *err)
{
        struct sqlite_queue *queue = &backend->queue;
        struct timespec deadline;
        bool waited = false;
        struct sqlite_turn turn = {
                .write = { .backend = backend,
                           .uid = caller ? caller->uid : getuid(),
                           .gid = caller ? caller->gid : getegid() },
                .function = function,
                .context = context,
                .err = err,
        };

        if (backend->read_only)
                return lns_error_set_errno(err, LNS_PERMISSION_DENIED, EROFS,
                                           "the catalog is opened read-only");
        pthread_mutex_lock(&queue->mutex);
        queue_append(queue, &turn);
        if (queue->led) {
                waited = true;
                deadline = deadline_in(backend->lock_timeout_ms);
                turn_wait(queue, &turn, &deadline);
                if (turn.state == TURN_QUEUED)
                        queue_remove(queue, &turn);
        } else {
                queue->led = true;
                turn.state = TURN_LEADER;
        }
        pthread_mutex_unlock(&queue->mutex);

        if (turn.state == TURN_LEADER)
                return lead(backend, &turn, waited ? &deadline : NULL);
        if (turn.state == TURN_QUEUED)
                return lns_error_set_errno(err, LNS_SERVICE_UNAVAILABLE, ETIMEDOUT,
                                           "too many changes wait; waited %d ms",
                                           backend->lock_timeout_ms);
        return turn.result;
}
