/* SPDX-License-Identifier: MIT */
/*
 * Bytes, connections and owners. TCP sockets count their own bytes: they are swept once a tick and
 * read a last time when they are destroyed. Other protocols are counted where the process calls.
 */
#include <linux/bpf.h>
#include <bpf/bpf_tracing.h>
#include "owner.bpf.h"
#include "record.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct socket_record *_socket_record __attribute__((unused));
const struct owner *_owner __attribute__((unused));
const struct usage_key *_usage_key __attribute__((unused));
const struct usage *_usage __attribute__((unused));
const struct flow_key *_flow_key __attribute__((unused));
const struct account_loss *_account_loss __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct usage_key);
	__type(value, struct usage);
} usages SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} closed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct socket_record);
} closed_overflow SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct account_loss);
} losses SEC(".maps");

static __always_inline struct account_loss *loss(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&losses, &zero);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_state, struct sock *sk, int old, int state)
{
	struct owner *owner;
	__u64 cookie;

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP || !is_inet(sk))
		return 0;
	cookie = bpf_get_socket_cookie(sk);
	if (state == TCP_SYN_SENT || state == TCP_LISTEN) {
		owner = learn_current(sk, cookie);
		if (owner && !owner->opened_ns)
			owner->opened_ns = bpf_ktime_get_ns();
	} else if (state == TCP_SYN_RECV || (state == TCP_ESTABLISHED && old == TCP_SYN_RECV)) {
		if (!bpf_map_lookup_elem(&owners, &cookie))
			inherit(sk, cookie);
	} else if (state == TCP_ESTABLISHED) { /* connect: only now is the local port known */
		owner = bpf_map_lookup_elem(&owners, &cookie);
		if (owner) {
			struct owner copy = *owner;
			learn(sk, cookie, &copy);
		}
	}
	return 0;
}

static __always_inline void add_usage(struct usage_key *key, struct owner *owner, __u64 rx, __u64 tx)
{
	struct usage *usage = bpf_map_lookup_elem(&usages, key);
	struct account_loss *lost;

	if (!usage) {
		struct usage fresh = { .start_ns = owner->start_ns, .uid = owner->uid };

		__builtin_memcpy(fresh.comm, owner->comm, sizeof(fresh.comm));
		bpf_map_update_elem(&usages, key, &fresh, BPF_NOEXIST);
		usage = bpf_map_lookup_elem(&usages, key);
	}
	if (usage) {
		__sync_fetch_and_add(&usage->rx_bytes, rx);
		__sync_fetch_and_add(&usage->tx_bytes, tx);
	} else if ((lost = loss())) {
		lost->usage_full += rx + tx;
	}
}

/* A process sent or received `bytes`; a negative number is an error and moved nothing. */
static __always_inline int on_call(struct sock *sk, long bytes, int receive)
{
	struct usage_key key = {};
	struct owner *owner;

	if (!sk || !is_inet(sk) || bytes < 0)
		return 0;
	key.cookie = bpf_get_socket_cookie(sk);
	owner = learn_current(sk, key.cookie);
	key.protocol = BPF_CORE_READ(sk, sk_protocol);
	if (!owner || key.protocol == IPPROTO_TCP)
		return 0; /* TCP sockets count themselves */
	key.pid = owner->pid;
	add_usage(&key, owner, receive ? bytes : 0, receive ? 0 : bytes);
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(on_send, struct sock *sk, int bytes)
{
	return on_call(sk, bytes, 0);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(on_receive, struct sock *sk, int bytes, int flags)
{
	return flags & MSG_PEEK ? 0 : on_call(sk, bytes, 1);
}

/* The same two before Linux 6.3, which brought the tracepoints (commit 6e6eda44b939). */
#define SEND(function)                                                                             \
	SEC("fexit/" #function)                                                                    \
	int BPF_PROG(exit_##function, struct socket *socket, void *msg, __u64 size, int bytes)     \
	{                                                                                          \
		return on_call(socket->sk, bytes, 0);                                              \
	}
#define RECEIVE(function)                                                                          \
	SEC("fexit/" #function)                                                                    \
	int BPF_PROG(exit_##function, struct socket *socket, void *msg, __u64 size, int flags,     \
		     int bytes)                                                                    \
	{                                                                                          \
		return flags & MSG_PEEK ? 0 : on_call(socket->sk, bytes, 1);                       \
	}
SEND(inet_sendmsg)
SEND(inet6_sendmsg)
RECEIVE(inet_recvmsg)
RECEIVE(inet6_recvmsg)

/* The ring is full: the record waits in a map instead. */
static __always_inline void overflow(struct socket_record *record)
{
	struct account_loss *lost = loss();

	if (!lost)
		return;
	if (bpf_map_update_elem(&closed_overflow, &record->cookie, record, BPF_ANY))
		lost->closed_lost++;
	else
		lost->closed_full++;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(on_destroy, struct sock *sk)
{
	struct socket_record record;
	struct flow_key flow;

	if (!is_inet(sk))
		return 0;
	read_socket(sk, bpf_get_socket_cookie(sk), &record);
	read_tcp((struct tcp_sock *)sk, &record);
	if (record.remote_port && bpf_ringbuf_output(&closed, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		overflow(&record);
	read_flow(sk, &flow);
	if (!flow.remote_port)
		widen_flow(&flow);
	bpf_map_delete_elem(&flows, &flow);
	bpf_map_delete_elem(&owners, &record.cookie);
	return 0;
}

SEC("iter/tcp")
int sweep_tcp(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct socket_record record;
	struct tcp_sock *tcp;

	if (!common)
		return 0;
	tcp = bpf_skc_to_tcp_sock(common);
	if (!tcp)
		return 0; /* a request or a time-wait socket: no process, no bytes */
	read_socket((struct sock *)tcp, bpf_get_socket_cookie(common), &record);
	read_tcp(tcp, &record);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

SEC("iter/udp")
int sweep_udp(struct bpf_iter__udp *ctx)
{
	struct socket_record record;
	struct udp_sock *udp = ctx->udp_sk;

	if (!udp)
		return 0;
	read_socket((struct sock *)udp, bpf_get_socket_cookie(udp), &record);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* Where iter/tcp looks: it shows the sockets of one network namespace, this one. */
const volatile __u32 own_netns = 0;

/*
 * By the open files of all processes: owners of sockets that are older than nettop or whose owner has
 * not called yet, and the TCP sockets of other network namespaces (containers), where iter/tcp does
 * not look. A socket that several processes hold comes several times.
 */
SEC("iter/task_file")
int sweep_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket *socket;
	struct socket_record record;
	struct owner owner, *known;
	struct sock *sk;
	__u64 cookie;

	if (!file || !task)
		return 0;
	socket = bpf_sock_from_file(file);
	sk = socket ? socket->sk : 0;
	if (!sk || !is_inet(sk))
		return 0;
	cookie = bpf_get_socket_cookie(sk);
	known = bpf_map_lookup_elem(&owners, &cookie);
	if (!known || !known->pid) {
		read_owner(task, &owner);
		if (known)
			owner.opened_ns = known->opened_ns;
		learn(sk, cookie, &owner);
	}
	if (BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP && socket_netns(sk) != own_netns) {
		read_socket(sk, cookie, &record);
		read_tcp((struct tcp_sock *)sk, &record);
		bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	}
	return 0;
}
