import { LedgerError } from '../../core/errors.ts';
import type { EndpointsAnswer, EndpointsClient } from './fetchEndpoints.ts';

/** What became of one question. */
export interface AskedModel {
  readonly model: string;
  /** When the answer had come, or was given up. */
  readonly at: Date;
  readonly said: EndpointsAnswer | LedgerError;
}

export interface Asking {
  /** Between an answer and the next request, in milliseconds. */
  readonly pauseMs: number;
  readonly now: () => Date;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Looked at before each request: whether no more is to be made. */
  readonly isOver: () => boolean;
}

/**
 * Asks about one model after the other, never two at once. After an answer the next one is asked before it is handed out,
 * so that what is made of it is made meanwhile; after a failure it is for the reader to say whether to go on. Once
 * stopped it ends, without what was under way.
 * @throws LedgerError where not the model but the settings are at fault
 */
export async function* askModels(
  client: EndpointsClient,
  models: readonly string[],
  { pauseMs, now, wait, signal, isOver }: Asking,
): AsyncGenerator<AskedModel> {
  const ask = async (model: string, isFirst: boolean): Promise<AskedModel | undefined> => {
    if (pauseMs > 0 && !isFirst) await wait(pauseMs, signal).catch(() => {});
    if (signal.aborted) return undefined;
    const said = await client.ask(model).catch(failureOf);
    return signal.aborted && said instanceof LedgerError ? undefined : { model, at: now(), said };
  };
  const begin = (i: number): Promise<AskedModel | undefined> | undefined => {
    const model = models[i];
    const begun = model === undefined || isOver() ? undefined : ask(model, i === 0);
    // It may fail before anybody waits for it: that is told when somebody does.
    begun?.catch(() => {});
    return begun;
  };
  let next = begin(0);
  for (let i = 1; next !== undefined; i += 1) {
    const asked = await next;
    if (asked === undefined) return;
    const isAnswer = !(asked.said instanceof LedgerError);
    next = isAnswer ? begin(i) : undefined;
    yield asked;
    if (!isAnswer) next = begin(i);
  }
}

/** A refusal is an answer of sorts; wrong settings are wrong for every model. */
function failureOf(error: unknown): LedgerError {
  if (error instanceof LedgerError && error.exitCode !== 2) return error;
  throw error;
}
