import { setTimeout } from 'node:timers/promises';
import { lastWholeSweep } from '../../ledger/endpoints/sweeps.ts';
import { readLedger } from '../../ledger/store/open.ts';
import { type SweepRequest, sweep } from '../../sweep.ts';
import { readSource } from '../../upstream/source.ts';
import { type Context, print, printJson } from '../shared/context.ts';
import { type Log, logRetry } from '../shared/log.ts';
import { withBar } from '../shared/progress.ts';
import { sweepJson, sweepText } from './sweepReport.ts';

export interface SweepOptions extends Omit<SweepRequest, 'source'> {
  readonly source: string;
  readonly json?: boolean | undefined;
  /** Only if the last sweep is older than so many milliseconds. */
  readonly everyMs?: number | undefined;
}

/** A run that is early by this share of the span counts as on time, because timers are not exact to the second. */
const EARLY = 0.1;

/** Whether the last sweep over all models is older than this span, or did not finish. */
function isSweepDue(db: string, everyMs: number, now: Date): boolean {
  const last = readLedger(db, (ledger) => lastWholeSweep(ledger));
  if (last === undefined || last.finishedAt === null) return true;
  return now.getTime() - Date.parse(last.startedAt) >= everyMs * (1 - EARLY);
}

/** One sweep with its messages, its report and its exit code, for every command that sweeps. */
export async function runSweep(options: SweepOptions, context: Context, log: Log): Promise<void> {
  const { source, json, everyMs, ...request } = options;
  const { env, now, signal, version } = context;
  if (everyMs !== undefined && !isSweepDue(request.db, everyMs, now())) return;
  const result = await withBar(context, 'models', (onProgress) =>
    sweep(
      { ...request, source: readSource(source) },
      {
        env,
        now,
        signal,
        onProgress,
        userAgent: `model-ledger/${version}`,
        elapsedMs: () => performance.now(),
        wait: (ms, until) => setTimeout(ms, undefined, { signal: until }),
        onRetry: (note) => logRetry(log, note),
        onFailure: ({ model, code, message }) => log.warn(`${model} keeps its last state: ${message}`, { model, code }),
        onWarning: (words) => log.warn(words),
      },
    ),
  );
  if (json) printJson(context, sweepJson(result));
  // A timer's journal keeps both streams, and gets the summary below as a line of the log.
  else if (request.trigger === 'manual' || !log.isJson) print(context, sweepText(result, context));
  if (log.isJson) log.info(sweepText({ ...result, changes: [], setAside: [] }, context), { sweep: result.id });
  if (result.status === 'failed') context.exitCode = 3;
}
