#ifndef PATCHBAY_CONFINE_H
#define PATCHBAY_CONFINE_H

#include <sys/types.h>

/* Starts a program whose standard input and output are pipes held by the caller, whose standard error is discarded, and
   which inherits nothing else: no other descriptor, no signal mask, no ignored signal. `environment` is all it gets.
   The caller's ends are non-blocking and close on exec. Returns 0, or an error number. */
int patchbay_spawn(const char *path, char *const arguments[], char *const environment[], pid_t *pid, int *input,
                   int *output);

/* Ends this process when the thread that started it ends, and gives up for good the chance to gain privileges by exec.
   Returns 0, or an error number. */
int patchbay_bind_to_parent(void);

/* Forbids this thread, and all that it starts later, every path and (where the kernel knows how) every TCP port, abstract
   socket and foreign process: Landlock without any rule. Returns 0, or an error number. */
int patchbay_forbid_paths(void);

/* Leaves every thread of this process only the system calls that a computing engine needs: seccomp with an allow-list.
   What is not on it fails with EPERM: no code can be mapped, no process started, nothing opened.
   Returns 0, or an error number. */
int patchbay_forbid_calls(void);

/* Whether this thread can open a file that everybody may read: 1 or 0. To check that the paths are forbidden. */
int patchbay_can_open(void);

/* Whether it is a filter, not the file system, that refuses to open: 1 or 0. To check that the calls are forbidden. */
int patchbay_is_filtered(void);

#endif
