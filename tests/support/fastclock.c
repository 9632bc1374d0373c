/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For LD_PRELOAD: a program that lives faster. Its clocks run BACKCARE_FASTCLOCK_RATE times as fast from the
 * start of the program on, and so do its timers (timerfd, as sd-event arms them) and the time-outs of poll
 * and epoll. Nothing else on the machine notices. Only what is linked dynamically is caught.
 *
 * In the file BACKCARE_FASTCLOCK_WAKES, if it is named and has 8 bytes, it counts how often the program has
 * been woken from a wait for events: blocking in a write to disk is none.
 *
 * Jumps: BACKCARE_FASTCLOCK_JUMPS names a file of two 64-bit integers, by how many nanoseconds CLOCK_BOOTTIME
 * (and CLOCK_REALTIME with it, as in a suspend) and CLOCK_REALTIME alone (as when it is set) are ahead. After
 * a change send SIGUSR1: timers are then as the kernel would have them, those with TFD_TIMER_CANCEL_ON_SET
 * are cancelled.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_SEC INT64_C(1000000000)
#define FDS_MAX 1024
#define CLOCKS_MAX 12

static int64_t rate = 1;
static uint64_t no_wakes;
static uint64_t *wakes = &no_wakes;
static int64_t base[CLOCKS_MAX];         /* what each clock showed at the start, by clock id */
static uint8_t timer_clock[FDS_MAX];     /* clock id + 1 of a timerfd, 0 = none */
static struct itimerspec armed[FDS_MAX]; /* as the program has set them */
static int armed_flags[FDS_MAX];
static volatile sig_atomic_t cancelled[FDS_MAX];
static const volatile int64_t *jumps;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* "Never" is often more than 64 bits hold. */
static int64_t to_nsec(const struct timespec *t)
{
    if (t->tv_sec >= INT64_MAX / NSEC_PER_SEC)
        return INT64_MAX / 2;
    return t->tv_sec * NSEC_PER_SEC + t->tv_nsec;
}

static struct timespec from_nsec(int64_t nsec)
{
    return (struct timespec){.tv_sec = nsec / NSEC_PER_SEC, .tv_nsec = nsec % NSEC_PER_SEC};
}

static int64_t real_nsec(clockid_t clock)
{
    struct timespec t;

    return syscall(SYS_clock_gettime, clock, &t) < 0 ? 0 : to_nsec(&t);
}

static void map_wakes(const char *path)
{
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *p;

    if (fd < 0)
        return;
    p = mmap(NULL, sizeof *wakes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p != MAP_FAILED)
        wakes = p;
    (void)syscall(SYS_close, fd);
}

/* How far a clock has jumped since the start. */
static int64_t jump_of(clockid_t clock)
{
    if (!jumps)
        return 0;
    if (clock == CLOCK_BOOTTIME || clock == CLOCK_BOOTTIME_ALARM)
        return jumps[0];
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_ALARM || clock == CLOCK_REALTIME_COARSE)
        return jumps[0] + jumps[1];
    return 0;
}

static int arm(int fd);

static void on_jump(int signal)
{
    int error = errno;

    (void)signal;
    for (int fd = 0; fd < FDS_MAX; fd++) {
        if (timer_clock[fd] == 0 || to_nsec(&armed[fd].it_value) == 0)
            continue;
        cancelled[fd] = (armed_flags[fd] & TFD_TIMER_CANCEL_ON_SET) != 0;
        (void)arm(fd);
    }
    errno = error;
}

static void map_jumps(const char *path)
{
    struct sigaction action = {.sa_handler = on_jump};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 2 * sizeof *jumps, PROT_READ, MAP_SHARED, fd, 0);

    if (fd >= 0)
        (void)syscall(SYS_close, fd);
    if (map == MAP_FAILED)
        return;
    jumps = map;
    (void)sigaction(SIGUSR1, &action, NULL);
}

static void start(void)
{
    const char *text = getenv("BACKCARE_FASTCLOCK_RATE");

    for (clockid_t clock = 0; clock < CLOCKS_MAX; clock++)
        base[clock] = real_nsec(clock);
    if (text && atol(text) > 0)
        rate = atol(text);
    map_wakes(getenv("BACKCARE_FASTCLOCK_WAKES"));
    text = getenv("BACKCARE_FASTCLOCK_JUMPS");
    if (text)
        map_jumps(text);
}

/* CPU-time clocks count work, which isn't done any faster. */
static int is_scaled(clockid_t clock)
{
    (void)pthread_once(&once, start);
    return clock >= 0 && clock < CLOCKS_MAX && clock != CLOCK_PROCESS_CPUTIME_ID &&
           clock != CLOCK_THREAD_CPUTIME_ID;
}

int clock_gettime(clockid_t clock, struct timespec *ret)
{
    if (!is_scaled(clock))
        return (int)syscall(SYS_clock_gettime, clock, ret);
    *ret = from_nsec(base[clock] + (real_nsec(clock) - base[clock]) * rate + jump_of(clock));
    return 0;
}

int gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
    struct timespec t;

    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &t) < 0)
        return -1;
    *ret = (struct timeval){.tv_sec = t.tv_sec, .tv_usec = t.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *ret)
{
    struct timespec t = {0};

    (void)clock_gettime(CLOCK_REALTIME, &t);
    if (ret)
        *ret = t.tv_sec;
    return t.tv_sec;
}

int timerfd_create(int clock, int flags)
{
    int fd = (int)syscall(SYS_timerfd_create, clock, flags);

    if (fd >= 0 && fd < FDS_MAX && is_scaled(clock))
        timer_clock[fd] = (uint8_t)(clock + 1);
    return fd;
}

/* A duration never rounds to 0, which would disarm. */
static int64_t shorter(int64_t nsec)
{
    return nsec > 0 ? (nsec / rate > 0 ? nsec / rate : 1) : nsec;
}

/* Arms it in real time; a cancelled one elapses at once. */
static int arm(int fd)
{
    clockid_t clock = timer_clock[fd] - 1;
    struct itimerspec real = {.it_interval = from_nsec(shorter(to_nsec(&armed[fd].it_interval)))};
    int flags = armed_flags[fd];
    int64_t value = to_nsec(&armed[fd].it_value), origin = base[clock];

    if (value > 0 && (flags & TFD_TIMER_ABSTIME)) {
        value -= jump_of(clock);
        if (value > origin)
            value = origin + shorter(value - origin);
        value = value > 0 ? value : 1;
    } else if (value > 0) {
        value = shorter(value);
    }
    if (cancelled[fd]) {
        value = 1;
        flags = TFD_TIMER_ABSTIME;
    }
    real.it_value = from_nsec(value);
    return (int)syscall(SYS_timerfd_settime, fd, flags, &real, NULL);
}

int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
    if (fd < 0 || fd >= FDS_MAX || timer_clock[fd] == 0 || old)
        return (int)syscall(SYS_timerfd_settime, fd, flags, new, old);
    armed[fd] = *new;
    armed_flags[fd] = flags;
    cancelled[fd] = 0;
    return arm(fd);
}

ssize_t read(int fd, void *buf, size_t size)
{
    ssize_t n = syscall(SYS_read, fd, buf, size);

    if (n < 0 || fd < 0 || fd >= FDS_MAX || !cancelled[fd])
        return n;
    cancelled[fd] = 0;
    (void)arm(fd);
    errno = ECANCELED;
    return -1;
}

int close(int fd)
{
    if (fd >= 0 && fd < FDS_MAX) {
        timer_clock[fd] = 0;
        cancelled[fd] = 0;
    }
    return (int)syscall(SYS_close, fd);
}

static int scaled_ms(int ms)
{
    (void)pthread_once(&once, start);
    return ms <= 0 ? ms : (int)((ms + rate - 1) / rate);
}

static const struct timespec *scaled_timeout(const struct timespec *timeout, struct timespec *buffer)
{
    (void)pthread_once(&once, start);
    if (!timeout)
        return NULL;
    *buffer = from_nsec(shorter(to_nsec(timeout)));
    return buffer;
}

int poll(struct pollfd *fds, nfds_t n, int timeout)
{
    struct timespec t = from_nsec((int64_t)scaled_ms(timeout) * 1000000);

    return (int)syscall(SYS_ppoll, fds, n, timeout < 0 ? NULL : &t, NULL, _NSIG / 8);
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
    struct timespec t, *real = (struct timespec *)scaled_timeout(timeout, &t);

    return (int)syscall(SYS_ppoll, fds, n, real, mask, _NSIG / 8);
}

/* What a wait for events has come to. One that was told not to wait is no waking. */
static int woken(long found, int may_wait)
{
    *wakes += may_wait && found > 0;
    return (int)found;
}

int epoll_wait(int epoll, struct epoll_event *events, int max, int timeout)
{
    return woken(syscall(SYS_epoll_pwait, epoll, events, max, scaled_ms(timeout), NULL, _NSIG / 8),
                 timeout != 0);
}

int epoll_pwait(int epoll, struct epoll_event *events, int max, int timeout, const sigset_t *mask)
{
    return woken(syscall(SYS_epoll_pwait, epoll, events, max, scaled_ms(timeout), mask, _NSIG / 8),
                 timeout != 0);
}

#ifdef SYS_epoll_pwait2
int epoll_pwait2(int epoll, struct epoll_event *events, int max, const struct timespec *timeout,
                 const sigset_t *mask)
{
    struct timespec t;

    return woken(syscall(SYS_epoll_pwait2, epoll, events, max, scaled_timeout(timeout, &t), mask, _NSIG / 8),
                 !timeout || to_nsec(timeout) > 0);
}
#endif
