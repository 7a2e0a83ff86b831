/*
 * PROXY headers: a verdict never changes for the better when bytes are added
 * behind it, what was used is within the limits, and what is told is used.
 */
#include "wire/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span all = {data, size};
    enum proxy_result before = PROXY_MORE;
    size_t used_before = 0;
    size_t most = size < 2 * PROXY_V2_MOST ? size : 2 * PROXY_V2_MOST;
    for (size_t n = 0; n <= most; n++) {
        struct proxy_header h;
        size_t used;
        enum proxy_result result =
            wire_proxy_decode(span_sub(all, 0, n), &h, &used);
        if (before != PROXY_MORE)
            CHECK(result == before && used == used_before);
        if (result == PROXY_MORE)
            CHECK(n < PROXY_V2_MOST);
        if (result == PROXY_OK) {
            CHECK(used > 0 && used <= n);
            CHECK(used <=
                  (span_get(all, 0) == 'P' ? PROXY_V1_MOST : PROXY_V2_MOST));
            CHECK(h.address_bytes == 0 || h.address_bytes == 4 ||
                  h.address_bytes == 16);
        }
        before = result;
        used_before = used;
    }
    return 0;
}
