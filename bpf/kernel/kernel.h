/* SPDX-License-Identifier: MIT */
/* The kernel fields that nettop reads, and no others. Offsets are relocated by CO-RE at load. */
#pragma once
#include <linux/types.h>

#define RELOCATE __attribute__((preserve_access_index))

#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define ETH_P_IP 0x0800
#define ETH_P_TEB 0x6558 /* Ethernet in a tunnel */
#define ETH_P_IPV6 0x86dd
#define ETH_P_8021Q 0x8100
#define ETH_P_8021AD 0x88a8
#define LOOPBACK_IFINDEX 1 /* in every network namespace: include/net/flow.h */
#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_ICMPV6 58
#define SOCK_STREAM 1 /* enum sock_type, include/linux/net.h */
#define SOCK_RAW 3
#define MSG_PEEK 2
#define MSG_ERRQUEUE 0x2000
/*
 * Inode numbers of network namespaces: from the initial one's on (PROC_NET_INIT_INO of Linux 6.18), and
 * so many as nobody makes.
 */
#define NETNS_LOWEST 0xeffffff0
#define NETNS_NUMBERS 0x1000000
#define SOCKFS_MAGIC 0x534f434b /* include/uapi/linux/magic.h */
#define SOCK_DEAD_BIT 0 /* enum sock_flags, include/net/sock.h */
#define SOCK_DONE_BIT 1

enum tcp_state {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT = 2,
	TCP_SYN_RECV = 3,
	TCP_FIN_WAIT1 = 4,
	TCP_FIN_WAIT2 = 5,
	TCP_TIME_WAIT = 6,
	TCP_CLOSE = 7,
	TCP_LAST_ACK = 9,
	TCP_LISTEN = 10,
	TCP_CLOSING = 11,
	TCP_NEW_SYN_RECV = 12,
};

struct ns_common {
	unsigned int inum;
} RELOCATE;

struct net {
	struct ns_common ns;
} RELOCATE;

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	int ifindex;
	struct netdev_queue *_tx;
	possible_net_t nd_net;
} RELOCATE;

struct in6_addr {
	union {
		__u8 u6_addr8[16];
		__be32 u6_addr32[4];
	} in6_u;
} RELOCATE;

typedef struct {
	__s64 counter;
} atomic64_t;

typedef struct {
	int counter;
} atomic_t;

/* A UDP or raw socket counts there alone. */
struct numa_drop_counters {
	atomic_t drops0;
	atomic_t drops1;
} RELOCATE;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	int skc_bound_dev_if;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	struct sock *skc_listener; /* of a request: in the place of sk_flags */
	unsigned long skc_flags; /* sk_flags */
	atomic64_t skc_cookie;
} RELOCATE;

typedef struct {
	int owned;
} RELOCATE socket_lock_t;

struct sk_buff_head {
	struct sk_buff *prev;
	__u32 qlen;
} RELOCATE;

struct sock_extended_err {
	__u32 ee_errno;
	__u8 ee_origin;
	__u8 ee_type;
	__u8 ee_code;
} RELOCATE;

struct sock_exterr_skb {
	struct sock_extended_err ee;
} RELOCATE;

typedef struct {
	atomic_t refs;
} refcount_t;

struct socket;

struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
	socket_lock_t sk_lock;
	__u16 sk_protocol;
	__u16 sk_type;
	refcount_t sk_wmem_alloc;
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
	int sk_err;
	int sk_err_soft;
	struct sk_buff_head sk_error_queue;
	int sk_wmem_queued;
	int sk_sndbuf;
	atomic_t sk_drops;
	struct numa_drop_counters *sk_drop_counters;
} RELOCATE;

#include "kernel/tcp.h"

struct inet_sock {
	__be16 inet_sport;
} RELOCATE;

struct udp_sock {
	__u16 len; /* the type alone is used; a struct needs a field */
} RELOCATE;

struct socket {
	struct sock *sk;
} RELOCATE;

struct super_block {
	unsigned long s_magic;
} RELOCATE;

struct inode {
	struct super_block *i_sb;
} RELOCATE;

struct file {
	struct inode *f_inode;
	void *private_data;
} RELOCATE;

typedef struct {
	unsigned int val;
} kuid_t;

struct cred {
	kuid_t uid;
} RELOCATE;

struct kernfs_node {
	struct kernfs_node *__parent;
	const char *name;
	__u64 id;
} RELOCATE;

struct kernfs_node___before_rcu {
	struct kernfs_node *parent;
} RELOCATE;

struct cgroup {
	struct kernfs_node *kn;
} RELOCATE;

struct css_set {
	struct cgroup *dfl_cgrp;
} RELOCATE;

struct nsproxy {
	struct net *net_ns;
} RELOCATE;

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
} RELOCATE;

struct task_struct {
	int pid;
	unsigned int flags;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	__u64 start_boottime;
	const struct cred *cred;
	struct css_set *cgroups;
	struct nsproxy *nsproxy;
	struct mm_struct *mm;
	char comm[16];
} RELOCATE;

#include "kernel/skb.h"
