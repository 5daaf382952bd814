import { isNoise } from '../core/diff/causes.ts';
import { messageOf } from '../core/errors.ts';
import { escapeControls } from '../core/format/text.ts';
import { quantity } from '../core/format/units.ts';
import { newsEventsOf } from '../core/notification/news.ts';
import { countNews } from '../core/notification/newsWords.ts';
import type { Recorded } from '../ledger/record/record.ts';

/** How a run ended: with what was recorded, or with an error. */
export type Ending =
  | { readonly recorded: Recorded; readonly isFirst: boolean; readonly error?: undefined }
  | { readonly recorded?: undefined; readonly error: unknown };

/** A run in one line, for logs and pings. */
export interface Summary {
  /** Whether the run accepted a list. */
  readonly isGood: boolean;
  readonly words: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

export function endingWords(ending: Ending): Pick<Summary, 'isGood' | 'words'> {
  if (ending.recorded !== undefined) return summarize(ending.recorded, ending.isFirst);
  return { isGood: false, words: escapeControls(messageOf(ending.error)) };
}

/** @param isFirst whether no list was accepted before this run */
export function summarize(recorded: Recorded, isFirst: boolean): Summary {
  const { status, runId, observedAt } = recorded;
  const head = `run ${runId}`;
  switch (status) {
    case 'same': {
      const { modelCount: models } = recorded;
      const fields = { status: 'unchanged', observedAt, models };
      return { isGood: true, words: `${head}: ${quantity(models, 'model')}, nothing changed`, fields };
    }
    case 'rejected': {
      const { code, message } = recorded.error;
      return {
        isGood: false,
        words: escapeControls(`${head}: rejected, ${message}`),
        fields: { status, observedAt, code },
      };
    }
    case 'held': {
      const { size: models, missing } = recorded;
      const words = `${head}: held, ${missing.length} listed models are missing from the answer`;
      return { isGood: false, words, fields: { status, observedAt, models, missing: missing.length } };
    }
    default: {
      const { size: models, counts, quarantined } = recorded;
      const fields = { status, observedAt, models, ...counts, quarantined: quarantined.length };
      if (isFirst) return { isGood: true, words: `${head}: first run, ${quantity(models, 'model')}`, fields };
      const news = newsEventsOf(recorded.models).filter(({ cause }) => !isNoise(cause));
      const words = `${head}: ${quantity(models, 'model')}, ${countNews(news) || 'no news'}`;
      return { isGood: true, words, fields };
    }
  }
}
