/* SPDX-License-Identifier: MIT */
/* What a TCP socket has said so far, and how a piece of it is told. */
#pragma once
#include "requests/frames.bpf.h"
#include "requests/piece.bpf.h"
#include "requests/progress.bpf.h"

#define AF_INET6 10
#define BOTH_PASS 3

/* Each direction writes its own half: they may run on two CPUs at once. */
struct stream {
	__u64 last_ns;
	__u64 begun; /* the first bytes of a turn that began with fewer than HEAD_BYTES */
	__u64 begun_ns;
	__u32 turn;
	__u32 other; /* where the other direction stood when the turn began */
	__u32 number;
	__u8 seen;
	__u8 gathered; /* how many bytes of the turn are in `begun`; 0: none, or all that were wanted */
	__u8 _pad[2];
};

enum skips { SKIPS_NOTHING, SKIPS_UNWANTED, SKIPS_HELD, SKIPS_LOST };

struct conversation {
	__u64 cookie;
	struct stream streams[2];
	__u64 connecting_ns;
	__u64 connected_ns;
	__u32 first; /* number of the first byte that is sent */
	__u8 speech;
	__u8 turns;
	__u8 skips; /* enum skips: until the next request */
	__u8 passes; /* 1 << direction: its packets are passed over */
	__u8 mixes; /* several requests waited for answers at once, while some were not told */
	__u8 _pad[7];
	struct frames frames[2]; /* of HTTP/2 */
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct conversation);
} conversations SEC(".maps");

static __always_inline struct conversation *talk_of(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	return sk ? bpf_sk_storage_get(&conversations, sk, 0, 0) : 0;
}

/* Copied word by word: the verifier forbids other ways into struct bpf_sock. */
static __always_inline void read_ends(struct bpf_sock *sk, __u32 local[4], __u32 remote[4])
{
	__u32 ipv4;

	if (sk->family == AF_INET6) {
		local[0] = sk->src_ip6[0];
		local[1] = sk->src_ip6[1];
		local[2] = sk->src_ip6[2];
		local[3] = sk->src_ip6[3];
		remote[0] = sk->dst_ip6[0];
		remote[1] = sk->dst_ip6[1];
		remote[2] = sk->dst_ip6[2];
		remote[3] = sk->dst_ip6[3];
		return;
	}
	local[0] = local[1] = remote[0] = remote[1] = 0;
	local[2] = remote[2] = bpf_htonl(0xffff);
	ipv4 = sk->src_ip4;
	asm volatile("" : "+r"(ipv4));
	local[3] = ipv4;
	ipv4 = sk->dst_ip4;
	asm volatile("" : "+r"(ipv4));
	remote[3] = ipv4;
}

/* It is nothing that is followed, or nothing more of it is wanted. */
static __always_inline void pass_over(struct conversation *talk)
{
	talk->speech = SPEECH_OTHER;
	talk->passes = BOTH_PASS;
}

/* Until that direction asks again. */
static __always_inline void skip(struct conversation *talk, enum skips skips, int direction)
{
	if (!skips != !talk->skips)
		note_skipped(talk->cookie, skips != SKIPS_NOTHING);
	talk->skips = skips;
	talk->passes = skips ? 1 << !direction : 0;
}

/* What is told of a segment of a conversation. */
struct about {
	struct segment segment;
	__u64 now; /* not before it is to be told: most never is */
	__u32 next[2];
	__u32 skip; /* bytes of the segment that came before */
	__u32 length; /* of it that are told of; 0: all that are left */
	__u8 direction;
	__u8 flags;
	__u8 asks; /* a request begins */
};

/*
 * Where both directions stand. What a segment acknowledges was sent, though snd_nxt may not say so yet: over loopback the
 * answer to what one CPU sends comes on another one before the first has noted that it is sent.
 */
static __always_inline void read_next(struct bpf_tcp_sock *tcp, struct about *about)
{
	struct segment *segment = &about->segment;

	about->next[PIECE_SENT] = tcp->snd_nxt;
	about->next[PIECE_RECEIVED] = tcp->rcv_nxt;
	if (about->direction == PIECE_RECEIVED && segment->flags & TCP_ACK &&
	    (__s32)(segment->acknowledged - about->next[PIECE_SENT]) > 0)
		about->next[PIECE_SENT] = segment->acknowledged;
}

static __always_inline void fill(struct piece *piece, struct bpf_sock *sk, struct conversation *talk,
				 struct stream *stream, struct about *about)
{
	struct progress *now = progress_of(talk->cookie);
	struct segment *segment = &about->segment;
	int sent = about->direction == PIECE_SENT;
	int first = talk->connected_ns && sent && segment->sequence == talk->first;
	__u32 left = segment->length - about->skip;
	int is_last = !about->length || about->length == left;

	piece->at_ns = about->now;
	piece->cookie = talk->cookie;
	piece->last_sent_ns = talk->streams[PIECE_SENT].last_ns;
	piece->last_received_ns = talk->streams[PIECE_RECEIVED].last_ns;
	piece->connecting_ns = first ? talk->connecting_ns : 0;
	piece->connected_ns = first ? talk->connected_ns : 0;
	piece->read_ns = now ? now->read_ns : 0;
	piece->acknowledged_ns = now ? now->acknowledged_ns : 0;
	piece->read = now ? now->read : 0;
	piece->acknowledged = now ? now->acknowledged : 0;
	read_ends(sk, (__u32 *)piece->local, (__u32 *)piece->remote);
	piece->local_port = sent ? segment->source : segment->destination;
	piece->remote_port = sent ? segment->destination : segment->source;
	piece->sequence = segment->sequence + about->skip;
	piece->turn = stream->turn;
	piece->length = is_last ? left : about->length;
	piece->next_sent = about->next[PIECE_SENT];
	piece->next_received = about->next[PIECE_RECEIVED];
	piece->number = stream->number;
	piece->direction = about->direction;
	piece->speech = talk->speech;
	piece->flags = about->flags;
	if (is_last && segment->flags & (TCP_FIN | TCP_RST))
		piece->flags |= PIECE_FIN | (segment->flags & TCP_RST ? PIECE_RESET : 0);
	piece->protocol = IPPROTO_TCP;
}

/*
 * No room. A request that is not told takes its answer with it, and is counted; of anything else the gap in the
 * numbers says that it is missing. Of DNS the answer is told, as what is asked stands in it again.
 */
static __always_inline void lose(struct conversation *talk, struct stream *stream, int asks)
{
	if (talk->speech == SPEECH_DNS) {
		count_message_lost(asks);
		stream->number++;
		return;
	}
	count_ring_full(asks);
	if (asks)
		skip(talk, SKIPS_LOST, stream == &talk->streams[PIECE_RECEIVED]);
	else
		stream->number++;
}

/*
 * Reserved in the ring and filled there: programs of a cgroup may be interrupted by themselves, so that no scratch
 * of a CPU is safe.
 */
#define TELL(SIZE)                                                                            \
	do {                                                                                  \
		struct piece *piece = bpf_ringbuf_reserve(&pieces, sizeof(*piece) + SIZE, 0); \
                                                                                              \
		if (!piece) {                                                                 \
			lose(talk, stream, about.asks);                                       \
			return 0;                                                             \
		}                                                                             \
		piece->captured = 0;                                                          \
		if (captured)                                                                 \
			COPY(skb, about.segment.offset + skip, piece, captured, SIZE);        \
		stream->number++;                                                             \
		fill(piece, sk, talk, stream, &about);                                        \
		bpf_ringbuf_submit(piece, BPF_RB_NO_WAKEUP);                                  \
	} while (0)

/* Above it `length`. */
#define HOW(about) ((about)->direction | (about)->flags << 8 | (about)->asks << 16)

/*
 * `skip` bytes of a segment's payload came before, `captured` are told. A global function, which finds anew what only
 * its caller knows: the verifier would walk through it in each state that its callers may be in, half a million steps.
 */
__noinline int tell_piece(struct __sk_buff *skb, __u64 now, __u32 skip, __u32 captured, __u64 how)
{
	struct about about = { .now = now,
			       .skip = skip,
			       .length = how >> 32,
			       .direction = how & 1,
			       .flags = how >> 8,
			       .asks = how >> 16 };
	struct bpf_sock *sk = skb->sk;
	struct conversation *talk;
	struct stream *stream;
	struct bpf_tcp_sock *tcp;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	tcp = sk ? bpf_tcp_sock(sk) : 0;
	talk = tcp ? bpf_sk_storage_get(&conversations, sk, 0, 0) : 0;
	if (!talk || !read_segment(skb, &about.segment))
		return 0;
	stream = &talk->streams[about.direction];
	read_next(tcp, &about);
	/* rcv_nxt stays behind while the process has the socket's lock */
	if (talk->speech == SPEECH_HTTP2 && about.direction == PIECE_RECEIVED &&
	    (__s32)(talk->frames[PIECE_RECEIVED].end - about.next[PIECE_RECEIVED]) > 0)
		about.next[PIECE_RECEIVED] = talk->frames[PIECE_RECEIVED].end;
	if (captured <= SMALL)
		TELL(SMALL);
	else if (captured <= USUAL)
		TELL(USUAL);
	else
		TELL(LARGE);
	return 0;
}

static __always_inline void tell(struct __sk_buff *skb, struct about *about, __u32 captured)
{
	tell_piece(skb, about->now, about->skip, captured, HOW(about));
}
