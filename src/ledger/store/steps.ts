import { setImmediate } from 'node:timers/promises';

/** Work that can pause between its steps. */
export type Steps<T> = Generator<undefined, T>;

export function runAtOnce<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** How long a turn may last: half of what a person perceives as immediate. */
const TURN_MS = 100;

/**
 * Does the work in turns, between which signals are noticed.
 * @param work runs each turn, to put its errors into words
 * @throws the signal's reason once it is aborted
 */
export async function runInTurns<T>(
  steps: Steps<T>,
  signal: AbortSignal,
  work: <R>(turn: () => R) => R = (turn) => turn(),
): Promise<T> {
  for (;;) {
    const step = work(() => takeTurn(steps));
    if (step.done === true) return step.value;
    await setImmediate();
    signal.throwIfAborted();
  }
}

/** Short enough for a person who has asked for a stop, and long enough to complete what is nearly done. */
const WHILE_MS = 300;

/** A signal that aborts a while after another one: what is not done by then is to be taken back. */
export function delayedAbort(signal: AbortSignal): AbortSignal {
  const late = new AbortController();
  const begin = (): void => void setTimeout(() => late.abort(signal.reason), WHILE_MS).unref();
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return late.signal;
}

/** A handler that swallows the error of an aborted signal, and throws any other. */
export function ignoreAbort(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted || error !== signal.reason) throw error;
  };
}

function takeTurn<T>(steps: Steps<T>): IteratorResult<undefined, T> {
  const end = performance.now() + TURN_MS;
  let step = steps.next();
  while (step.done !== true && performance.now() < end) step = steps.next();
  return step;
}
