/**
 * Property tests draw the same cases in every run, so that what fails fails for everybody. `SKOPOS_SEED=random` draws new ones, to look
 * for more; a number draws those of that seed.
 */
import { configureGlobal } from 'fast-check';

const told = process.env['SKOPOS_SEED'];
if (told !== 'random') configureGlobal({ seed: Number(told ?? 20_261_125) });
