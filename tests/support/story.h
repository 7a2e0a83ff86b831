/*
 * What stories share: people on wires of plain text, and a model of what each
 * of them has to read.
 *
 * The model sees every request in the order in which it is applied and knows
 * the rules of rooms as liao-wire(7) tells them, not the hub's code. What a
 * person reads that concerns him alone (answers, greetings) is not modelled,
 * but where it stands among what others say is: see client_read().
 */
#ifndef SUPPORT_STORY_H
#define SUPPORT_STORY_H

#include "support/world.h"

#define MODEL_ROOMS 8

struct model_line {
    char *text;
    bool is_message; /* counts when missed */
};

struct model_user {
    struct user_id id;
    char first_nick[96]; /* as greeted; never used again */
    char nick[96];
    bool is_present;
    bool has_left;
    int rooms[MODEL_ROOMS]; /* in the order of joining; indexes of names */
    int rooms_n;
    int talking_in; /* -1: nowhere */
    struct model_line *lines;
    size_t lines_n, lines_cap;
};

struct model {
    struct model_user **users;
    size_t users_n, users_cap;
    char room_names[MODEL_ROOMS][32];
    int room_names_n;
    unsigned guests;
    size_t lines;
};

void model_init(struct model *m);
void model_finish(struct model *m);
void model_apply(struct model *m, struct world *w, const struct hub_request *r);

/* Somebody who is present, and a room that he is in. */
bool model_pick(struct model *m, struct world *w, struct span *nick,
                struct span *room);

struct client;
struct client *client_create(struct world *w, struct model *m);
/* Who only reads; nobody is told that he came. */
struct client *client_create_listener(struct world *w, struct model *m);
bool client_can_send(const struct client *c);
void client_send(struct client *c, const char *text);
void client_stop(struct client *c, bool hangs_up); /* he asked to leave */
void client_break(struct client *c, bool is_reset);

/* Read, and hold each line against the model: the next line that he has to
 * read, or one that concerns him alone. */
void client_read(struct client *c, size_t most);

/* He has read all that he had to, unless he broke off. */
void client_finish(struct client *c);
void client_free(struct client *c);

struct wire *client_wire(struct client *c);
uint64_t client_missed(const struct client *c); /* as he was told */
bool client_is_over(const struct client *c);    /* he left or broke off */

#endif
