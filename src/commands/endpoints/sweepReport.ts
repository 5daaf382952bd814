import { changeWords, typeCounts } from '../../core/format/eventWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { quantity } from '../../core/format/units.ts';
import type { ReportedChange } from '../../ledger/endpoints/observedAnswer.ts';
import type { SweepResult } from '../../sweep.ts';
import { SIGNS } from '../changes/eventTypes.ts';
import type { Context } from '../shared/context.ts';
import { Style } from '../shared/style.ts';

/** A sweep as one JSON document. Its keys are public. */
export function sweepJson({ changes, failures, ...sweep }: SweepResult): unknown {
  return {
    sweep: sweep.id,
    status: sweep.status,
    resumed: sweep.isResumed,
    stopped: sweep.isStopped,
    givenUp: sweep.isGivenUp,
    models: { asked: sweep.modelsAsked, answered: sweep.modelsAnswered, without: sweep.modelsWithout },
    endpoints: sweep.endpointsSeen,
    requests: sweep.requests,
    failures,
    setAside: sweep.setAside,
    changes: changes.flatMap(({ model, changes: all }) => all.map((change) => ({ model, ...jsonChange(change) }))),
  };
}

function jsonChange({ label, change }: ReportedChange): object {
  if (!('field' in change)) return { ...label, type: change.type };
  const { type, field, before, after, cause, changePct } = change;
  return { ...label, type, field, before, after, cause, changePct };
}

/** How many changes are listed one by one. */
const MOST_LINES = 60;

/** A sweep in words: a summary, then the changes, then the answers that were set aside. */
export function sweepText(result: SweepResult, context: Context): string {
  const style = Style.of(context);
  const { id, modelsAsked, modelsAnswered, modelsWithout, modelsFailed, endpointsSeen, changes } = result;
  const without = modelsWithout > 0 ? `, ${modelsWithout} without any` : '';
  const failed = modelsFailed > 0 ? `, ${style.bad(`${modelsFailed} failed`)}` : '';
  const state = result.isStopped ? ', stopped: the next one goes on from here' : result.isGivenUp ? ', given up' : '';
  const head = `sweep ${id}  ${quantity(endpointsSeen, 'endpoint')} of ${quantity(modelsAnswered, 'model')}${without}${failed}${state}`;
  const all = changes.flatMap(({ model, changes: one }) => one.map((change) => ({ model, ...change })));
  const counted = typeCounts((type) => all.filter(({ change }) => change.type === type).length);
  const news = all.filter(({ change }) => isNews(change));
  const isFirst =
    news.length > 0 && news.every(({ change }) => change.type === 'added') && news.length === endpointsSeen;
  const lines = isFirst ? [] : news.slice(0, MOST_LINES).map((one) => changeLine(one, style));
  if (!isFirst && news.length > MOST_LINES) lines.push(`  and ${news.length - MOST_LINES} more`);
  const aside = result.setAside.map(({ model, reason }) =>
    style.bad(escapeControls(`  ! ${model} set aside: ${reason}`)),
  );
  const words = counted.length > 0 ? counted.join(', ') : 'nothing changed';
  return [`${head}: ${modelsAsked === 0 ? 'nothing was asked' : words}`, ...lines, ...aside].join('\n');
}

function isNews(change: ReportedChange['change']): boolean {
  return !('cause' in change) || change.cause === null || change.cause === 'ambiguous';
}

function changeLine({ model, label, change }: ReportedChange & { readonly model: string }, style: Style): string {
  const head = escapeControls(`  ${SIGNS[change.type]} ${model}  ${label.provider} (${label.tag})`);
  if (!('field' in change)) {
    if (change.type === 'removed') return style.bad(`${head} is gone`);
    return style.good(change.type === 'restored' ? `${head} is back` : head);
  }
  const { cause, ...rest } = change;
  const { what, move, isBetter } = changeWords({ ...rest, cause: null }, { ascii: style.ascii });
  const doubt = cause === 'ambiguous' ? '  (or a twin of it)' : '';
  return `${head}  ${escapeControls(what)}  ${style.move(isBetter, escapeControls(move))}${doubt}`;
}
