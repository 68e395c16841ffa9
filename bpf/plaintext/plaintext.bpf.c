/* SPDX-License-Identifier: MIT */
/*
 * The first bytes of what each side says within TLS, where a program hands it to a library, or gets it: uprobes on the
 * library's functions. Each piece tells its place in the session's text, as a segment of TCP does in its stream.
 */
#include <linux/ptrace.h>
#include "plaintext/call.bpf.h"
#include "plaintext/go.bpf.c"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct text_piece *_text_piece __attribute__((unused));
const struct text_count *_text_count __attribute__((unused));
const struct call_key *_call_key __attribute__((unused));

#if defined(__TARGET_ARCH_x86)
#define RETURN_BYTES 8 /* of the address that a return takes from the stack */
#else
#define RETURN_BYTES 0
#endif

static __always_inline int enter(struct pt_regs *regs, __u64 session, __u64 buffer, __u64 length_at, __u32 direction)
{
	struct call_key key = { .actor = bpf_get_current_pid_tgid(), .direction = direction };
	struct call call = {
		.session = session,
		.buffer = buffer,
		.length_at = length_at,
		.stack = PT_REGS_SP(regs) + RETURN_BYTES,
		.start_ns = thread_start(),
		.direction = direction,
	};

	begin_call(&key, &call);
	return 0;
}

static __always_inline int leave(struct pt_regs *regs, int is_wide)
{
	__u64 thread = bpf_get_current_pid_tgid(), moved = 0;
	struct call_key actor = { .actor = thread };
	struct session_key key = { .pid = thread >> 32 };
	__s64 result = is_wide ? (__s64)PT_REGS_RC(regs) : (__s32)PT_REGS_RC(regs);
	struct call call;
	int todo;

	if (!end_call(&actor, PT_REGS_SP(regs), &call))
		return 0;
	if (result > 0)
		moved = result;
	if (moved && call.length_at && bpf_probe_read_user(&moved, sizeof(moved), (void *)call.length_at))
		return 0;
	if (!moved || moved > MOST_MOVED)
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

SEC("uprobe")
int BPF_KPROBE(session_free, void *freed)
{
	struct session_key key = { .session = (__u64)freed, .pid = bpf_get_current_pid_tgid() >> 32 };

	return forget_session(&key);
}

/* A thread that ends within a call. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(forget_call)
{
	struct call_key key = { .actor = bpf_get_current_pid_tgid(), .direction = PIECE_SENT };

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
