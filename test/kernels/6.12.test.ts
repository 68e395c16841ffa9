import { BETWEEN } from './checks.ts';
import { testKernel } from './kernel.ts';

testKernel('6.12', 'bookworm-backports', BETWEEN);
