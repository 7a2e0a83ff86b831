#include "wire/irc/date.h"

#define DIGITS_MOST 4

/* Decimal, with zeros in front. */
static void
add_digits(struct buf *out, uint64_t number, size_t digits)
{
    uint8_t text[DIGITS_MOST];
    CHECK(digits <= DIGITS_MOST);
    for (size_t i = digits; i > 0; i--) {
        text[i - 1] = (uint8_t)('0' + number % 10);
        number /= 10;
    }
    buf_add(out, (struct span){text, digits});
}

/* The civil date of a day since 1970 (Howard Hinnant's days_from_civil, the
 * other way round). */
static void
add_day(struct buf *out, uint64_t ms)
{
    uint64_t days = ms / 86400000 + 719468;
    uint64_t era = days / 146097, of_era = days % 146097;
    uint64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint64_t of_year =
        of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t m = (5 * of_year + 2) / 153;
    uint64_t month = m < 10 ? m + 3 : m - 9;
    add_digits(out, year_of_era + era * 400 + (month <= 2 ? 1 : 0), 4);
    buf_add_byte(out, '-');
    add_digits(out, month, 2);
    buf_add_byte(out, '-');
    add_digits(out, of_year - (153 * m + 2) / 5 + 1, 2);
}

static void
add_clock(struct buf *out, uint64_t ms)
{
    uint64_t seconds = ms / 1000;
    add_digits(out, seconds / 3600 % 24, 2);
    buf_add_byte(out, ':');
    add_digits(out, seconds / 60 % 60, 2);
    buf_add_byte(out, ':');
    add_digits(out, seconds % 60, 2);
}

void
wire_irc_add_date(struct buf *out, uint64_t ms)
{
    add_day(out, ms);
    buf_add_byte(out, ' ');
    add_clock(out, ms);
    buf_add(out, SPAN(" UTC"));
}

void
wire_irc_add_time(struct buf *out, uint64_t ms)
{
    add_day(out, ms);
    buf_add_byte(out, 'T');
    add_clock(out, ms);
    buf_add_byte(out, '.');
    add_digits(out, ms % 1000, 3);
    buf_add_byte(out, 'Z');
}
