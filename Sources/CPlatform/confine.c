#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#if defined(__linux__)

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int patchbay_spawn(const char *path, char *const arguments[], char *const environment[], pid_t *pid, int *input,
                   int *output) {
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0) return errno;
    if (pipe2(from, O_CLOEXEC) != 0) {
        int failure = errno;
        close(to[0]);
        close(to[1]);
        return failure;
    }
    fcntl(to[1], F_SETFL, O_NONBLOCK);
    fcntl(from[0], F_SETFL, O_NONBLOCK);

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);

    /* The pipes may have got numbers below 3 when the caller runs without standard streams: out of the way. */
    int in = fcntl(to[0], F_DUPFD_CLOEXEC, 3);
    int out = fcntl(from[1], F_DUPFD_CLOEXEC, 3);
    int failure = in < 0 || out < 0 ? errno : 0;
    if (!failure) failure = posix_spawn_file_actions_adddup2(&actions, in, 0);
    if (!failure) failure = posix_spawn_file_actions_adddup2(&actions, out, 1);
    if (!failure) failure = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (!failure) failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!failure) failure = posix_spawnattr_setsigmask(&attributes, &none);
    if (!failure) failure = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!failure) failure = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!failure) failure = posix_spawn(pid, path, &actions, &attributes, arguments, environment);

    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (in >= 0) close(in);
    if (out >= 0) close(out);
    close(to[0]);
    close(from[1]);
    if (failure) {
        close(to[1]);
        close(from[0]);
        return failure;
    }
    *input = to[1];
    *output = from[0];
    return 0;
}

int patchbay_bind_to_parent(void) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    return 0;
}

/* Landlock's numbers, because headers in distributions lag behind kernels: linux/landlock.h of Linux 6.12. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif
enum { LANDLOCK_ASK_VERSION = 1 };
struct landlock_rules {
    uint64_t files;
    uint64_t ports;
    uint64_t scopes;
};

int patchbay_forbid_paths(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_ASK_VERSION);
    if (version < 0) return errno;
    /* How many file rights each version knows: 13 at first, then refer (2), truncate (3) and device ioctl (5). */
    int rights = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
    struct landlock_rules rules = {
        .files = (1ULL << rights) - 1,
        .ports = version >= 4 ? 3 : 0,
        .scopes = version >= 6 ? 3 : 0,
    };
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    long descriptor = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (descriptor < 0) return errno;
    int failure = syscall(SYS_landlock_restrict_self, (int)descriptor, 0) == 0 ? 0 : errno;
    close((int)descriptor);
    return failure;
}

#if defined(__x86_64__) && !defined(__ILP32__)
#define THIS_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && !defined(__AARCH64EB__)
#define THIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef THIS_ARCHITECTURE

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* The lower half of an argument: both architectures are little-endian. */
#define LOAD_ARGUMENT(index) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[index]))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define REFUSE(number) ANSWER(SECCOMP_RET_ERRNO | (number))
#define EQUALS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), yes, no)
#define HAS(bits, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (uint32_t)(bits), yes, no)
#define ALLOW(number) EQUALS(number, 0, 1), ANSWER(SECCOMP_RET_ALLOW)

int patchbay_forbid_calls(void) {
    /* The process id is 32 bits wide; a thread signal may go to this process only. */
    uint32_t self = (uint32_t)getpid();
    struct sock_filter filter[] = {
        LOAD(arch),
        EQUALS(THIS_ARCHITECTURE, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),

        /* What an interpreter does all the time. */
        ALLOW(SYS_read),
        ALLOW(SYS_write),
        ALLOW(SYS_pread64),
        ALLOW(SYS_futex),
        ALLOW(SYS_madvise),
        ALLOW(SYS_munmap),
        ALLOW(SYS_mremap),
        ALLOW(SYS_brk),
        ALLOW(SYS_clock_gettime),
        ALLOW(SYS_clock_getres),
        ALLOW(SYS_clock_nanosleep),
        ALLOW(SYS_nanosleep),
        ALLOW(SYS_gettimeofday),
        ALLOW(SYS_getrandom),
        ALLOW(SYS_getrusage),
        ALLOW(SYS_sched_yield),
        ALLOW(SYS_sched_getaffinity),
        ALLOW(SYS_restart_syscall),
        ALLOW(SYS_exit),
        ALLOW(SYS_exit_group),
        ALLOW(SYS_close),
        /* How it waits inside, and wakes its own threads. */
#ifdef SYS_poll
        ALLOW(SYS_poll),
#endif
        ALLOW(SYS_ppoll),
        ALLOW(SYS_eventfd2),
        /* How its collector stops threads to look at their stacks; without these it hangs after some thousand calls. */
        ALLOW(SYS_rt_sigaction),
        ALLOW(SYS_rt_sigprocmask),
        ALLOW(SYS_rt_sigreturn),
        ALLOW(SYS_rt_sigsuspend),
        ALLOW(SYS_sigaltstack),
        ALLOW(SYS_membarrier),
        ALLOW(SYS_getpid),
        ALLOW(SYS_gettid),
        ALLOW(SYS_set_robust_list),
        ALLOW(SYS_rseq),

        EQUALS(SYS_tgkill, 0, 4),
        LOAD_ARGUMENT(0),
        EQUALS(self, 0, 1),
        ANSWER(SECCOMP_RET_ALLOW),
        REFUSE(EPERM),

        /* Memory, but never executable: there is no compiler at work. */
        EQUALS(SYS_mmap, 1, 0),
        EQUALS(SYS_mprotect, 0, 4),
        LOAD_ARGUMENT(2),
        HAS(PROT_EXEC, 0, 1),
        REFUSE(EPERM),
        ANSWER(SECCOMP_RET_ALLOW),

        /* Threads, but no processes. What clone3 is given can't be looked at, so it is as if it did not exist. */
        EQUALS(SYS_clone, 0, 4),
        LOAD_ARGUMENT(0),
        HAS(CLONE_THREAD, 0, 1),
        ANSWER(SECCOMP_RET_ALLOW),
        REFUSE(EPERM),
        EQUALS(SYS_clone3, 0, 1),
        REFUSE(ENOSYS),

        /* A thread's name. */
        EQUALS(SYS_prctl, 0, 3),
        LOAD_ARGUMENT(0),
        EQUALS(PR_SET_NAME, 0, 1),
        ANSWER(SECCOMP_RET_ALLOW),

        REFUSE(EPERM),
    };
    struct sock_fprog program = {.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};
    long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
    /* With TSYNC a positive result is the thread that could not follow. */
    return result == 0 ? 0 : result > 0 ? EBUSY : errno;
}

#else

int patchbay_forbid_calls(void) { return ENOSYS; }

#endif

int patchbay_can_open(void) {
    int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    close(descriptor);
    return 1;
}

/* Landlock answers EACCES, the filter EPERM. */
int patchbay_is_filtered(void) { return !patchbay_can_open() && errno == EPERM; }

#else

int patchbay_spawn(const char *path, char *const arguments[], char *const environment[], pid_t *pid, int *input,
                   int *output) {
    (void)path, (void)arguments, (void)environment, (void)pid, (void)input, (void)output;
    return ENOTSUP;
}
int patchbay_bind_to_parent(void) { return ENOTSUP; }
int patchbay_forbid_paths(void) { return ENOTSUP; }
int patchbay_forbid_calls(void) { return ENOTSUP; }
int patchbay_can_open(void) { return 1; }
int patchbay_is_filtered(void) { return 0; }

#endif
