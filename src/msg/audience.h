/*
 * Who of a room reads what is said there. IRC writes @#tea for its operators
 * and +#tea for whoever has a rank (STATUSMSG); people read [@tea].
 */
#ifndef MSG_AUDIENCE_H
#define MSG_AUDIENCE_H

enum msg_audience {
    AUDIENCE_ALL,
    AUDIENCE_VOICED, /* and its operators */
    AUDIENCE_OPERATORS,
};

/* What stands in front of the room's name; 0: nothing. */
static inline char
msg_audience_sign(enum msg_audience a)
{
    return a == AUDIENCE_OPERATORS ? '@' : a == AUDIENCE_VOICED ? '+' : 0;
}

static inline enum msg_audience
msg_audience_of(char sign)
{
    return sign == '@'   ? AUDIENCE_OPERATORS
           : sign == '+' ? AUDIENCE_VOICED
                         : AUDIENCE_ALL;
}

#endif
