import { LedgerError } from '../../core/errors.ts';
import type { EndpointsClient } from './fetchEndpoints.ts';

/** The answer about one model, or why there is none. */
export interface AskedModel {
  readonly model: string;
  /** When the answer came, or was given up. */
  readonly at: Date;
  /** Null: it has no endpoints. */
  readonly outcome: Buffer | null | LedgerError;
}

export interface Asking {
  /** Between an answer and the next request, in milliseconds. */
  readonly pauseMs: number;
  readonly now: () => Date;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Asked before each request: whether to stop. */
  readonly isOver: () => boolean;
}

/**
 * Asks about one model after the other. After an answer, the next request is made before the answer is yielded, so that
 * it is processed meanwhile; after a failure only once the consumer has decided to go on. When it is stopped, it ends
 * without the request under way.
 * @throws LedgerError where the settings are at fault, not the model
 */
export async function* askModels(
  client: EndpointsClient,
  models: readonly string[],
  { pauseMs, now, wait, signal, isOver }: Asking,
): AsyncGenerator<AskedModel> {
  const ask = async (model: string, isFirst: boolean): Promise<AskedModel | undefined> => {
    if (pauseMs > 0 && !isFirst) await wait(pauseMs, signal).catch(() => {});
    if (signal.aborted) return undefined;
    const outcome = await client.ask(model).catch(failureOf);
    return signal.aborted && outcome instanceof LedgerError ? undefined : { model, at: now(), outcome };
  };
  const begin = (i: number): Promise<AskedModel | undefined> | undefined => {
    const model = models[i];
    const begun = model === undefined || isOver() ? undefined : ask(model, i === 0);
    // It may fail before it is awaited; the error is thrown when it is.
    begun?.catch(() => {});
    return begun;
  };
  let next = begin(0);
  for (let i = 1; next !== undefined; i += 1) {
    const asked = await next;
    if (asked === undefined) return;
    const isAnswer = !(asked.outcome instanceof LedgerError);
    next = isAnswer ? begin(i) : undefined;
    yield asked;
    if (!isAnswer) next = begin(i);
  }
}

/** Wrong settings are wrong for every model, and are thrown. */
function failureOf(error: unknown): LedgerError {
  if (error instanceof LedgerError && error.exitCode !== 2) return error;
  throw error;
}
