import { testKernel } from './kernel.ts';

testKernel('newest', 'sid');
