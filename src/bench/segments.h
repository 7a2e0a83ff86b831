/*
 * In how many segments of TCP a server's bytes came: on loopback, one for each
 * of its sends, which reads do not tell, as one read takes all that waits.
 */
#ifndef BENCH_SEGMENTS_H
#define BENCH_SEGMENTS_H

#include "bench/crowd.h"

#define SEGMENTS_MOST 64u /* members that are asked: one is like another */

/* How many members are asked: of those that only read, if there are any. */
uint32_t segments_members(const struct crowd *c);

/* With bytes in them, since these members connected, for them together. 0:
 * the kernel does not tell, or it is no TCP. */
uint64_t segments_count(const struct crowd *c);

#endif
