#include "liao/voice.h"

#include "base/utf8.h"

#include <stdio.h>
#include <unistd.h>

/* Names that users gave, and what systems say, go through here. */
static void
say(struct diag *d, enum diag_level level, const char *line)
{
    struct liao_voice *v = CONTAINER_OF(d, struct liao_voice, diag);
    (void)level;
    struct buf clean = {0};
    buf_add(&clean, v->screen != NULL ? SPAN("-- liao: ") : SPAN("liao: "));
    utf8_clean(span_of(line), &clean);
    if (v->screen != NULL)
        liao_screen_tell(v->screen, buf_span(&clean));
    else
        fprintf(stderr, "%.*s\n", SPAN_ARG(buf_span(&clean)));
    buf_finish(&clean);
}

/* Standard error may lead elsewhere. */
static void
show_call(struct trace *t, struct span line)
{
    struct liao_voice *v = CONTAINER_OF(t, struct liao_voice, trace);
    if (v->screen != NULL && isatty(STDERR_FILENO))
        liao_screen_tell(v->screen, line);
    else
        trace_to_stderr(t, line);
}

void
liao_voice_init(struct liao_voice *v)
{
    *v = (struct liao_voice){
        .diag = {.level = DIAG_INFO, .sink = say, .are_for_user = true},
        .trace = {.sink = show_call},
    };
}
