/*
 * The result for programs; liao-bench(1) says what each member is.
 */
#include "bench/report.h"

#include <stdio.h>

static void
json_times(const char *key, const struct histogram *h)
{
    printf("  \"%s\": {\"p50\": %u, \"p90\": %u, \"p99\": %u, \"max\": %u},\n",
           key, histogram_percentile(h, 0.5), histogram_percentile(h, 0.9),
           histogram_percentile(h, 0.99), h->max);
}

/* A number about the server; null when it was not asked for. */
static void
json_server(const char *key, bool is_known, int digits, double value)
{
    if (is_known)
        printf("  \"%s\": %.*f", key, digits, value);
    else
        printf("  \"%s\": null", key);
}

static void
json_load(const struct load *l, const struct report_figures *f)
{
    printf("  \"messages\": %llu,\n", (unsigned long long)f->messages);
    printf("  \"deliveries\": %llu,\n", (unsigned long long)f->deliveries);
    printf("  \"deliveries_per_s\": %.1f,\n", f->deliveries_per_s);
    json_server("server_cpu_ns_per_delivery", f->has_server, 1,
                f->server_cpu_ns);
    puts(",");
    printf("  \"client_cpu_ns_per_delivery\": %.1f,\n", f->client_cpu_ns);
    json_server("server_context_switches", f->has_server, 0,
                (double)f->switches);
    puts(",");
    printf("  \"messages_per_read\": %.2f,\n", f->messages_per_read);
    printf("  \"messages_per_segment\": %.2f,\n", f->messages_per_segment);
    printf("  \"lost\": %llu,\n", (unsigned long long)l->ledger.lost);
    printf("  \"duplicated\": %llu,\n",
           (unsigned long long)l->ledger.duplicated);
    printf("  \"misordered\": %llu,\n",
           (unsigned long long)l->ledger.misordered);
    printf("  \"damaged\": %llu,\n", (unsigned long long)l->crowd.damaged);
    json_times("latency_us", &l->latency_us);
    json_times("complete_us", &l->complete_us);
}

void
report_json(const struct load *l)
{
    const struct options *o = l->options;
    struct report_figures f = report_figure(l);
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
    json_server("server_join_cpu_s", f.has_server, 4, f.join_cpu_s);
    puts(",");
    printf("  \"disconnected\": %u,\n", l->crowd.gone);
    json_server("rss_bytes_before", f.has_server, 0,
                (double)l->before.rss_bytes);
    puts(",");
    json_server("rss_bytes_after", f.has_server, 0,
                (double)l->joined.rss_bytes);
    puts(",");
    json_server("bytes_per_connection", f.has_server, 1, f.connection_bytes);
    puts("\n}");
}
