import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type * as acts from './acts.ts';

type Acts = typeof acts;
type Result<Name extends keyof Acts> = Awaited<ReturnType<Acts[Name]>>;
type Reply = { id: number; result?: unknown; error?: string };

export interface PeerOptions {
  /** The name that the kernel has for it, at most 15 bytes. */
  name?: string;
  /** A command that it runs under, such as `taskset -c 0`. */
  within?: readonly string[];
}

/** Another process with sockets of its own. */
export class Peer {
  private asked = 0;

  constructor(private readonly child: ChildProcess) {}

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async ask<Name extends keyof Acts>(act: Name, ...args: Parameters<Acts[Name]>): Promise<Result<Name>> {
    const id = this.asked++;
    return new Promise<Result<Name>>((resolve, reject) => {
      const hear = (reply: Reply) => {
        if (reply.id !== id) return;
        this.child.off('message', hear);
        if (reply.error) reject(new Error(`${act}: ${reply.error}`));
        else resolve(reply.result as Result<Name>);
      };
      this.child.on('message', hear);
      this.child.send({ id, act, args });
    });
  }

  /** Ends it and waits until it is gone. */
  async end(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}

/** In a bundle, which needs no loader, the entry is one too and stands beside it. */
const bundled = import.meta.url.endsWith('.mjs');
const entry = fileURLToPath(new URL(bundled ? 'peer-entry.mjs' : 'peer-entry.ts', import.meta.url));
const loader = bundled ? [] : ['--import', 'tsx'];

/** Starts a peer; it ends with the test. */
export async function startPeer(t: TestContext, { name, within = [] }: PeerOptions = {}): Promise<Peer> {
  const [command = '', ...before] = [...within, process.execPath];
  const child = fork(entry, {
    execPath: command,
    execArgv: [...before, ...loader],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'message');
  const peer = new Peer(child);
  if (name) await peer.ask('rename', name);
  return peer;
}
