/** Whether the slow suite runs: what is tried at a few points every day is then tried at all of them. */
export const isSlowSuite = process.env.MODEL_LEDGER_SLOW_TESTS === '1';

/** How often something is tried: every day, and in the slow suite. */
export function times(daily: number, slow: number): number {
  return isSlowSuite ? slow : daily;
}

/** Items that are spread evenly over all: so many every day, all of them in the slow suite. */
export function spread<T>(items: readonly T[], daily: number): T[] {
  const step = isSlowSuite ? 1 : Math.max(1, items.length / daily);
  return Array.from({ length: Math.ceil(items.length / step) }, (_, i) => items[Math.floor(i * step)]).filter(
    (item) => item !== undefined,
  );
}
