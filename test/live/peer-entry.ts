import * as acts from './acts.ts';

/** A process that does what its parent asks for, one request after the other. */
interface Request {
  id: number;
  act: string;
  args: unknown[];
}

process.on('message', async ({ id, act, args }: Request) => {
  const perform = (acts as unknown as Record<string, (...args: unknown[]) => unknown>)[act];
  try {
    process.send?.({ id, result: await perform?.(...args) });
  } catch (error) {
    process.send?.({ id, error: (error as Error).message });
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
