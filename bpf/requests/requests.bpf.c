/* SPDX-License-Identifier: MIT */
/*
 * The first bytes of what each side of a conversation says, at the sockets of this machine: heads of HTTP, names of
 * DNS, hellos of TLS. Bodies never leave the kernel: where they begin and end is known by sequence numbers. A program
 * of a cgroup sees the payload of each socket in each network namespace, however it was written.
 */
#include "requests/begun.bpf.h"
#include "requests/choice.bpf.h"
#include "requests/conversation.bpf.h"
#include "requests/datagram.bpf.h"
#include "requests/http2.bpf.h"
#include "requests/listener.bpf.h"
#include "requests/spoken.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct piece *_piece __attribute__((unused));
const struct piece_count *_piece_count __attribute__((unused));
const struct progress *_progress __attribute__((unused));
const struct wanted *_wanted __attribute__((unused));

#define PASS 1
#define HAS_FRAMES 1

/* The last bytes of a segment of which the beginning may be told too. */
static __always_inline void tell_end(struct __sk_buff *skb, struct about *about)
{
	__u32 left = about->segment.length - about->skip;
	__u32 captured = left > USUAL ? USUAL : left;

	about->skip += left - captured;
	tell(skb, about, captured);
}

/* HAS_FRAMES: these are to be told. */
static __always_inline int on_segment(struct __sk_buff *skb, struct bpf_sock *sk, struct conversation *talk,
				      struct about *about)
{
	struct segment *segment = &about->segment;
	struct stream *stream = &talk->streams[about->direction & 1];
	__u32 sent = about->next[PIECE_SENT], received = about->next[PIECE_RECEIVED];
	__u32 next = about->direction == PIECE_SENT ? sent : received;
	__u32 other = about->direction == PIECE_SENT ? received : sent;
	__u32 in_turn, n, budget, captured, early = 0; /* bytes of what begins that came before the segment */
	__u64 head = 0, gathered;
	__u8 speech = talk->speech; /* by itself: the verifier takes each look at the memory for another number */
	int is_new = speech == SPEECH_UNKNOWN, is_end = segment->flags & (TCP_FIN | TCP_RST), begins;
	__s32 behind;

	behind = next - segment->sequence;
	if (!segment->length || (is_end && behind == (__s32)segment->length)) {
		if (is_new || talk->skips)
			return 0;
		if (!stream->seen)
			stream->turn = next; /* it ends without having said anything */
		about->skip = segment->length;
		about->now = bpf_ktime_get_ns();
		tell(skb, about, 0);
		return 0;
	}
	if (behind >= (__s32)segment->length)
		return 0; /* sent again */
	if (behind > 0)
		about->skip = behind;
	if (behind < 0)
		about->flags |= PIECE_GAP;
	if (!stream->seen || stream->other != other) {
		stream->seen = 1;
		stream->other = other;
		stream->turn = next;
		stream->gathered = 0;
		about->flags |= PIECE_TURN;
	}
	in_turn = segment->sequence + about->skip - stream->turn;
	n = segment->length - about->skip;
	if ((!in_turn || speech == SPEECH_HTTP) && n >= HEAD_BYTES)
		bpf_skb_load_bytes(skb, segment->offset + about->skip, &head, HEAD_BYTES);
	if ((is_new || (speech == SPEECH_HTTP && talk->skips)) && is_short(stream, in_turn, n)) {
		gathered = gather(skb, segment->offset + about->skip, in_turn, n, about->direction);
		if (gathered) {
			head = gathered;
			early = in_turn;
		}
	}
	begins = in_turn == early;
	if (is_new) {
		if (!is_known(skb, sk, talk, head, segment, in_turn, early)) {
			stream->last_ns = bpf_ktime_get_ns();
			return 0;
		}
		speech = talk->speech;
		about->asks = speech == SPEECH_TLS;
	}
	if (speech == SPEECH_DNS)
		about->asks = begins && segment->destination == DNS_PORT;
	if (is_named(talk, about)) {
		talk->speech = SPEECH_NAMED;
		return 0;
	}
	if (speech == SPEECH_HTTP && begins && is_preface(bpf_be64_to_cpu(head))) {
		speech = talk->speech = SPEECH_HTTP2; /* it was upgraded */
		is_new = 1;
	}
	if (speech == SPEECH_HTTP2) {
		if (is_new)
			begin_frames(skb, talk, about, other);
		return talk->skips ? 0 : HAS_FRAMES;
	}
	if (is_database(speech) && !in_turn && n >= HEAD_BYTES) {
		check_speech(talk, head, n);
		speech = talk->speech;
		if (speech == SPEECH_OTHER)
			return 0;
	}
	if (speech == SPEECH_HTTP && !begins && (is_request(head) || is_response(head))) {
		about->flags |= PIECE_HEAD;
		stream->turn = segment->sequence + about->skip;
		in_turn = 0;
		begins = 1;
	}
	if (speech == SPEECH_HTTP && begins && is_request(head)) {
		about->asks = 1;
		choose(skb, talk, about, head, in_turn);
	} else if (is_new && speech == SPEECH_HTTP && is_answer_held_back(PORTS(segment), other)) {
		skip(talk, SKIPS_HELD, !about->direction);
	} else if (is_new && speech != SPEECH_HTTP) {
		choose_connection(skb, talk, about, in_turn);
	}
	if (talk->skips)
		return 0;
	if (in_turn && begins) /* its first bytes came before */
		return tell_from_start(skb, about, in_turn, n, budget_of(speech));
	about->now = bpf_ktime_get_ns();
	budget = budget_of(speech);
	if (in_turn < budget) {
		captured = n > budget - in_turn ? budget - in_turn : n;
		tell(skb, about, captured > LARGE ? LARGE : captured);
	}
	if (in_turn + n > budget && (speech == SPEECH_POSTGRESQL || speech == SPEECH_MYSQL) &&
	    ends_answer(skb, segment->offset + segment->length, speech))
		tell_end(skb, about);
	else if (in_turn >= budget && is_end)
		tell(skb, about, 0);
	note_moved(talk->cookie, about->direction, behind < 0 ? next : segment->sequence + segment->length, about->now);
	if (speech == SPEECH_TLS && is_encrypted(talk, about, head, in_turn))
		pass_over(talk);
	stream->last_ns = about->now;
	return 0;
}

/* A segment without payload: a handshake's, or an acknowledgement. */
static __always_inline void on_bare_segment(struct bpf_sock *sk, struct conversation *talk, struct segment *segment,
					    int direction)
{
	__u8 flags = segment->flags & (TCP_SYN | TCP_ACK);

	if (direction == PIECE_SENT && flags == TCP_SYN) {
		talk = talk ?: bpf_sk_storage_get(&conversations, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
		if (!talk || (talk->connecting_ns && talk->first == segment->sequence))
			return; /* once more */
		talk->first = segment->sequence;
		talk->connecting_ns = bpf_ktime_get_ns();
		talk->connected_ns = 0;
	} else if (direction == PIECE_RECEIVED && talk) {
		if (flags == (TCP_SYN | TCP_ACK) && !talk->connected_ns)
			talk->connected_ns = bpf_ktime_get_ns();
		else if (flags == TCP_ACK)
			note_acknowledged(talk->cookie, sk, segment->acknowledged);
	}
}

/* HAS_FRAMES: those of HTTP/2 are to be told; its caller does, as both have no room on one stack. */
static __noinline int on_packet(struct __sk_buff *skb, struct conversation *talk, int direction)
{
	struct about about = { .direction = direction };
	struct bpf_sock *sk = skb->sk;
	struct bpf_tcp_sock *tcp;
	struct piece_count *count;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	if (!sk)
		return 0;
	if (sk->protocol == IPPROTO_UDP) {
		on_datagram(skb, direction);
		return 0;
	}
	if (sk->protocol != IPPROTO_TCP)
		return 0;
	if (talk && talk->speech == SPEECH_NAMED) {
		if (are_names_alone())
			return 0;
		talk->speech = SPEECH_UNKNOWN;
	}
	if (!read_segment(skb, &about.segment))
		return 0;
	if (!about.segment.length && !(about.segment.flags & (TCP_FIN | TCP_RST))) {
		on_bare_segment(sk, talk, &about.segment, direction);
		return 0;
	}
	if (!talk) {
		if (!about.segment.length)
			return 0;
		if (sk->state == BPF_TCP_LISTEN)
			return tell_listeners(skb);
		talk = bpf_sk_storage_get(&conversations, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	}
	tcp = bpf_tcp_sock(sk);
	if (!talk || !tcp) {
		count = counts();
		if (count)
			__sync_fetch_and_add(&count->no_storage, 1);
		return 0;
	}
	if (direction == PIECE_RECEIVED && about.segment.flags & TCP_ACK && !talk->skips)
		note_acknowledged(talk->cookie, sk, about.segment.acknowledged);
	read_next(tcp, &about);
	return on_segment(skb, sk, talk, &about);
}

/* Most packets of most machines end here, at the first test. */
static __always_inline int tell_packet(struct __sk_buff *skb, int direction)
{
	struct bpf_sock *sk = skb->sk;
	struct conversation *talk = sk ? bpf_sk_storage_get(&conversations, sk, 0, 0) : 0;

	if (talk && talk->passes >> direction & 1)
		return PASS;
	if (on_packet(skb, talk, direction))
		tell_frames(skb, direction);
	return PASS;
}

SEC("cgroup_skb/egress")
int tell_sent(struct __sk_buff *skb)
{
	return tell_packet(skb, PIECE_SENT);
}

SEC("cgroup_skb/ingress")
int tell_received(struct __sk_buff *skb)
{
	return tell_packet(skb, PIECE_RECEIVED);
}
