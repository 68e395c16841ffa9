/** `interrupted` resolves at the first signal to end, `hurried` at the second: then nobody is waited for. */
export function interruptions(): { interrupted: Promise<void>; hurried: Promise<void> } {
  const resolves: (() => void)[] = [];
  const promise = () => new Promise<void>((resolve) => resolves.push(resolve));
  const promises = { interrupted: promise(), hurried: promise() };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => resolves.shift()?.());
  return promises;
}
