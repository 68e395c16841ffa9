import type { Case } from './bench.ts';
import { datagramCases } from './datagrams.ts';
import { pathCases } from './paths.ts';
import { sharingCases } from './sharing.ts';
import { tcpCases } from './tcp.ts';

/** Every way that bytes take. */
export const cases: readonly Case[] = [...tcpCases, ...datagramCases, ...sharingCases, ...pathCases];
