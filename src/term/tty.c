#include "term/tty.h"

#include "term/paste.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* The row below, and nothing on the screen from there on: the cursor may have
 * stood in the middle of the typed line. */
#define BELOW "\r\n\x1b[J"

/* Ways to die without having been asked. */
static const int crashes[] = {SIGSEGV, SIGBUS,  SIGFPE,
                              SIGILL,  SIGABRT, SIGQUIT};

/* For the handler; is_taken is set last and cleared first. */
static struct {
    volatile sig_atomic_t is_taken;
    int in;
    int out;
    struct termios before;
    bool has_before;
    bool has_handlers;
    struct sigaction old[COUNT_OF(crashes)];
} taken;

static void
restore(void)
{
    taken.is_taken = 0;
    ssize_t n = write(taken.out, TERM_PASTE_OFF, sizeof(TERM_PASTE_OFF) - 1);
    (void)n; /* a terminal that is gone needs no more */
    tcsetattr(taken.in, TCSADRAIN, &taken.before);
}

/* Then die as we would have. Only what POSIX allows in a handler. */
static void
on_crash(int number)
{
    if (taken.is_taken) {
        ssize_t n = write(taken.out, BELOW, sizeof(BELOW) - 1);
        (void)n;
        restore();
    }
    for (size_t i = 0; i < COUNT_OF(crashes); i++) {
        if (crashes[i] == number)
            sigaction(number, &taken.old[i], NULL);
    }
    raise(number);
}

/* What whoever started us had ignored (trap '' QUIT) stays so. */
static void
catch_crashes(void)
{
    struct sigaction action = {.sa_handler = on_crash};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < COUNT_OF(crashes); i++) {
        sigaction(crashes[i], NULL, &taken.old[i]);
        if (taken.old[i].sa_handler != SIG_IGN)
            sigaction(crashes[i], &action, NULL);
    }
    taken.has_handlers = true;
}

bool
term_tty_take(int in, int out)
{
    if (taken.is_taken)
        return true;
    if (tcgetpgrp(in) != getpgrp())
        return false;
    /* After a stop that nobody announced they may be ours already. */
    if (!taken.has_before && tcgetattr(in, &taken.before) != 0)
        return false;
    taken.has_before = true;
    taken.in = in;
    taken.out = out;
    struct termios ours = taken.before;
    ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
    /* Ctrl-C leaves the keys before it: were they dropped after poll() had
     * told of them, reading them would wait for the next one. */
    ours.c_lflag |= NOFLSH;
    ours.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IXON | ISTRIP);
    ours.c_cc[VMIN] = 1;
    ours.c_cc[VTIME] = 0;
    if (!taken.has_handlers)
        catch_crashes();
    taken.is_taken = 1;
    if (tcsetattr(in, TCSADRAIN, &ours) != 0) {
        taken.is_taken = 0;
        return false;
    }
    ssize_t n = write(out, TERM_PASTE_ON, sizeof(TERM_PASTE_ON) - 1);
    (void)n;
    return true;
}

void
term_tty_give_back(void)
{
    if (taken.is_taken)
        restore();
    taken.has_before = false;
}

bool
term_tty_retake(int in, int out)
{
    taken.is_taken = 0;
    return term_tty_take(in, out);
}

bool
term_tty_is_dumb(const char *name)
{
    return name == NULL || name[0] == '\0' || strcmp(name, "dumb") == 0;
}

struct term_screen
term_tty_screen(int out)
{
    struct winsize size = {0};
    if (ioctl(out, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return (struct term_screen){.columns = 80, .rows = 24};
    /* Narrower than a wide character nothing can be laid out. */
    return (struct term_screen){
        .columns = size.ws_col < 4 ? 4 : size.ws_col,
        .rows = size.ws_row == 0 ? 24 : size.ws_row,
    };
}
