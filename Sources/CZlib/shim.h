#pragma once
#include <zlib.h>

/* deflateInit2 and inflateInit2 are macros, which Swift does not see. A negative `window` means raw deflate, 16 more gzip. */
static inline int patchbay_deflate_start(z_stream *stream, int level, int window, int memory) {
    return deflateInit2(stream, level, Z_DEFLATED, window, memory, Z_DEFAULT_STRATEGY);
}

static inline int patchbay_inflate_start(z_stream *stream, int window) { return inflateInit2(stream, window); }
