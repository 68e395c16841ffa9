/* SPDX-License-Identifier: MIT */
/* The calls on sockets by their numbers, and their arguments in the registers that they were made with. */
#pragma once
#include "kernel/kernel.h"
#include <bpf/bpf_core_read.h>

#if defined(__TARGET_ARCH_x86)
struct pt_regs___read {
	unsigned long di;
	unsigned long si;
	unsigned long r8;
	unsigned long orig_ax;
} RELOCATE;
#define SYSCALL(registers) BPF_CORE_READ(registers, orig_ax)
#define FIRST(registers) BPF_CORE_READ(registers, di)
#define SECOND(registers) BPF_CORE_READ(registers, si)
#define FIFTH(registers) BPF_CORE_READ(registers, r8)
enum {
	READ = 0,
	WRITE = 1,
	READV = 19,
	WRITEV = 20,
	CONNECT = 42,
	ACCEPT = 43,
	SENDTO = 44,
	RECVFROM = 45,
	SENDMSG = 46,
	RECVMSG = 47,
	BIND = 49,
	LISTEN = 50,
	ACCEPT4 = 288,
	RECVMMSG = 299,
	SENDMMSG = 307,
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs___read {
	__u64 regs[31];
	__u64 orig_x0;
	int syscallno;
} RELOCATE;
#define SYSCALL(registers) BPF_CORE_READ(registers, syscallno)
#define FIRST(registers) BPF_CORE_READ(registers, orig_x0)
#define SECOND(registers) BPF_CORE_READ(registers, regs[1])
#define FIFTH(registers) BPF_CORE_READ(registers, regs[4])
enum {
	READ = 63,
	WRITE = 64,
	READV = 65,
	WRITEV = 66,
	BIND = 200,
	LISTEN = 201,
	ACCEPT = 202,
	CONNECT = 203,
	SENDTO = 206,
	RECVFROM = 207,
	SENDMSG = 211,
	RECVMSG = 212,
	ACCEPT4 = 242,
	RECVMMSG = 243,
	SENDMMSG = 269,
};
#endif
