/** npm run build: sets up what is missing and builds dist/ if it is older than the sources. */
import { orExplain } from './say.mjs';
import { setUp } from './setup.mjs';

await orExplain(() => setUp());
