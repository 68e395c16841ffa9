/* SPDX-License-Identifier: MIT */
/* The system calls that move bytes through a socket. Each returns how many it moved, or -1 with errno. */
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include "uring.h"

#define MESSAGES 8
#define SEGMENT 1000
#define LARGEST (4 << 20)

/* Where datagrams go that are sent with an address; no length: the socket is connected. */
static struct sockaddr_storage to;
static socklen_t to_length;
static char payload[LARGEST], taken[LARGEST];

static struct sockaddr *address(void)
{
	return to_length ? (struct sockaddr *)&to : 0;
}

static long send_by_call(int fd, long size)
{
	return sendto(fd, payload, size, MSG_NOSIGNAL, address(), to_length);
}

static long send_nonblocking(int fd, long size)
{
	return sendto(fd, payload, size, MSG_NOSIGNAL | MSG_DONTWAIT, address(), to_length);
}

static long send_fast(int fd, long size)
{
	return sendto(fd, payload, size, MSG_FASTOPEN, address(), to_length);
}

static long send_by_write(int fd, long size)
{
	return write(fd, payload, size);
}

static long send_message(int fd, long size)
{
	struct iovec parts[2] = { { payload, size / 2 }, { payload, size - size / 2 } };
	struct msghdr message = {
		.msg_name = address(), .msg_namelen = to_length, .msg_iov = parts, .msg_iovlen = 2
	};

	return sendmsg(fd, &message, MSG_NOSIGNAL);
}

static void prepare(struct mmsghdr *messages, struct iovec *part, int count)
{
	for (int i = 0; i < count; i++)
		messages[i].msg_hdr = (struct msghdr){
			.msg_name = address(), .msg_namelen = to_length, .msg_iov = part, .msg_iovlen = 1
		};
}

static long sum(struct mmsghdr *messages, int done)
{
	long bytes = 0;

	for (int i = 0; i < done; i++)
		bytes += messages[i].msg_len;
	return done < 0 ? -1 : bytes;
}

static long send_many(int fd, long size)
{
	struct iovec part = { payload, size / MESSAGES };
	struct mmsghdr messages[MESSAGES];

	prepare(messages, &part, MESSAGES);
	return sum(messages, sendmmsg(fd, messages, MESSAGES, MSG_NOSIGNAL));
}

static long send_segmented(int fd, long size)
{
	char control[CMSG_SPACE(sizeof(uint16_t))] = {};
	struct iovec part = { payload, size };
	struct msghdr message = { .msg_name = address(),
				  .msg_namelen = to_length,
				  .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = IPPROTO_UDP;
	head->cmsg_type = UDP_SEGMENT;
	head->cmsg_len = CMSG_LEN(sizeof(uint16_t));
	*(uint16_t *)CMSG_DATA(head) = SEGMENT;
	return sendmsg(fd, &message, 0);
}

/* The kernel keeps the pages and tells on the error queue when it is done with them. */
static long send_zerocopy(int fd, long size)
{
	struct pollfd told = { .fd = fd };
	struct msghdr notice = {};
	int on = 1;
	long bytes;

	setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on));
	bytes = sendto(fd, payload, size, MSG_ZEROCOPY | MSG_NOSIGNAL, address(), to_length);
	if (bytes > 0)
		poll(&told, 1, 1000);
	while (recvmsg(fd, &notice, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0)
		;
	return bytes;
}

static int file_of(long size)
{
	int file = memfd_create("payload", 0);

	return file < 0 || ftruncate(file, size) ? -1 : file;
}

static long send_file(int fd, long size)
{
	int file = file_of(size);
	long bytes = sendfile(fd, file, 0, size);

	close(file);
	return bytes;
}

static long send_spliced(int fd, long size)
{
	int file = file_of(size), ends[2];
	long bytes = -1;

	if (!pipe(ends)) {
		bytes = splice(file, 0, ends[1], 0, size, 0);
		if (bytes > 0)
			bytes = splice(ends[0], 0, fd, 0, bytes, 0);
		close(ends[0]);
		close(ends[1]);
	}
	close(file);
	return bytes;
}

/* What is written to a pipe lies in pages of the kernel's own, which a receiver can map. */
static long send_pages(int fd, long size)
{
	long bytes = -1;
	int ends[2];

	if (pipe(ends))
		return -1;
	bytes = write(ends[1], payload, size);
	if (bytes > 0)
		bytes = splice(ends[0], 0, fd, 0, bytes, 0);
	close(ends[0]);
	close(ends[1]);
	return bytes;
}

/* Its last byte is urgent: RFC 6093. */
static long send_urgent(int fd, long size)
{
	return send(fd, payload, size, MSG_OOB | MSG_NOSIGNAL);
}

static long send_after_empty(int fd, long size)
{
	return sendto(fd, payload, 0, 0, address(), to_length) ? -1 : send_by_call(fd, size);
}

static long send_by_ring(int fd, long size)
{
	return ring_do(IORING_OP_SEND, 0, fd, payload, size);
}

static long send_by_ring_thread(int fd, long size)
{
	return ring_do(IORING_OP_SEND, IOSQE_ASYNC, fd, payload, size);
}

static long receive_by_call(int fd, long size)
{
	return recv(fd, taken, size, 0);
}

static long receive_nonblocking(int fd, long size)
{
	return recv(fd, taken, size, MSG_DONTWAIT);
}

static long receive_by_read(int fd, long size)
{
	return read(fd, taken, size);
}

static long receive_message(int fd, long size)
{
	struct iovec part = { taken, size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	return recvmsg(fd, &message, 0);
}

static long receive_many(int fd, long size)
{
	struct iovec part = { taken, size };
	struct mmsghdr messages[MESSAGES];
	socklen_t had = to_length;

	to_length = 0;
	prepare(messages, &part, MESSAGES);
	to_length = had;
	return sum(messages, recvmmsg(fd, messages, MESSAGES, MSG_WAITFORONE, 0));
}

static long receive_after_looking(int fd, long size)
{
	recv(fd, taken, size, MSG_PEEK);
	recv(fd, taken, size, MSG_PEEK);
	return recv(fd, taken, size, 0);
}

static long receive_spliced(int fd, long size)
{
	int nowhere = open("/dev/null", O_WRONLY), ends[2];
	long bytes = -1, left;

	if (!pipe(ends)) {
		bytes = splice(fd, 0, ends[1], 0, size, 0);
		for (left = bytes; left > 0;)
			left -= splice(ends[0], 0, nowhere, 0, left, 0);
		close(ends[0]);
		close(ends[1]);
	}
	close(nowhere);
	return bytes;
}

/* Bytes that were mapped and not copied. */
static long mapped;

/* TCP_ZEROCOPY_RECEIVE: whole pages are mapped, the rest up to the next one is copied. */
static long receive_mapped(int fd, long size)
{
	void *pages = mmap(0, size, PROT_READ, MAP_SHARED, fd, 0);
	struct tcp_zerocopy_receive wanted = { .address = (unsigned long)pages, .length = size };
	socklen_t length = sizeof(wanted);
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	long copied;
	int failed;

	if (pages == MAP_FAILED)
		return -1;
	poll(&ready, 1, 1000);
	failed = getsockopt(fd, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &wanted, &length);
	munmap(pages, size);
	if (failed)
		return -1;
	mapped += wanted.length;
	if (wanted.length && !wanted.recv_skip_hint)
		return wanted.length;
	copied = recv(fd, taken, wanted.recv_skip_hint ? wanted.recv_skip_hint : size, 0);
	return copied < 0 ? -1 : (long)wanted.length + copied;
}

/* Of a stream all is thrown away; of a datagram what does not fit, and the call returns its whole length. */
static long receive_discarding(int fd, long size)
{
	return recv(fd, taken, size, MSG_TRUNC);
}

static long receive_urgent(int fd, long size)
{
	return recv(fd, taken, size, MSG_OOB);
}

static long receive_after_empty(int fd, long size)
{
	long bytes = recv(fd, taken, size, 0);

	return bytes ? bytes : recv(fd, taken, size, 0);
}

/* All of them, or as many as come in time. */
static long receive_timed(int fd, long size)
{
	struct iovec part = { taken, size };
	struct mmsghdr messages[MESSAGES];
	struct timespec longest = { .tv_sec = 1 };

	to_length = 0;
	prepare(messages, &part, MESSAGES);
	return sum(messages, recvmmsg(fd, messages, MESSAGES, 0, &longest));
}

static long receive_by_ring(int fd, long size)
{
	return ring_do(IORING_OP_RECV, 0, fd, taken, size);
}

static long receive_by_ring_thread(int fd, long size)
{
	return ring_do(IORING_OP_RECV, IOSQE_ASYNC, fd, taken, size);
}

struct way {
	const char *name;
	long (*send)(int fd, long size);
	long (*receive)(int fd, long size);
};

static const struct way ways[] = {
	{ "call", send_by_call, receive_by_call },
	{ "write", send_by_write, receive_by_read },
	{ "message", send_message, receive_message },
	{ "many", send_many, receive_many },
	{ "nonblocking", send_nonblocking, receive_nonblocking },
	{ "peek", 0, receive_after_looking },
	{ "file", send_file, 0 },
	{ "splice", send_spliced, receive_spliced },
	{ "segments", send_segmented, receive_by_call },
	{ "zerocopy", send_zerocopy, 0 },
	{ "fastopen", send_fast, 0 },
	{ "pages", send_pages, receive_mapped },
	{ "discard", 0, receive_discarding },
	{ "urgent", send_urgent, receive_urgent },
	{ "empty", send_after_empty, receive_after_empty },
	{ "timed", 0, receive_timed },
	{ "ring", send_by_ring, receive_by_ring },
	{ "ring-thread", send_by_ring_thread, receive_by_ring_thread },
};
