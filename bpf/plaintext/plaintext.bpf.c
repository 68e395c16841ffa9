/* SPDX-License-Identifier: MIT */
/*
 * The first bytes of what each side says within TLS, where a program hands it to a library, or gets it: uprobes on the
 * library's functions. Each piece tells its place in the session's text, as a segment of TCP does in its stream.
 */
#include <linux/ptrace.h>
#include "plaintext/text.bpf.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct text_piece *_text_piece __attribute__((unused));
const struct text_count *_text_count __attribute__((unused));

#if defined(__TARGET_ARCH_x86)
#define RETURN_BYTES 8 /* of the address that a return takes from the stack */
#else
#define RETURN_BYTES 0
#endif

struct task_struct___started {
	__u64 start_time;
} RELOCATE;

static __always_inline __u64 thread_start(void)
{
	struct task_struct___started *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, start_time);
}

/* A call within one of the same direction is left out: what it moves, the outer one tells. */
static __always_inline int enter(struct pt_regs *regs, __u64 session, __u64 buffer, __u64 length_at, __u32 direction)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct call call = {
		.session = session,
		.buffer = buffer,
		.length_at = length_at,
		.stack = PT_REGS_SP(regs) + RETURN_BYTES,
		.start_ns = thread_start(),
		.direction = direction,
	};
	struct call_key call_key = { .thread = thread, .direction = direction };
	struct call *under_way = bpf_map_lookup_elem(&calls, &call_key);
	struct session_key key = { .session = session, .pid = thread >> 32 };
	struct session *known;
	struct text_count *count;

	if (under_way && under_way->start_ns == call.start_ns && under_way->stack > call.stack)
		return 0;
	if (!bpf_map_update_elem(&calls, &call_key, &call, BPF_ANY))
		return 0;
	known = bpf_map_lookup_elem(&sessions, &key);
	count = text_count();
	if (known)
		known->streams[direction & 1].number++; /* a gap, from which on nothing is put together */
	if (count)
		__sync_fetch_and_add(&count->calls_full, 1);
	return 0;
}

/* The return of the call that began with the same stack. */
static __always_inline int leave(struct pt_regs *regs, int is_wide)
{
	__u64 thread = bpf_get_current_pid_tgid(), moved = 0;
	struct call_key call_key = { .thread = thread, .direction = PIECE_SENT };
	struct call *under_way = bpf_map_lookup_elem(&calls, &call_key);
	struct session_key key = { .pid = thread >> 32 };
	__s64 result = is_wide ? (__s64)PT_REGS_RC(regs) : (__s32)PT_REGS_RC(regs);
	struct call call;
	int todo;

	if (!under_way || under_way->stack != PT_REGS_SP(regs)) {
		call_key.direction = PIECE_RECEIVED;
		under_way = bpf_map_lookup_elem(&calls, &call_key);
	}
	if (!under_way || under_way->stack != PT_REGS_SP(regs))
		return 0;
	call = *under_way;
	bpf_map_delete_elem(&calls, &call_key);
	if (result > 0)
		moved = result;
	if (moved && call.length_at && bpf_probe_read_user(&moved, sizeof(moved), (void *)call.length_at))
		return 0;
	if (!moved || moved > 0x7fffffff)
		return 0;
	key.session = call.session;
	todo = on_text(&call, &key, moved);
	if (todo & IS_UNSENT)
		note_unsent(thread, &key, moved);
	if (todo & HAS_FRAMES)
		tell_text_frames(call.session, (__u64)key.pid << 1 | (call.direction & 1), call.buffer, moved);
	return 0;
}

/* OpenSSL, and what has its functions. */
SEC("uprobe")
int BPF_KPROBE(ssl_write, void *session, void *text)
{
	return enter(ctx, (__u64)session, (__u64)text, 0, PIECE_SENT);
}

SEC("uprobe")
int BPF_KPROBE(ssl_read, void *session, void *text)
{
	return enter(ctx, (__u64)session, (__u64)text, 0, PIECE_RECEIVED);
}

SEC("uprobe")
int BPF_KPROBE(ssl_write_ex, void *session, void *text, __u64 length, void *written)
{
	return enter(ctx, (__u64)session, (__u64)text, (__u64)written, PIECE_SENT);
}

SEC("uprobe")
int BPF_KPROBE(ssl_read_ex, void *session, void *text, __u64 length, void *got)
{
	return enter(ctx, (__u64)session, (__u64)text, (__u64)got, PIECE_RECEIVED);
}

SEC("uretprobe")
int ssl_done(struct pt_regs *ctx)
{
	return leave(ctx, 0);
}

/* GnuTLS returns a size. */
SEC("uretprobe")
int gnutls_done(struct pt_regs *ctx)
{
	return leave(ctx, 1);
}

/* The session is gone; another one may take its place in memory. */
SEC("uprobe")
int BPF_KPROBE(session_free, void *freed)
{
	struct session_key key = { .session = (__u64)freed, .pid = bpf_get_current_pid_tgid() >> 32 };
	struct session *session = bpf_map_lookup_elem(&sessions, &key);

	if (!session)
		return 0;
	if (session->speech > SPEECH_OTHER) {
		tell_bare(&key, session, PIECE_SENT, PIECE_FIN);
		tell_bare(&key, session, PIECE_RECEIVED, PIECE_FIN);
	}
	bpf_map_delete_elem(&sessions, &key);
	return 0;
}

/* A thread that ends within a call. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(forget_call)
{
	struct call_key key = { .thread = bpf_get_current_pid_tgid(), .direction = PIECE_SENT };

	bpf_map_delete_elem(&calls, &key);
	key.direction = PIECE_RECEIVED;
	bpf_map_delete_elem(&calls, &key);
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(join_sent, struct sock *sk, int bytes)
{
	return on_moved(sk, bytes, PIECE_SENT);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(join_received, struct sock *sk, int bytes)
{
	return on_moved(sk, bytes, PIECE_RECEIVED);
}

/* The same two where the tracepoints are not there. */
#define JOIN_SENT(function)                                                                    \
	SEC("fexit/" #function)                                                                \
	int BPF_PROG(join_##function, struct socket *socket, void *msg, __u64 size, int bytes) \
	{                                                                                      \
		return on_moved(socket->sk, bytes, PIECE_SENT);                                \
	}
#define JOIN_RECEIVED(function)                                                                           \
	SEC("fexit/" #function)                                                                           \
	int BPF_PROG(join_##function, struct socket *socket, void *msg, __u64 size, int flags, int bytes) \
	{                                                                                                 \
		return on_moved(socket->sk, bytes, PIECE_RECEIVED);                                       \
	}
JOIN_SENT(inet_sendmsg)
JOIN_SENT(inet6_sendmsg)
JOIN_RECEIVED(inet_recvmsg)
JOIN_RECEIVED(inet6_recvmsg)
