/* SPDX-License-Identifier: MIT */
/* A socket as user space reads it: in a sweep, and a last time when it closes. */
#pragma once
#include "kernel/compat.h"
#include "socket/payload.bpf.h"

static __always_inline __u32 socket_protocol(struct sock *sk, const _Bool typed)
{
	__u32 protocol = FIELD(sk, sk_protocol);

	return FIELD(sk, sk_type) == SOCK_RAW ? protocol | RAW_SOCKET : protocol;
}

/* As sk_drops_read. */
static __always_inline __u32 read_drops(struct sock *sk, const _Bool typed)
{
	struct numa_drop_counters *apart = 0;

	if (has_drop_counters(sk))
		apart = BPF_CORE_READ(sk, sk_drop_counters);
	if (!apart)
		return FIELD(sk, sk_drops.counter);
	return BPF_CORE_READ(apart, drops0.counter) + BPF_CORE_READ(apart, drops1.counter);
}

/* As read_addresses. */
static __always_inline void read_ends(struct sock *sk, struct socket_record *record, const _Bool typed)
{
	struct sock_common *common = &sk->__sk_common;
	__u32 *local = (__u32 *)record->local_address, *remote = (__u32 *)record->remote_address;

	if (!typed) {
		read_addresses(sk, record->local_address, record->remote_address);
	} else if (common->skc_family == AF_INET6) {
#pragma unroll
		for (int word = 0; word < 4; word++) {
			local[word] = common->skc_v6_rcv_saddr.in6_u.u6_addr32[word];
			remote[word] = common->skc_v6_daddr.in6_u.u6_addr32[word];
		}
	} else {
		map_ipv4(record->local_address, common->skc_rcv_saddr);
		map_ipv4(record->remote_address, common->skc_daddr);
	}
	if (!(record->protocol & RAW_SOCKET)) { /* as local_port */
		record->local_port = bpf_ntohs(FIELD((struct inet_sock *)sk, inet_sport));
		record->remote_port = bpf_ntohs(FIELD(sk, __sk_common.skc_dport));
	}
	record->netns =
		socket_netns(sk); /* by the helper: for a pointer in a typed struct the verifier searches all types */
	record->device = FIELD(sk, __sk_common.skc_bound_dev_if);
	record->drops = read_drops(sk, typed);
}

static __always_inline void put_owner(struct owner *owner, struct socket_record *record)
{
	if (!owner)
		return;
	record->pid = owner->pid;
	record->uid = owner->uid;
	record->start_ns = owner->start_ns;
	__builtin_memcpy(record->comm, owner->comm, sizeof(record->comm));
}

static __always_inline void read_socket(struct sock *sk, __u64 cookie, struct owner *owner,
					struct socket_record *record, const _Bool typed)
{
	__builtin_memset(record, 0, sizeof(*record));
	record->cookie = cookie;
	record->protocol = socket_protocol(sk, typed);
	read_ends(sk, record, typed);
	record->state = FIELD(sk, __sk_common.skc_state);
	if (owner)
		record->opened_ns = owner->opened_ns;
	put_owner(owner, record);
}

/* A connection that its process does not have yet belongs to who listens for it. */
static __always_inline void read_listener(struct sock_common *request, struct socket_record *record)
{
	struct sock *listener = BPF_CORE_READ(request, skc_listener);
	__u64 cookie = listener ? known_identity(listener) : 0;

	put_owner(cookie ? owner_of(cookie) : 0, record);
}

/* A request or a time-wait socket has the first part of a socket, sock_common, and no more. */
static __always_inline void read_mini(struct sock_common *common, __u64 cookie, struct socket_record *record)
{
	struct sock *sk = (struct sock *)common;

	__builtin_memset(record, 0, sizeof(*record));
	record->cookie = cookie;
	read_addresses(sk, record->local_address, record->remote_address);
	record->local_port = BPF_CORE_READ(common, skc_num);
	record->remote_port = bpf_ntohs(BPF_CORE_READ(common, skc_dport));
	record->netns = socket_netns(sk);
	record->state = BPF_CORE_READ(common, skc_state);
	record->protocol = IPPROTO_TCP;
	record->mini = 1;
	record->device = BPF_CORE_READ(common, skc_bound_dev_if);
	if (record->state == TCP_TIME_WAIT) {
		record->state = BPF_CORE_READ((struct inet_timewait_sock *)common, tw_substate);
		return;
	}
	record->retransmits = BPF_CORE_READ((struct request_sock *)common, num_retrans);
	record->timeouts = BPF_CORE_READ_BITFIELD_PROBED((struct request_sock *)common, num_timeout);
	read_listener(common, record);
}

/* What tcp_sock counts in jiffies since a kind of time began: enum tcp_chrono, include/linux/tcp.h. */
enum chrono {
	CHRONO_BUSY = 1,
	CHRONO_RECEIVER_LIMITED = 2,
	CHRONO_SEND_BUFFER_LIMITED = 3,
};

/* As tcp_get_info_chrono_stats: the kind of time that runs has not been added yet. */
static __always_inline void read_chrono(struct tcp_sock *tcp, struct socket_record *record, const _Bool typed)
{
	__u32 running = BITS(tcp, chrono_type);
	__u32 since = running ? (__u32)bpf_jiffies64() - FIELD(tcp, chrono_start) : 0;
	__u32 busy = FIELD(tcp, chrono_stat[CHRONO_BUSY - 1]);
	__u32 receiver = FIELD(tcp, chrono_stat[CHRONO_RECEIVER_LIMITED - 1]);
	__u32 send_buffer = FIELD(tcp, chrono_stat[CHRONO_SEND_BUFFER_LIMITED - 1]);

	record->receiver_limited_jiffies = receiver + (running == CHRONO_RECEIVER_LIMITED ? since : 0);
	record->send_buffer_limited_jiffies = send_buffer + (running == CHRONO_SEND_BUFFER_LIMITED ? since : 0);
	record->busy_jiffies = busy + receiver + send_buffer + since;
}

/* As tcp_compute_delivery_rate. */
static __always_inline void read_rate(struct tcp_sock *tcp, struct socket_record *record, const _Bool typed)
{
	__u64 delivered = FIELD(tcp, rate_delivered);
	__u32 interval_us = FIELD(tcp, rate_interval_us);

	record->application_limited = BITS(tcp, rate_app_limited);
	if (interval_us)
		record->delivery_rate = delivered * record->mss * 1000000 / interval_us;
}

/* As tcp_diag_get_info. */
static __always_inline void read_queues(struct tcp_sock *tcp, struct socket_record *record, const _Bool typed)
{
	struct sock *sk = (struct sock *)tcp;
	__u32 written, next;
	__s32 unread;

	if (record->state == TCP_LISTEN) {
		record->receive_queue = FIELD(sk, sk_ack_backlog);
		record->send_queue = FIELD(sk, sk_max_ack_backlog);
		record->handshakes = FIELD((struct inet_connection_sock *)tcp, icsk_accept_queue.qlen.counter);
		record->unsent_bytes = FIELD((struct inet_connection_sock *)tcp, icsk_accept_queue.young.counter);
		return;
	}
	written = FIELD(tcp, write_seq);
	next = FIELD(tcp, snd_nxt);
	unread = FIELD(tcp, rcv_nxt) - FIELD(tcp, copied_seq);
	record->receive_queue = unread > 0 ? unread : 0;
	record->send_queue = written - FIELD(tcp, snd_una);
	record->unsent_bytes = (__s32)(written - next) > 0 ? written - next : 0;
	record->send_buffer_full = FIELD(sk, sk_wmem_queued) >= FIELD(sk, sk_sndbuf); /* sk_stream_memory_free */
}

static __always_inline void read_name(struct tcp_sock *tcp, struct socket_record *record, const _Bool typed)
{
	struct inet_connection_sock *connection = (struct inet_connection_sock *)tcp;
	const struct tcp_congestion_ops *operations = FIELD(connection, icsk_ca_ops);

	if (operations)
		BPF_CORE_READ_INTO(&record->congestion_control, operations, name);
}

/* In its listener's accept queue. What a process has closed has no file either, and is dead. */
static __always_inline int is_waiting(struct sock *sk, const _Bool typed)
{
	return !FIELD(sk, sk_socket) && !(FIELD(sk, __sk_common.skc_flags) >> SOCK_DEAD_BIT & 1);
}

static __always_inline void read_tcp(struct tcp_sock *tcp, struct socket_record *record, const _Bool typed)
{
	read_queues(tcp, record, typed);
	if (record->state == TCP_LISTEN)
		return;
	record->waiting = is_waiting((struct sock *)tcp, typed);
	if (has_mptcp(tcp))
		record->subflow = FIELD(tcp, is_mptcp);
	record->rx_bytes = payload_received(tcp, typed);
	record->tx_bytes = payload_sent(tcp, typed);
	record->acked_bytes = FIELD(tcp, bytes_acked);
	record->rtt_us = FIELD(tcp, srtt_us) >> 3;
	record->rtt_variance_us = FIELD(tcp, mdev_us) >> 2;
	record->min_rtt_us = FIELD(tcp, rtt_min.s[0].v);
	record->congestion_window = FIELD(tcp, snd_cwnd);
	record->slow_start_threshold = FIELD(tcp, snd_ssthresh);
	record->mss = FIELD(tcp, mss_cache);
	record->retransmits = FIELD(tcp, total_retrans);
	record->segments_sent = FIELD(tcp, segs_out);
	record->lost_segments = FIELD(tcp, lost_out);
	record->out_of_order_segments = FIELD(tcp, rcv_ooopack);
	read_chrono(tcp, record, typed);
	read_rate(tcp, record, typed);
	read_name(tcp, record, typed);
}
