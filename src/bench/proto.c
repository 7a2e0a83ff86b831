#include "bench/proto.h"

#include "bench/text.h"

#include <string.h>

const struct proto *const proto_all[] = {
    &proto_plain, &proto_lab,   &proto_irc,  &proto_ircv3,
    &proto_nats,  &proto_redis, &proto_mqtt, NULL,
};

const struct proto *
proto_find(const char *scheme)
{
    for (size_t i = 0; proto_all[i] != NULL; i++) {
        if (strcmp(proto_all[i]->scheme, scheme) == 0)
            return proto_all[i];
    }
    return NULL;
}

bool
proto_line(struct span in, struct span *line, size_t *used)
{
    size_t n = span_find(in, '\n');
    if (n == in.n)
        return false;
    *used = n + 1;
    if (n > 0 && span_get(in, n - 1) == '\r')
        n--;
    *line = span_sub(in, 0, n);
    return true;
}

bool
proto_text(struct span line, size_t text_bytes, struct span *text)
{
    if (line.n <= text_bytes)
        return false;
    *text = span_from(line, line.n - text_bytes);
    return span_get(*text, 0) == TEXT_MARK;
}
