import fc from 'fast-check';

/**
 * What random tests try follows from the commit alone, so that one that fails tells of the change at hand.
 * `TEST_SEED=random` tries what no run has tried; the seed is printed, and can be given here.
 */
const { TEST_SEED: given = '20260301' } = process.env;
export const SEED = given === 'random' ? Date.now() % 1_000_000_000 : Number(given);
if (!Number.isSafeInteger(SEED)) throw new Error(`TEST_SEED is neither a whole number nor "random": ${given}`);
if (given === 'random') {
  console.info(`TEST_SEED=${SEED}`);
  // This is run again for each file.
  process.env.TEST_SEED = String(SEED);
}
fc.configureGlobal({ seed: SEED });
