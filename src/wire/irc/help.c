#include "wire/irc/help.h"

#include "wire/irc/command.h"
#include "wire/irc/line.h"

static void
add_line(struct buf *out, struct span server, const char *numeric,
         struct span nick, struct span subject, const char *text)
{
    buf_add_format(out, ":%.*s %s %.*s %.*s :%s\r\n", SPAN_ARG(server), numeric,
                   SPAN_ARG(nick), SPAN_ARG(subject), text);
}

static void
add_usage(struct buf *out, struct span server, struct span nick,
          struct span subject, size_t i)
{
    struct buf text = {0};
    buf_add_format(&text, "%s %s", wire_irc_command_word(i),
                   wire_irc_command_usage(i));
    buf_add_byte(&text, '\0');
    add_line(out, server, "705", nick, subject, (const char *)text.at);
    buf_finish(&text);
}

void
wire_irc_help(struct span server, struct span nick, struct span subject,
              struct buf *out)
{
    const char *word;
    bool is_all = subject.n == 0;
    size_t found = 0, at = 0;
    while ((word = wire_irc_command_word(at)) != NULL &&
           !span_equal(span_of(word), subject))
        at++;
    found = at;
    if (!is_all && word == NULL) {
        struct span shown = wire_irc_is_middle(subject) ? subject : SPAN("*");
        add_line(out, server, "524", nick, shown, "There is no help on that");
        return;
    }
    if (is_all)
        subject = SPAN("*");
    add_line(out, server, "704", nick, subject, "What you can ask for:");
    for (size_t i = 0; wire_irc_command_word(i) != NULL; i++) {
        if (is_all || i == found)
            add_usage(out, server, nick, subject, i);
    }
    add_line(out, server, "706", nick, subject, "End of /HELP");
}
