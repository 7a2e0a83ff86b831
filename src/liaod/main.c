/*
 * liaod: a chat room on one port. See liaod(8).
 */
#include "liaod/ask.h"
#include "liaod/doctor.h"
#include "liaod/options.h"
#include "liaod/p2p.h"
#include "liaod/server.h"

int
main(int argc, char **argv)
{
    struct options options;
    enum opt_verdict verdict = options_parse(&options, argc, argv);
    bool is_bad_file = verdict == OPT_BAD_FILE;
    if (options.examines && (verdict == OPT_GO || is_bad_file))
        return doctor_run(&options, is_bad_file);
    if (verdict != OPT_GO)
        return opt_exit(verdict);
    if (options.asks && !ask_questions(&options))
        return 2;
    if (options.mode == OPTIONS_P2P)
        return p2p_run(&options);
    struct server *s = server_create(&options, argc, argv);
    if (s == NULL)
        return 1;
    server_run(s);
    server_destroy(s);
    return 0;
}
