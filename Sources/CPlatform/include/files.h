#ifndef PATCHBAY_FILES_H
#define PATCHBAY_FILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Opens `path` (relative, without ".."; "." is the folder itself) beneath the open folder `root`. A symbolic link anywhere on the
   way is refused with ELOOP. Returns a descriptor that closes on exec, or a negative error number. */
int patchbay_open_beneath(int root, const char *path, int flags, mode_t mode);

/* The same without openat2, as on kernels before 5.6. */
int patchbay_open_stepwise(int root, const char *path, int flags, mode_t mode);

/* Renames and never replaces: -EEXIST when there is something at the new name. Returns 0, or a negative error number. */
int patchbay_rename_new(int old_folder, const char *old_name, int new_folder, const char *new_name);

/* What is known about a file without opening it. */
struct patchbay_file_facts {
    uint32_t mode;
    uint32_t owner;
    uint64_t size;
    uint64_t device;
    uint64_t inode;
    /* When the content last changed, in nanoseconds since 1970. */
    int64_t modified;
    /* 1 when nobody may rename or replace it: immutable, append-only or a mount point. */
    int fixed;
};

/* The facts of `name` in `folder`, of a link itself; of `folder` when `name` is empty. Returns 0, or a negative error number. */
int patchbay_facts(int folder, const char *name, struct patchbay_file_facts *facts);

/* All names in a folder but "." and "..", each behind a letter for its kind (f, d, l, o for others, ? when the file system does not
   say) and ended by NUL, in a buffer that the caller frees. Stops with -EOVERFLOW beyond `most` names. Returns 0, or a negative
   error number. */
int patchbay_names(int folder, size_t most, char **names, size_t *length);

/* Whether patchbay_sync_whole works on the file system of an open folder: it is one whose syncfs keeps the promises of fsync, and the
   kernel says what could not be written (Linux 5.8). */
int patchbay_can_sync_whole(int folder);

/* Waits until everything on the file system of an open folder is on the device. Returns 0, or a negative error number. */
int patchbay_sync_whole(int folder);

/* The path of the running program, ended by NUL. Returns its length, or a negative error number. */
int patchbay_program(char *path, size_t size);

#endif
