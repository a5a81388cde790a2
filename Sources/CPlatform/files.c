#define _GNU_SOURCE
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

/* The last step: what stands at the name is opened, never what a link there points to. */
static int open_last(int folder, const char *name, int flags, mode_t mode) {
    int descriptor = openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
    if (descriptor >= 0) return descriptor;
    int error = errno;
    struct stat info;
    /* With O_DIRECTORY a link gives ENOTDIR; openat2 says ELOOP. */
    if (error == ENOTDIR && fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode)) error = ELOOP;
    return -error;
}

int patchbay_open_stepwise(int root, const char *path, int flags, mode_t mode) {
    int folder = root;
    char name[256];
    for (;;) {
        const char *slash = strchr(path, '/');
        int next;
        if (slash == NULL) {
            next = strcmp(path, "..") == 0 ? -EXDEV : open_last(folder, path, flags, mode);
        } else {
            size_t length = (size_t)(slash - path);
            if (length >= sizeof name) {
                next = -ENAMETOOLONG;
            } else {
                memcpy(name, path, length);
                name[length] = 0;
                next = strcmp(name, "..") == 0 ? -EXDEV : open_last(folder, name, O_PATH | O_DIRECTORY, 0);
            }
        }
        if (folder != root) close(folder);
        if (slash == NULL || next < 0) return next;
        folder = next;
        path = slash + 1;
    }
}

int patchbay_open_beneath(int root, const char *path, int flags, mode_t mode) {
    struct open_how how = {
        /* RESOLVE_NO_SYMLINKS covers the last part too; with O_NOFOLLOW a link there gave ENOTDIR to O_DIRECTORY. */
        .flags = (uint64_t)((flags & ~O_NOFOLLOW) | O_CLOEXEC),
        .mode = (flags & O_CREAT) ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int error = EAGAIN;
    /* EAGAIN: somebody renamed on the way (openat2(2)). */
    for (int tries = 0; tries < 16 && error == EAGAIN; tries++) {
        long descriptor = syscall(SYS_openat2, root, path, &how, sizeof how);
        if (descriptor >= 0) return (int)descriptor;
        error = errno;
    }
    /* EPERM: an older container's filter does not know the call. */
    if (error == ENOSYS || error == EPERM || error == EAGAIN) return patchbay_open_stepwise(root, path, flags, mode);
    return -error;
}

int patchbay_rename_new(int old_folder, const char *old_name, int new_folder, const char *new_name) {
    if (renameat2(old_folder, old_name, new_folder, new_name, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -errno;
    /* A file system that cannot say "only if new": the hub's own lock keeps others away in between. */
    struct stat info;
    if (fstatat(new_folder, new_name, &info, AT_SYMLINK_NOFOLLOW) == 0) return -EEXIST;
    if (errno != ENOENT) return -errno;
    return renameat(old_folder, old_name, new_folder, new_name) == 0 ? 0 : -errno;
}

int patchbay_facts(int folder, const char *name, struct patchbay_file_facts *facts) {
    struct statx info;
    if (statx(folder, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &info) != 0) return -errno;
    facts->mode = info.stx_mode;
    facts->owner = info.stx_uid;
    facts->size = info.stx_size;
    facts->device = makedev(info.stx_dev_major, info.stx_dev_minor);
    facts->inode = info.stx_ino;
    facts->modified = info.stx_mtime.tv_sec * 1000000000LL + info.stx_mtime.tv_nsec;
    uint64_t fixed = STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND;
#ifdef STATX_ATTR_MOUNT_ROOT
    if (name[0] != 0) fixed |= STATX_ATTR_MOUNT_ROOT;
#endif
    facts->fixed = (info.stx_attributes & fixed) != 0;
    return 0;
}

static char type_letter(unsigned char type) {
    switch (type) {
    case DT_REG: return 'f';
    case DT_DIR: return 'd';
    case DT_LNK: return 'l';
    case DT_UNKNOWN: return '?';
    default: return 'o';
    }
}

int patchbay_names(int folder, size_t most, char **names, size_t *length) {
    /* An earlier reader may have left the folder at its end. */
    if (lseek(folder, 0, SEEK_SET) < 0) return -errno;
    _Alignas(struct dirent64) char block[32768];
    char *buffer = NULL;
    size_t used = 0, room = 0, count = 0;
    int error = 0;
    while (error == 0) {
        ssize_t filled = getdents64(folder, block, sizeof block);
        if (filled < 0) error = errno;
        if (filled <= 0) break;
        for (ssize_t place = 0; place < filled && error == 0;) {
            const struct dirent64 *entry = (const struct dirent64 *)(block + place);
            place += entry->d_reclen;
            const char *name = entry->d_name;
            if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
            if (++count > most) {
                error = EOVERFLOW;
                break;
            }
            size_t size = strlen(name) + 1;
            if (room - used < size + 1) {
                room = room * 2 + 1024 + size;
                char *larger = realloc(buffer, room);
                if (larger == NULL) {
                    error = ENOMEM;
                    break;
                }
                buffer = larger;
            }
            buffer[used++] = type_letter(entry->d_type);
            memcpy(buffer + used, name, size);
            used += size;
        }
    }
    if (error != 0) {
        free(buffer);
        return -error;
    }
    *names = buffer;
    *length = used;
    return 0;
}

int patchbay_can_sync_whole(int folder) {
    struct statfs info;
    if (fstatfs(folder, &info) != 0) return 0;
    switch ((uint32_t)info.f_type) {
    case 0xEF53:     /* ext4 */
    case 0x58465342: /* XFS */
    case 0x9123683E: /* Btrfs */
    case 0x01021994: /* tmpfs, which keeps nothing */
        break;
    default: return 0;
    }
    struct utsname kernel;
    if (uname(&kernel) != 0) return 0;
    char *rest;
    long major = strtol(kernel.release, &rest, 10);
    return major > 5 || (major == 5 && *rest == '.' && strtol(rest + 1, NULL, 10) >= 8);
}

int patchbay_sync_whole(int folder) { return syncfs(folder) == 0 ? 0 : -errno; }

int patchbay_program(char *path, size_t size) {
    ssize_t length = readlink("/proc/self/exe", path, size);
    if (length < 0) return -errno;
    if ((size_t)length >= size) return -ENAMETOOLONG;
    path[length] = 0;
    return (int)length;
}
