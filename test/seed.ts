import fc from 'fast-check';

/**
 * What random tests try follows from the commit alone, so that one that fails tells of the change at hand.
 * `TEST_SEED=random` tries what no run has tried; the seed of a failure is printed, and can be given here.
 */
const { TEST_SEED: seed = '20260301' } = process.env;
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
