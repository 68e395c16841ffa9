/* SPDX-License-Identifier: MIT */
/*
 * Go's crypto/tls, whose functions get their arguments in registers from Go 1.17 on: cmd/compile/abi-internal.md. Go
 * moves stacks while they are in use, so that a place there is told from the stack's end, and no return may be
 * redirected: each instruction that returns has a probe. That of the entry comes after the stack was grown, as the
 * function begins anew then.
 */
#include "plaintext/call.bpf.h"

#if defined(__TARGET_ARCH_x86)
/* The first of a goroutine's struct: runtime.g. */
struct goroutine_stack {
	__u64 low;
	__u64 high;
};

#define GOROUTINE(regs) ((regs)->r14)
#define RECEIVER(regs) ((regs)->rax)
#define TEXT(regs) ((regs)->rbx)
#define LENGTH(regs) ((regs)->rcx)
#define MOVED(regs) ((__s64)(regs)->rax)
#define STACK(regs) ((regs)->rsp)

/*
 * A session is followed from its handshake on, or from a call to read on that was seen to begin: in one that was under
 * way before, an answer may come that nobody sees.
 */
static __noinline int open_session(struct session_key *key, __u64 flags)
{
	struct session fresh = { .since_ns = bpf_ktime_get_ns() };

	return bpf_map_update_elem(&sessions, key, &fresh, flags);
}

static __always_inline struct session_key go_session(__u64 connection)
{
	return (struct session_key){ .session = connection, .pid = bpf_get_current_pid_tgid() >> 32 };
}

static __always_inline void tell_go(struct call *call, struct session_key *key, __u32 length)
{
	if (on_text(call, key, length) & HAS_FRAMES)
		tell_text_frames(key->session, (__u64)key->pid << 1 | (call->direction & 1), call->buffer, length);
}

/* 0: the call is within another one of its direction, or there is no room for it. */
static __always_inline int enter_go(struct pt_regs *regs, struct call *call)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	struct call_key key = { .actor = GOROUTINE(regs), .direction = call->direction, .process = process };
	struct goroutine_stack stack;

	if (bpf_probe_read_user(&stack, sizeof(stack), (void *)key.actor))
		return 0;
	call->stack = STACK(regs) - stack.high;
	if (call->buffer >= stack.low && call->buffer < stack.high)
		call->buffer -= stack.high;
	learn_storage(key.actor);
	return begin_call(&key, call);
}

#define GO_CALL(regs, way)                   \
	{                                    \
		.session = RECEIVER(regs),   \
		.buffer = TEXT(regs),        \
		.start_ns = process_start(), \
		.direction = way,            \
		.is_go = 1,                  \
	}

/* What is written is told at once: another goroutine may have read the answer before this one returns. */
SEC("uprobe")
int go_write(struct pt_regs *ctx)
{
	struct call call = GO_CALL(ctx, PIECE_SENT);
	struct session_key key = go_session(call.session);
	__u64 length = LENGTH(ctx);

	call.length_at = length;
	if (!enter_go(ctx, &call) || length > MOST_MOVED || !bpf_map_lookup_elem(&sessions, &key))
		return 0;
	call.buffer = TEXT(ctx);
	tell_go(&call, &key, length);
	return 0;
}

SEC("uprobe")
int go_read(struct pt_regs *ctx)
{
	struct call call = GO_CALL(ctx, PIECE_RECEIVED);
	struct session_key key = go_session(call.session);

	if (enter_go(ctx, &call))
		open_session(&key, BPF_NOEXIST);
	return 0;
}

/* A handshake begins, which may be within the first call to write: that was not told yet. */
SEC("uprobe")
int go_handshake(struct pt_regs *ctx)
{
	struct session_key key = go_session(RECEIVER(ctx));
	struct call_key actor = { .actor = GOROUTINE(ctx), .process = key.pid };
	struct call *known = find_call(&actor, PIECE_SENT);
	struct goroutine_stack stack;
	struct call call;

	open_session(&key, BPF_ANY);
	if (!known || known->session != key.session || bpf_probe_read_user(&stack, sizeof(stack), (void *)actor.actor))
		return 0;
	call = *known;
	if ((__s64)call.buffer < 0)
		call.buffer += stack.high;
	if (call.length_at <= MOST_MOVED)
		tell_go(&call, &key, call.length_at);
	return 0;
}

SEC("uprobe")
int go_done(struct pt_regs *ctx)
{
	struct call_key actor = { .actor = GOROUTINE(ctx), .process = bpf_get_current_pid_tgid() >> 32 };
	__s64 moved = MOVED(ctx);
	struct goroutine_stack stack;
	struct session_key key;
	struct call call;

	if (bpf_probe_read_user(&stack, sizeof(stack), (void *)actor.actor))
		return 0;
	if (!end_call(&actor, STACK(ctx) - stack.high, &call) || moved <= 0 || moved > MOST_MOVED)
		return 0;
	key = go_session(call.session);
	if ((__s64)call.buffer < 0)
		call.buffer += stack.high;
	if (call.direction == PIECE_SENT)
		place_written(&call, &key, moved);
	else
		tell_go(&call, &key, moved);
	return 0;
}

SEC("uprobe")
int go_close(struct pt_regs *ctx)
{
	struct session_key key = go_session(RECEIVER(ctx));

	return forget_session(&key);
}
#endif
