#include "liaod/doctor.h"

#include "liaod/holder.h"
#include "liaod/reach.h"
#include "liaod/room.h"
#include "term/language.h"
#include "term/width.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* Fewer clients than this are worth a thought. */
#define FEW_CLIENTS 100

/* 2026-11-01: when this was written. No clock should say less. */
#define NO_EARLIER 1793491200

enum finding { OK, WARN, BAD };

struct doctor {
    const struct options *options;
    bool is_bad;
};

static void found(struct doctor *d, enum finding what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void cure(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* -- lines -------------------------------------------------------------------- */

#define MARGIN 6

static void
found(struct doctor *d, enum finding what, const char *format, ...)
{
    static const char *const marks[] = {N_("ok"), N_("warn"), N_("bad")};
    const char *mark = tr(marks[what]);
    va_list ap;
    d->is_bad = d->is_bad || what == BAD;
    printf("%s%*s", mark, (int)(MARGIN - term_width(span_of(mark))), "");
    va_start(ap, format);
    vprintf(format, ap);
    va_end(ap);
    putchar('\n');
}

static void
cure(const char *format, ...)
{
    va_list ap;
    printf("%*s", MARGIN, "");
    va_start(ap, format);
    vprintf(format, ap);
    va_end(ap);
    putchar('\n');
}

/* -- configuration and user ------------------------------------------------------ */

static void
look_at_configuration(struct doctor *d, bool is_bad_file)
{
    const char *path = d->options->config.path;
    struct stat about;
    if (is_bad_file) {
        found(d, BAD,
              _("configuration: wrong, see above; below, what could be read"));
        cure(_("Mend the file, or try without it: --config /dev/null"));
    } else if (path[0] == '\0') {
        found(d, OK, _("configuration: no file, so the defaults hold"));
    } else if (stat(path, &about) == 0 && S_ISREG(about.st_mode) &&
               (about.st_mode & S_IWOTH) != 0) {
        found(d, WARN, _("configuration: %s, which everybody can write"), path);
        cure("chmod o-w %s", path);
    } else {
        found(d, OK, _("configuration: %s"), path);
    }
}

static void
look_at_user(struct doctor *d)
{
    if (geteuid() != 0)
        return;
    found(d, WARN, _("user: root, which liaod does not need"));
    cure(_("Ports above 1024 are everybody's. As a service: systemctl start "
           "liaod"));
}

/* -- ports ------------------------------------------------------------------------- */

/* 0, or the errno for which nobody can listen there now. */
static int
try_to_listen(const struct addrinfo *a, bool is_udp)
{
    int type = is_udp ? SOCK_DGRAM : SOCK_STREAM;
    int fd = socket(a->ai_family, type | SOCK_CLOEXEC, 0);
    int on = 1;
    if (fd < 0)
        return errno;
    if (a->ai_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    /* Of datagrams it would let two have the port. */
    if (!is_udp)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    bool is_free = bind(fd, a->ai_addr, a->ai_addrlen) == 0 &&
                   (is_udp || listen(fd, 1) == 0);
    int error = is_free ? 0 : errno;
    close(fd);
    return error;
}

static void
tell_holder(uint16_t port, bool is_udp)
{
    char name[32];
    int pid;
    if (is_udp || !holder_find(port, name, sizeof(name), &pid)) {
        cure(_("Which program has it:  sudo ss -ltunp 'sport = :%u'"), port);
        return;
    }
    cure(_("%s has it, process %d"), name, pid);
    if (strcmp(name, "liaod") == 0)
        cure(_("liaod is running already; systemctl stop liaod, or kill %d"),
             pid);
}

static void
tell_port(struct doctor *d, const struct net_url *url, const char *where,
          int error)
{
    if (error == 0) {
        found(d, OK, _("port: %s://%s is free"), url->scheme, where);
        return;
    }
    found(d, BAD, _("port: %s://%s: %s"), url->scheme, where, strerror(error));
    if (error == EADDRINUSE)
        tell_holder(url->port, strcmp(url->scheme, "udp") == 0);
    else if (error == EACCES)
        cure(_("Ports below 1024 are root's; take one above"));
    else if (error == EADDRNOTAVAIL)
        cure(_("This machine has no such address"));
}

static void
look_at_url(struct doctor *d, const struct net_url *url, bool may_lack)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *all = NULL;
    char port[8], where[NET_ADDRESS_TEXT];
    snprintf(port, sizeof(port), "%u", url->port);
    int error = getaddrinfo(url->host[0] != '\0' ? url->host : NULL, port,
                            &hints, &all);
    if (error != 0) {
        found(d, BAD, _("port: %s: %s"), url->host, gai_strerror(error));
        return;
    }
    for (const struct addrinfo *a = all; a != NULL; a = a->ai_next) {
        struct net_address at = {.n = a->ai_addrlen};
        memcpy(&at.u, a->ai_addr, a->ai_addrlen);
        net_address_text(&at, where);
        int trouble = try_to_listen(a, strcmp(url->scheme, "udp") == 0);
        bool is_lacking = trouble == EAFNOSUPPORT || trouble == EADDRNOTAVAIL;
        if (is_lacking && (may_lack || all->ai_next != NULL))
            found(d, WARN, _("port: %s: this machine has no IPv6"), where);
        else
            tell_port(d, url, where, trouble);
    }
    freeaddrinfo(all);
}

static void
look_at_ports(struct doctor *d)
{
    size_t n = d->options->listens_n;
    const struct net_url *urls = d->options->listens;
    bool are_defaults = n == 0;
    if (are_defaults)
        urls = net_doors_default(&n);
    for (size_t i = 0; i < n; i++)
        look_at_url(d, &urls[i], are_defaults && i > 0);
}

/* -- who can come --------------------------------------------------------------------- */

static void
look_at_descriptors(struct doctor *d)
{
    size_t descriptors = room_descriptors();
    size_t clients =
        room_for_clients(loop_engines[d->options->engine], descriptors);
    uint64_t wanted = d->options->max_clients;
    bool are_few = clients < FEW_CLIENTS || wanted > clients;
    found(d, are_few ? WARN : OK,
          _("descriptors: %zu, which is room for %zu clients"), descriptors,
          clients);
    if (wanted > clients)
        cure(_("max-clients asks for %llu"), (unsigned long long)wanted);
    if (are_few)
        cure(_("More: ulimit -Hn; as a service LimitNOFILE= in its unit"));
}

struct reachable {
    struct doctor *doctor;
    size_t n; /* addresses of others' networks */
};

static void
count_address(void *owner, const struct net_address *at)
{
    struct reachable *r = owner;
    char ip[INET6_ADDRSTRLEN];
    if (net_address_is_loopback(at))
        return;
    r->n++;
    net_address_ip(at, ip);
    found(r->doctor, OK, _("reachable: others come in at %s"), ip);
}

static void
look_at_addresses(struct doctor *d)
{
    struct reachable r = {.doctor = d};
    bool is_any = false;
    for (size_t i = 0; i < d->options->listens_n; i++)
        is_any = is_any || d->options->listens[i].is_any;
    if (is_any) {
        reach_each_own(AF_INET, count_address, &r);
        reach_each_own(AF_INET6, count_address, &r);
        if (r.n == 0)
            found(d, WARN,
                  _("reachable: this machine is in no network, so only its "
                    "own programs can come"));
    } else if (d->options->listens_n == 0) {
        found(d, OK, _("reachable: for this machine alone"));
        cure(_("For all networks: --listen 'tcp://*'"));
    }
}

/* -- language and time ------------------------------------------------------------------- */

/* Called in each language: are there words of another than English? */
static void
look_for_words(void *owner)
{
    bool *has_words = owner;
    if (strcmp(_("ok"), "ok") != 0)
        *has_words = true;
}

static void
look_at_language(struct doctor *d)
{
    bool has_words = false;
    locale_t wish = newlocale(LC_ALL_MASK, "", (locale_t)0);
    const char *codes = wish != (locale_t)0 ? nl_langinfo_l(CODESET, wish) : "";
    if (wish == (locale_t)0)
        found(d, WARN,
              _("locale: not installed; liaod uses C.UTF-8 in its place"));
    else if (strcmp(codes, "UTF-8") != 0)
        found(d, WARN,
              _("locale: %s; liaod speaks UTF-8 all the same, so a terminal "
                "has to"),
              codes);
    else
        found(d, OK, _("locale: UTF-8"));
    if (wish != (locale_t)0)
        freelocale(wish);
    term_language_each(look_for_words, &has_words);
    if (has_words) {
        found(d, OK, _("translations: found"));
    } else {
        found(d, WARN, _("translations: none, so English is spoken"));
        cure(_("They are looked for below %s"), LIAO_LOCALEDIR);
    }
}

static void
look_at_clock(struct doctor *d)
{
    struct timex clock = {0}; /* asks, and sets nothing */
    int state = adjtimex(&clock);
    char stamp[32];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (now < NO_EARLIER) {
        found(d, BAD, _("clock: %s cannot be; messages would carry it"), stamp);
        cure("timedatectl set-ntp true");
    } else if (state == TIME_ERROR) {
        found(d, WARN, _("clock: %s; nothing keeps it right"), stamp);
        cure("timedatectl set-ntp true");
    } else if (state < 0) {
        found(d, OK, _("clock: %s; who keeps it right cannot be known here"),
              stamp);
    } else {
        found(d, OK, _("clock: %s, kept right"), stamp);
    }
}

int
doctor_run(const struct options *o, bool is_bad_file)
{
    struct doctor d = {.options = o};
    look_at_configuration(&d, is_bad_file);
    look_at_user(&d);
    look_at_ports(&d);
    look_at_addresses(&d);
    look_at_descriptors(&d);
    look_at_language(&d);
    look_at_clock(&d);
    return d.is_bad ? 1 : 0;
}
