/*
 * liaod: a chat room on one port. See liaod(8).
 */
#include "liaod/ask.h"
#include "liaod/options.h"
#include "liaod/p2p.h"
#include "liaod/server.h"
#include "term/language.h"

int
main(int argc, char **argv)
{
    struct options options;
    term_language_begin(NULL);
    enum options_verdict verdict = options_parse(&options, argc, argv);
    if (verdict != OPTIONS_GO)
        return verdict == OPTIONS_DONE ? 0 : 2;
    term_language_begin(options.lang);
    if (options.asks && !ask_questions(&options))
        return 2;
    if (options.is_p2p)
        return p2p_run(&options);
    struct server *s = server_create(&options);
    if (s == NULL)
        return 1;
    server_run(s);
    server_destroy(s);
    return 0;
}
