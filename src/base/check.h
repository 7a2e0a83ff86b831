/*
 * Asserts that stay in production.
 *
 * CHECK is for "we are wrong": a broken invariant of our own. It prints where
 * and aborts, since a chat that goes on with a broken log loses messages in
 * silence. What a peer or the machine did wrong is never a CHECK.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

_Noreturn void check_failed(const char *claim, const char *file, int line);

#define CHECK(claim)                                                           \
    ((claim) ? (void)0 : check_failed(#claim, __FILE__, __LINE__))

/* The struct that holds `member` at `ptr`. */
#define CONTAINER_OF(ptr, type, member)                                        \
    ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define MUST_USE __attribute__((warn_unused_result))

#endif
