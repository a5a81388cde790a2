/* Runs a command and writes what it used to a file: CPU seconds, and peak resident KiB.
   Small and static, because a child begins with the memory mark of the process that starts it. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **words) {
    struct rusage used;
    int status;
    if (count < 3) return 64;
    pid_t child = fork();
    if (child == 0) {
        execvp(words[2], words + 2);
        _exit(127);
    }
    wait4(child, &status, 0, &used);
    FILE *file = fopen(words[1], "w");
    if (!file) return 74;
    fprintf(file, "%.6f %ld\n",
            used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
            used.ru_maxrss);
    fclose(file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
