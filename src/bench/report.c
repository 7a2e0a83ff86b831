#include "bench/report.h"

#include "base/tr.h"
#include "bench/segments.h"

#include <stdio.h>

static double
ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

struct report_figures
report_figure(const struct load *l)
{
    const struct load_counts *a = &l->from, *b = &l->until;
    struct report_figures f = {
        .seconds = (double)(b->at_ns - a->at_ns) / 1e9,
        .messages = b->messages - a->messages,
        .deliveries = b->deliveries - a->deliveries,
        .has_server = l->before.is_known && l->joined.is_known &&
                      (l->options->is_idle || b->server.is_known),
    };
    double n = (double)f.deliveries;
    f.deliveries_per_s = ratio(n, f.seconds);
    f.server_cpu_ns = ratio((double)(b->server.cpu_ns - a->server.cpu_ns), n);
    f.client_cpu_ns = ratio((double)(b->own_cpu_ns - a->own_cpu_ns), n);
    f.messages_per_read = ratio(n, (double)(b->reads - a->reads));
    double readers = (double)(l->options->members - l->options->stalled);
    f.messages_per_segment = ratio(n / readers * segments_members(&l->crowd),
                                   (double)(b->segments - a->segments));
    f.switches = b->server.switches - a->server.switches;
    f.join_cpu_s = (double)(l->joined.cpu_ns - l->before.cpu_ns) / 1e9;
    f.connection_bytes =
        ((double)l->joined.rss_bytes - (double)l->before.rss_bytes) /
        (double)l->crowd.n;
    return f;
}

/* -- the table ----------------------------------------------------------------- */

/* The number comes first: so the columns stand in every language. Thousands
 * are set apart. */
static void
row(uint64_t value, const char *what)
{
    char digits[32], apart[48];
    int n = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);
    int at = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            apart[at++] = ',';
        apart[at++] = digits[i];
    }
    apart[at] = '\0';
    printf("%16s  %s\n", apart, what);
}

static void
row_decimal(double value, const char *what)
{
    printf("%16.2f  %s\n", value, what);
}

static uint64_t
whole(double value)
{
    return value > 0 ? (uint64_t)(value + 0.5) : 0;
}

static void
table_times(const struct histogram *h, const char *what)
{
    row(histogram_percentile(h, 0.5), what);
    row(histogram_percentile(h, 0.9), "p90");
    row(histogram_percentile(h, 0.99), "p99");
    row(h->max, _("the slowest"));
}

static void
table_load(const struct load *l, const struct report_figures *f)
{
    row(f->messages, _("messages posted"));
    row(f->deliveries, _("deliveries"));
    row(whole(f->deliveries_per_s), _("deliveries/s"));
    if (f->has_server)
        row_decimal(f->server_cpu_ns, _("ns of the server's CPU a delivery"));
    row_decimal(f->client_cpu_ns, _("ns of our own CPU a delivery"));
    row_decimal(f->messages_per_read, _("messages a read"));
    row_decimal(f->messages_per_segment, _("messages a segment"));
    if (f->has_server)
        row(f->switches, _("context switches of the server"));
    table_times(&l->latency_us, _("us from post to delivery: p50"));
    table_times(&l->complete_us, _("us from post to the last delivery: p50"));
    row(l->ledger.lost, _("lost"));
    row(l->ledger.duplicated, _("came twice"));
    row(l->ledger.misordered, _("out of order"));
    if (l->crowd.damaged > 0)
        row(l->crowd.damaged, _("damaged"));
}

void
report_table(const struct load *l)
{
    const struct options *o = l->options;
    struct report_figures f = report_figure(l);
    printf(_("%s: %u members, %u of them post, %u bytes a message, %.1f s\n"),
           tr(o->proto->name), o->members, o->senders, o->size, f.seconds);
    row_decimal(l->join_s, _("s until all had joined"));
    if (!o->is_idle)
        table_load(l, &f);
    if (l->crowd.gone > 0)
        row(l->crowd.gone, _("connections ended by the server"));
    if (f.has_server) {
        row_decimal(f.join_cpu_s, _("s of the server's CPU to let them in"));
        row(l->before.rss_bytes, _("bytes of the server's memory before"));
        row(l->joined.rss_bytes, _("bytes when all had joined"));
        row(whole(f.connection_bytes), _("bytes a connection"));
    }
}
