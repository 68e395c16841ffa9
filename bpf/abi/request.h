/* SPDX-License-Identifier: MIT */
/* Pieces of what sockets say to each other. Widths, orders and addresses as in packet.h. */
#pragma once
#include <linux/types.h>

enum piece_direction { PIECE_SENT, PIECE_RECEIVED };

/* What a socket speaks, going by how a turn begins. */
enum speech {
	SPEECH_UNKNOWN,
	SPEECH_OTHER, /* nothing that is followed: its packets are passed over */
	SPEECH_HTTP,
	SPEECH_HTTP2,
	SPEECH_TLS,
	SPEECH_DNS,
	SPEECH_NAMED, /* it named its server: passed over while names alone are wanted */
	SPEECH_QUIC, /* datagrams that open a connection */
	SPEECH_REDIS,
	SPEECH_POSTGRESQL,
	SPEECH_MYSQL,
};

enum piece_flag {
	PIECE_TURN = 1, /* the other side has spoken since this one did */
	PIECE_GAP = 2, /* bytes before it have not come yet */
	PIECE_HEAD = 4, /* it begins like a message, within a turn */
	PIECE_FIN = 8,
	PIECE_RESET = 16,
	PIECE_LISTENER = 32, /* data that ended the handshake: its connection has no socket yet */
	PIECE_AFTER = 64, /* requests that were not wanted, or held back, came before it on its connection */
};

/* The first bytes of a turn, or of a datagram, and where both directions stand. They follow the record. */
struct piece {
	__u64 at_ns;
	__u64 cookie; /* 0: a listener's */
	__u64 last_sent_ns; /* when each direction moved last, before this piece */
	__u64 last_received_ns;
	__u64 connecting_ns; /* of the first piece of a connection: its SYN, and the answer to that; 0: not known */
	__u64 connected_ns;
	__u64 read_ns; /* when the process took the last byte before `read`; 0: it is not known */
	__u64 acknowledged_ns; /* when the other side acknowledged the last one before `acknowledged` */
	__u8 local[16];
	__u8 remote[16];
	__u32 sequence; /* of the first byte here */
	__u32 turn; /* where this direction's turn began */
	__u32 length; /* of the segment's payload from there on */
	__u32 next_sent; /* where each direction had come to: snd_nxt, rcv_nxt */
	__u32 next_received;
	__u32 read;
	__u32 acknowledged;
	__u16 local_port;
	__u16 remote_port;
	__u16 captured; /* bytes that follow */
	__u16 number; /* of this direction's pieces: a gap is one that found no room */
	__u8 direction; /* enum piece_direction */
	__u8 speech; /* enum speech */
	__u8 flags; /* enum piece_flag, or-ed */
	__u8 protocol; /* of IP */
};
_Static_assert(sizeof(struct piece) == 136, "piece");

/* Where a cookie's struct progress stands: its halves, times the factor, shifted. */
enum progress_place { PROGRESS_SHIFT = 18, PROGRESS_FACTOR = 0x61c88647 };
#define PROGRESS_PLACE(cookie) ((__u32)((cookie) ^ (cookie) >> 32) * PROGRESS_FACTOR >> PROGRESS_SHIFT)

/* How far a conversation has come, each number with the time when it moved last. 0: it has not moved yet. */
struct progress {
	__u64 cookie;
	__u64 sent_ns;
	__u64 received_ns;
	__u64 read_ns;
	__u64 acknowledged_ns;
	__u32 sent;
	__u32 received;
	__u32 read; /* by the process */
	__u32 acknowledged; /* by the other side */
	__u32 skipped; /* 1: what is said is not told, until the next request that is: nobody asks when it is read */
	__u32 _pad;
};
_Static_assert(sizeof(struct progress) == 64, "progress");

/*
 * What is told. Texts are up to eight bytes in small letters, the last one lowest; a mask of 0, or ports up to 0, are
 * those of any request.
 */
struct wanted {
	__u64 text; /* in each head of HTTP */
	__u64 text_mask;
	__u64 host; /* in each head that has a field Host */
	__u64 host_mask;
	__u32 address[4]; /* of one of the ends, in network order */
	__u32 address_mask[4];
	__u32 method; /* how each request of HTTP begins, in network order */
	__u32 method_mask;
	__u32 speeches; /* 1 << enum speech: those that are not told */
	__u16 port_low; /* of one of the ends */
	__u16 port_high;
	__u8 names_alone; /* nothing else is told: answers of DNS, and how clients begin */
	__u8 answers; /* DNS is told in any case */
	__u8 _pad[6];
};
_Static_assert(sizeof(struct wanted) == 88, "wanted");

/* For each CPU. */
struct piece_count {
	__u64 ring_full;
	__u64 requests_lost; /* of these the first pieces of requests, whose answers are not told either */
	__u64 unwanted; /* requests that do not contain what is wanted */
	__u64 no_storage; /* sockets that found no memory to be followed */
	__u64 held_back; /* requests and handshakes beyond the rate limit: those of QUIC at each end, others once */
	__u64 messages_lost; /* of ring_full those of DNS */
	__u64 queries_lost; /* of these the ones that begin a query, whose answer may be told */
};
_Static_assert(sizeof(struct piece_count) == 56, "piece_count");
