/* SPDX-License-Identifier: MIT */
/* flood RATE SECONDS: datagrams over loopback at that rate, sent and taken again. Prints how many. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define BATCHES 1000 /* a second */
#define MOST 1024

int main(int count, char **words)
{
	int batch = count > 2 ? atoi(words[1]) / BATCHES : 0, batches = count > 2 ? atoi(words[2]) * BATCHES : 0;
	int to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0), room = 16 << 20;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	static char payload[64];
	struct iovec part = { payload, sizeof(payload) };
	static struct mmsghdr messages[MOST];
	struct timespec due;
	long sent = 0, taken;

	setsockopt(to, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (batch < 1 || batch > MOST || bind(to, (struct sockaddr *)&address, length) ||
	    getsockname(to, (struct sockaddr *)&address, &length) || connect(from, (struct sockaddr *)&address, length))
		return 1;
	for (int i = 0; i < MOST; i++)
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &part, .msg_iovlen = 1 };
	clock_gettime(CLOCK_MONOTONIC, &due);
	for (int i = 0; i < batches; i++) {
		taken = sendmmsg(from, messages, batch, 0);
		sent += taken > 0 ? taken : 0;
		recvmmsg(to, messages, batch, MSG_DONTWAIT, 0);
		due.tv_nsec += 1000000000 / BATCHES;
		if (due.tv_nsec >= 1000000000) {
			due.tv_nsec -= 1000000000;
			due.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, 0);
	}
	printf("%ld\n", sent);
	return 0;
}
