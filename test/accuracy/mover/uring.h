/* SPDX-License-Identifier: MIT */
/* One send or receive through io_uring, waited for. The ring is the process's own, made at its first use. */
#pragma once
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Each part of a ring with four entries fits; old kernels map no more than there is. */
#define PAGE 4096

struct ring {
	pid_t pid;
	int fd;
	unsigned *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
};

static struct ring *ring_here(void)
{
	static struct ring ring;
	struct io_uring_params set = {};
	char *memory;

	if (ring.pid == getpid())
		return &ring;
	ring.fd = syscall(__NR_io_uring_setup, 4, &set);
	if (ring.fd < 0)
		return 0;
	ring.pid = getpid();
	memory = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQ_RING);
	ring.sq_tail = (unsigned *)(memory + set.sq_off.tail);
	ring.sq_mask = (unsigned *)(memory + set.sq_off.ring_mask);
	ring.sq_array = (unsigned *)(memory + set.sq_off.array);
	if (!(set.features & IORING_FEAT_SINGLE_MMAP))
		memory = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_CQ_RING);
	ring.cq_head = (unsigned *)(memory + set.cq_off.head);
	ring.cq_tail = (unsigned *)(memory + set.cq_off.tail);
	ring.cq_mask = (unsigned *)(memory + set.cq_off.ring_mask);
	ring.cqes = (struct io_uring_cqe *)(memory + set.cq_off.cqes);
	ring.sqes = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQES);
	return &ring;
}

/* `flags`: IOSQE_ASYNC leaves the work to a thread of the kernel's. */
static long ring_do(int operation, int flags, int fd, void *bytes, long size)
{
	struct ring *ring = ring_here();
	unsigned tail, head;
	long result;

	if (!ring)
		return -1;
	tail = *ring->sq_tail;
	ring->sqes[tail & *ring->sq_mask] = (struct io_uring_sqe){
		.opcode = operation, .flags = flags, .fd = fd, .addr = (uintptr_t)bytes, .len = size
	};
	ring->sq_array[tail & *ring->sq_mask] = tail & *ring->sq_mask;
	__atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_RELEASE);
	if (syscall(__NR_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0)
		return -1;
	head = *ring->cq_head;
	if (head == __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE))
		return -1;
	result = ring->cqes[head & *ring->cq_mask].res;
	__atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
	if (result < 0)
		errno = -result;
	return result < 0 ? -1 : result;
}
