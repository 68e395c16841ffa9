import { testKernel } from './kernel.ts';

testKernel('6.1', 'bookworm');
