import { DEFAULTS } from '../config/settings.ts';
import { DataFileError } from '../core/errors.ts';
import { escapeControls } from '../core/format/text.ts';
import { durationWords, quantity } from '../core/format/units.ts';
import { DAY_MS, MINUTE_MS } from '../core/time/instant.ts';
import { countEvents } from '../ledger/queries/events.ts';
import { healthOf } from '../ledger/queries/health.ts';
import { dataFileError } from '../ledger/store/failure.ts';
import { type Ledger, readLedger } from '../ledger/store/open.ts';
import { isAcceptedStatus } from '../ledger/store/schema/runs.ts';
import { type Context, print } from './shared/context.ts';
import { withProgram } from './shared/invocation.ts';
import { NO_LIST } from './shared/words.ts';

const WEEK_MS = 7 * DAY_MS;

/** Before the help, if no command was given: the state of the ledger in one line, or what to do first. */
export function welcome(context: Context): void {
  const file = context.env.MODEL_LEDGER_DB || DEFAULTS.db;
  print(context, escapeControls(withProgram(words(file, context), context.program)));
}

function words(file: string, context: Context): string {
  try {
    return readLedger(file, (ledger) => stateWords(ledger, context.now()));
  } catch (error) {
    const failure = dataFileError(file, error);
    if (!(failure instanceof DataFileError)) throw failure;
    if (failure.code === 'missing')
      return `No ledger in ${file} yet: model-ledger sync begins one, model-ledger demo plays one.`;
    context.exitCode = failure.exitCode;
    return failure.advice;
  }
}

function stateWords(ledger: Ledger, now: Date): string {
  const { lastGood, lastRun, modelsListed } = healthOf(ledger);
  if (lastGood === null) return `${ledger.file}: ${NO_LIST}`;
  const changes = countEvents(ledger, { since: new Date(now.getTime() - WEEK_MS).toISOString() });
  const ageMs = now.getTime() - Date.parse(lastGood.finishedAt);
  const age = ageMs < MINUTE_MS ? 'just now' : `${durationWords(ageMs)} ago`;
  const isBad = lastRun !== null && !isAcceptedStatus(lastRun.status);
  const last = isBad ? `; the last run ${lastRun.status === 'failed' ? 'failed' : `was ${lastRun.status}`}` : '';
  const counts = `${quantity(modelsListed, 'model')} listed, ${quantity(changes, 'change')} in 7 days`;
  return `${ledger.file}: ${counts}, last good run ${age}${last} (model-ledger status).`;
}
