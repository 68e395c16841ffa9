/* SPDX-License-Identifier: MIT */
/* A socket's addresses and owner. */
#pragma once
#include "abi/sizes.h"
#include "socket/identity.bpf.h"
#include "socket/owners.bpf.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FLOWS);
	__type(key, struct flow_key);
	__type(value, __u64); /* IDENTITY of the socket */
} flows SEC(".maps");

/* 0: nobody asked for this socket's identity yet, or it is none that has an owner (a handshake's). */
static __always_inline __u64 known_identity(struct sock *sk)
{
	__u64 address = address_identity(sk);

	if (has_socket_cookie)
		return BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	return bpf_map_lookup_elem(&owners, &address) ? address : 0;
}

static __always_inline struct owner *owner_of(__u64 cookie)
{
	return bpf_map_lookup_elem(&owners, &cookie);
}

static __always_inline int is_inet(struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	return family == AF_INET || family == AF_INET6;
}

static __always_inline void map_ipv4(__u8 address[16], __be32 ipv4)
{
	__u32 *words = (__u32 *)address;

	words[0] = 0;
	words[1] = 0;
	words[2] = bpf_htonl(0xffff);
	words[3] = ipv4;
}

static __always_inline void read_addresses(struct sock *sk, __u8 local[16], __u8 remote[16])
{
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6) {
		BPF_CORE_READ_INTO((struct in6_addr *)local, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *)remote, sk, __sk_common.skc_v6_daddr);
		return;
	}
	map_ipv4(local, BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr));
	map_ipv4(remote, BPF_CORE_READ(sk, __sk_common.skc_daddr));
}

/*
 * inet_sport and not skc_num: the latter is cleared when a TCP socket closes. A raw socket has its protocol
 * there, and no port.
 */
static __always_inline __u16 local_port(struct sock *sk)
{
	if (BPF_CORE_READ(sk, sk_type) == SOCK_RAW)
		return 0;
	return bpf_ntohs(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
}

static __always_inline __u32 socket_netns(struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
}

static __always_inline void read_flow(struct sock *sk, struct flow_key *flow)
{
	__builtin_memset(flow, 0, sizeof(*flow));
	read_addresses(sk, flow->local_address, flow->remote_address);
	flow->netns = socket_netns(sk);
	flow->protocol = BPF_CORE_READ(sk, sk_protocol);
	flow->local_port = local_port(sk);
	flow->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
}

/* How a listener or an unconnected socket is known. */
static __always_inline void forget_remote(struct flow_key *flow)
{
	__builtin_memset(flow->remote_address, 0, sizeof(flow->remote_address));
	flow->remote_port = 0;
}

/* The socket without a far end that serves the flow's local address: by itself, as 0.0.0.0, or as ::. */
static __always_inline __u64 *find_unconnected(struct flow_key *flow)
{
	__u32 *words = (__u32 *)flow->local_address;
	__u64 *cookie;

	forget_remote(flow);
	cookie = bpf_map_lookup_elem(&flows, flow);
	if (!cookie && !words[0] && !words[1] && words[2] == bpf_htonl(0xffff)) {
		words[3] = 0;
		cookie = bpf_map_lookup_elem(&flows, flow);
	}
	if (!cookie) {
		__builtin_memset(flow->local_address, 0, sizeof(flow->local_address));
		cookie = bpf_map_lookup_elem(&flows, flow);
	}
	return cookie;
}

/* The entry is left to another socket that has taken it over (SO_REUSEPORT). */
static __always_inline void forget_flow(struct sock *sk, __u64 cookie)
{
	struct flow_key flow;
	__u64 *known;

	read_flow(sk, &flow);
	if (!flow.remote_port)
		forget_remote(&flow);
	known = bpf_map_lookup_elem(&flows, &flow);
	if (known && *known == cookie)
		bpf_map_delete_elem(&flows, &flow);
}

static __always_inline void read_owner(struct task_struct *task, struct owner *owner)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	__builtin_memset(owner, 0, sizeof(*owner));
	owner->pid = BPF_CORE_READ(task, tgid);
	owner->uid = BPF_CORE_READ(task, cred, uid.val);
	owner->start_ns = BPF_CORE_READ(leader, start_boottime);
	BPF_CORE_READ_STR_INTO(&owner->comm, leader, comm);
}
