#include "bench/report.h"

#include "base/tr.h"

#include <stdio.h>

/* The figures that both forms tell; of a measured span, or all 0. */
struct figures {
    double seconds;
    uint64_t messages;
    uint64_t deliveries;
    double deliveries_per_s;
    bool has_server;
    double server_cpu_ns; /* each for one delivery */
    double client_cpu_ns;
    double messages_per_read;
    uint64_t switches;
    double connection_bytes;
};

static double
ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

static struct figures
figure(const struct load *l)
{
    const struct load_counts *a = &l->from, *b = &l->until;
    struct figures f = {
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
    f.switches = b->server.switches - a->server.switches;
    f.connection_bytes =
        ((double)l->joined.rss_bytes - (double)l->before.rss_bytes) /
        (double)l->crowd.n;
    return f;
}

/* -- JSON ----------------------------------------------------------------------- */

static void
json_times(const char *key, const struct histogram *h)
{
    printf("  \"%s\": {\"p50\": %u, \"p90\": %u, \"p99\": %u, \"max\": %u},\n",
           key, histogram_percentile(h, 0.5), histogram_percentile(h, 0.9),
           histogram_percentile(h, 0.99), h->max);
}

/* A number about the server; null when it was not asked for. */
static void
json_server(const char *key, bool is_known, double value, const char *end)
{
    if (is_known)
        printf("  \"%s\": %.1f%s\n", key, value, end);
    else
        printf("  \"%s\": null%s\n", key, end);
}

static void
json_load(const struct load *l, const struct figures *f)
{
    printf("  \"messages\": %llu,\n", (unsigned long long)f->messages);
    printf("  \"deliveries\": %llu,\n", (unsigned long long)f->deliveries);
    printf("  \"deliveries_per_s\": %.1f,\n", f->deliveries_per_s);
    json_server("server_cpu_ns_per_delivery", f->has_server, f->server_cpu_ns,
                ",");
    printf("  \"client_cpu_ns_per_delivery\": %.1f,\n", f->client_cpu_ns);
    json_server("server_context_switches", f->has_server, (double)f->switches,
                ",");
    printf("  \"messages_per_read\": %.2f,\n", f->messages_per_read);
    printf("  \"lost\": %llu,\n", (unsigned long long)l->ledger.lost);
    printf("  \"duplicated\": %llu,\n",
           (unsigned long long)l->ledger.duplicated);
    printf("  \"misordered\": %llu,\n",
           (unsigned long long)l->ledger.misordered);
    printf("  \"damaged\": %llu,\n", (unsigned long long)l->damaged);
    json_times("latency_us", &l->latency_us);
    json_times("complete_us", &l->complete_us);
}

void
report_json(const struct load *l)
{
    const struct options *o = l->options;
    struct figures f = figure(l);
    printf("{\n  \"version\": \"" LIAO_VERSION "\",\n");
    printf("  \"protocol\": \"%s\",\n", o->proto->scheme);
    printf("  \"mode\": \"%s\",\n", o->is_idle     ? "idle"
                                    : o->rate == 0 ? "closed"
                                                   : "paced");
    printf("  \"members\": %u,\n  \"senders\": %u,\n", o->members, o->senders);
    printf("  \"stalled\": %u,\n  \"connections\": %u,\n", o->stalled,
           l->crowd.n);
    printf("  \"size\": %u,\n  \"window\": %u,\n", o->size, o->window);
    printf("  \"rate\": %g,\n  \"seconds\": %.3f,\n", o->rate, f.seconds);
    if (!o->is_idle)
        json_load(l, &f);
    printf("  \"join_s\": %.3f,\n", l->join_s);
    printf("  \"disconnected\": %u,\n", l->crowd.gone);
    json_server("rss_bytes_before", f.has_server, (double)l->before.rss_bytes,
                ",");
    json_server("rss_bytes_after", f.has_server, (double)l->joined.rss_bytes,
                ",");
    json_server("bytes_per_connection", f.has_server, f.connection_bytes, "");
    puts("}");
}

/* -- for people ------------------------------------------------------------------- */

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
table_load(const struct load *l, const struct figures *f)
{
    row(f->messages, _("messages posted"));
    row(f->deliveries, _("deliveries"));
    row(whole(f->deliveries_per_s), _("deliveries/s"));
    if (f->has_server)
        row_decimal(f->server_cpu_ns, _("ns of the server's CPU a delivery"));
    row_decimal(f->client_cpu_ns, _("ns of our own CPU a delivery"));
    row_decimal(f->messages_per_read, _("messages a read"));
    if (f->has_server)
        row(f->switches, _("context switches of the server"));
    table_times(&l->latency_us, _("us from post to delivery: p50"));
    table_times(&l->complete_us, _("us from post to the last delivery: p50"));
    row(l->ledger.lost, _("lost"));
    row(l->ledger.duplicated, _("came twice"));
    row(l->ledger.misordered, _("out of order"));
    if (l->damaged > 0)
        row(l->damaged, _("damaged"));
}

void
report_table(const struct load *l)
{
    const struct options *o = l->options;
    struct figures f = figure(l);
    printf(_("%s: %u members, %u of them post, %u bytes a message, %.1f s\n"),
           tr(o->proto->name), o->members, o->senders, o->size, f.seconds);
    row_decimal(l->join_s, _("s until all had joined"));
    if (!o->is_idle)
        table_load(l, &f);
    if (l->crowd.gone > 0)
        row(l->crowd.gone, _("connections ended by the server"));
    if (f.has_server) {
        row(l->before.rss_bytes, _("bytes of the server's memory before"));
        row(l->joined.rss_bytes, _("bytes when all had joined"));
        row(whole(f.connection_bytes), _("bytes a connection"));
    }
}
