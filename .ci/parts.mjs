import { objects } from './bpf.mjs';

/** What the commands and the worker are bundled from, and by what. */
const bundled = {
  name: 'bundle',
  sources: [
    'src',
    'components',
    'native',
    '.ci/bundle.mjs',
    '.ci/licences.mjs',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ],
  /** The bundler is imported here because before the node modules are installed there is none. */
  make: async () => (await import('./bundle.mjs')).bundle(),
};

/** True: clang and the kernel's headers are needed for it. */
export const isObject = ({ name }) => name.endsWith('.bpf.o');

/** All that dist/ is made of. A part is made anew when one of its sources changed, and it alone. */
export const parts = () => [...objects(), bundled];
