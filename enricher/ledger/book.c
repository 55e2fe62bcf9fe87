/*
 * book.c - books requests; see ledger.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/ledger/internal.h"

#define FORGET_MAX 64 /* most old requests that one booking deletes */

static const char BOOK_SQL[] =
    "INSERT INTO request (provider, account, purpose, at, expires_at) "
    "VALUES (:provider, :account, :purpose, :now, :expires_at) "
    "RETURNING id";

static const char FORGET_SQL[] =
    "DELETE FROM request "
    "WHERE id IN ( "
    "    SELECT id "
    "    FROM request "
    "    WHERE provider = :provider "
    "      AND account = :account "
    "      AND answered_at < :before "
    "    ORDER BY answered_at "
    "    LIMIT :most)";

static const char OLDEST_SQL[] =
    "SELECT answered_at "
    "FROM request "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND answered_at > 0 "
    "ORDER BY answered_at "
    "LIMIT 1";

/* Looks again when the oldest that is left has become old. */
static bool
forget(struct ledger *l, int64_t now, struct err *e)
{
	int64_t before = now - LEDGER_KEEP_S;
	struct statement *s;

	if (l->oldest >= before)
		return true;
	s = ledger_prepare(l, FORGET_SQL, e);
	db_bind_int(s, ":before", before);
	db_bind_int(s, ":most", FORGET_MAX);
	l->oldest = before;
	return db_run(s, e) &&
	       db_one_int(ledger_prepare(l, OLDEST_SQL, e), &l->oldest, e);
}

static bool
book_one(struct ledger *l, int64_t now, struct booking *b, struct err *e)
{
	struct statement *s = ledger_prepare(l, BOOK_SQL, e);

	db_bind_text(s, ":purpose", b->purpose);
	db_bind_int(s, ":now", now);
	db_bind_int(s, ":expires_at", now + LEDGER_SEND_S + l->timeout_s);
	return db_one_int(s, &b->id, e);
}

struct booking_run {
	struct ledger *ledger;
	int64_t now;
	const struct ledger_room *room; /* NULL: it is counted */
	struct booking *bookings;
	int want, booked;
};

static bool
book_in(void *ctx, struct err *e)
{
	struct booking_run *o = ctx;
	struct ledger *l = o->ledger;
	struct ledger_room room;
	int n = 0, again = 0;

	if (o->room != NULL)
		room = *o->room;
	else if (!ledger_count_room(l, o->now, &room, e))
		return false;
	for (; n < o->want && n < room.requests; n++) {
		if (!book_one(l, o->now, &o->bookings[n], e))
			return false;
		again += o->bookings[n].again;
	}
	o->booked = n;
	return n == 0 ||
	       (ledger_count_booked(l, o->now, n, e) &&
		   ledger_count_again(l, o->now, again, e) && forget(l, o->now, e));
}

static bool
run(struct booking_run *o, int *booked, struct err *e)
{
	*booked = 0;
	if (!db_transact(o->ledger->db, book_in, o, e))
		return false;
	*booked = o->booked;
	return true;
}

bool
ledger_book(struct ledger *l, int64_t now, struct booking *bookings, int want,
    int *booked, struct err *e)
{
	struct booking_run o = {
		.ledger = l, .now = now, .bookings = bookings, .want = want
	};

	return run(&o, booked, e);
}

bool
ledger_book_in(struct ledger *l, const struct ledger_room *room, struct booking *bookings,
    int want, int *booked, struct err *e)
{
	struct booking_run o = { .ledger = l,
		.now = room->at,
		.room = room,
		.bookings = bookings,
		.want = want };

	return run(&o, booked, e);
}
