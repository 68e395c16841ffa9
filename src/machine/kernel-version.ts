import { release } from 'node:os';

/** Whether the kernel is of that version, e.g. '6.1', or newer, by its release, e.g. '6.1.0-18-amd64'. */
export function isKernelFrom(version: string, kernelRelease = release()): boolean {
  const number = (text: string): number => {
    const [major = 0, minor = 0] = text.split('.').map((part) => Number.parseInt(part, 10));
    return major * 1000 + minor;
  };
  return number(kernelRelease) >= number(version);
}
