/* SPDX-License-Identifier: MIT */
/*
 * soak RATE SECONDS: so many connections a second over loopback, each made by a process of its own that ends
 * with it. Prints how many there were.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BYTES 100
#define NAP_US 2000

static char bytes[BYTES];

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* One process connects and sends, the other answers and closes first. */
static int exchange(int listener, const struct sockaddr_in *address)
{
	pid_t child = fork();

	if (child == 0) {
		int sender = socket(AF_INET, SOCK_STREAM, 0);

		_exit(connect(sender, (const struct sockaddr *)address, sizeof(*address)) ||
		      write(sender, bytes, BYTES) < 0 || read(sender, bytes, BYTES) < 0);
	}
	int taken = child > 0 ? accept(listener, 0, 0) : -1;

	if (taken < 0 || read(taken, bytes, BYTES) < 0 || write(taken, bytes, BYTES) < 0)
		return -1;
	close(taken);
	waitpid(child, 0, 0);
	return 0;
}

int main(int count, char **values)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	long made = 0;

	if (count != 3 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 16) ||
	    getsockname(listener, (struct sockaddr *)&address, &length))
		return 1;
	int rate = atoi(values[1]), length_s = atoi(values[2]);
	double begin = seconds();

	for (double passed = 0; passed < length_s; passed = seconds() - begin) {
		if (made >= passed * rate) {
			usleep(NAP_US);
			continue;
		}
		if (exchange(listener, &address))
			return 1;
		made++;
	}
	printf("%ld\n", made);
	return 0;
}
