/* SPDX-License-Identifier: MIT */
/* A part of kernel.h: what a TCP socket counts, and what the kernel keeps where there is none. */
#pragma once

/* include/uapi/asm-generic/errno.h: what a call that came to nothing returns. */
enum {
	EPERM = 1,
	EINTR = 4,
	EAGAIN = 11,
	EACCES = 13,
	EINVAL = 22,
	ENONET = 64,
	EPROTO = 71,
	EMSGSIZE = 90,
	ENOPROTOOPT = 92,
	EOPNOTSUPP = 95,
	EAFNOSUPPORT = 97,
	EADDRNOTAVAIL = 99,
	ENETDOWN = 100,
	ENETUNREACH = 101,
	ENOBUFS = 105,
	ECONNREFUSED = 111,
	EHOSTDOWN = 112,
	EHOSTUNREACH = 113,
	LAST_ERROR = 133, /* those from 512 on begin the call again */
};

struct minmax_sample {
	__u32 v;
} RELOCATE;

struct minmax {
	struct minmax_sample s[3];
} RELOCATE;

struct tcp_sock {
	_Bool is_mptcp;
	__u64 bytes_received;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u64 bytes_acked;
	__u64 tcp_mstamp;
	__u64 tcp_clock_cache;
	__u32 srtt_us;
	__u32 mdev_us;
	struct minmax rtt_min;
	__u32 rcv_nxt;
	__u32 copied_seq;
	__u32 snd_una;
	__u32 snd_nxt;
	__u32 write_seq;
	__u32 snd_cwnd;
	__u32 snd_ssthresh;
	__u32 mss_cache;
	__u32 lost_out;
	__u32 rcv_ooopack;
	__u32 segs_out;
	__u32 total_retrans;
	__u32 rate_delivered;
	__u32 rate_interval_us;
	__u32 chrono_start;
	__u32 chrono_stat[3];
	__u8 chrono_type : 2; /* a whole byte in newer kernels */
	__u8 rate_app_limited : 1;
} RELOCATE;

struct tcp_congestion_ops {
	char name[16];
} RELOCATE;

struct request_sock_queue {
	atomic_t qlen;
	atomic_t young;
} RELOCATE;

struct inet_connection_sock {
	struct request_sock_queue icsk_accept_queue;
	const struct tcp_congestion_ops *icsk_ca_ops;
} RELOCATE;

/* What is left of a connection that closed: FIN_WAIT2 or TIME_WAIT. */
struct inet_timewait_sock {
	unsigned char tw_substate;
} RELOCATE;

/* A connection before the last step of its handshake. */
struct request_sock {
	struct sock_common __req_common;
	__u8 num_retrans;
	__u8 num_timeout : 7;
} RELOCATE;
