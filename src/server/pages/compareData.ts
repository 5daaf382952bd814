import { UsageError } from '../../core/errors.ts';
import type { TimedPrice } from '../../core/pricing/timetable.ts';
import { findModel, preparePriceHistory } from '../../ledger/queries/model.ts';
import { resolveModel } from '../../ledger/queries/resolveModel.ts';
import { listAt } from '../api/listAt.ts';
import type { Asked } from '../http/asked.ts';
import type { Site } from '../site.ts';
import type { View } from '../source/ledgerSource.ts';
import type { ServedModel } from '../source/lists.ts';
import { type Frame, frameOf } from './layout.tsx';

/** More do not fit side by side. */
export const MOST = 4;

export interface ComparePage {
  readonly frame: Frame;
  readonly models: readonly {
    readonly id: string;
    readonly served: ServedModel | undefined;
    readonly history: readonly TimedPrice[];
  }[];
  /** Ids that nobody ever saw. */
  readonly unknown: readonly string[];
  readonly ids: readonly string[];
  readonly from: number;
  readonly to: number;
}

export function compareData(asked: Asked, view: View, site: Site): ComparePage {
  const list = listAt(asked, view);
  const at = asked.asOf();
  const wanted = [
    ...new Set(
      asked.parameters
        .get('model')
        ?.flatMap((ids) => ids.split(','))
        .map((id) => id.trim())
        .map((name) => idOf(view, name)) ?? [],
    ),
  ]
    .filter((id) => id !== '')
    .slice(0, MOST);
  const historyOf = preparePriceHistory(view.ledger);
  const known = wanted.filter((id) => list.byId.has(id) || findModel(view.ledger, id, null) !== undefined);
  const models = known.map((id) => ({
    ...{ id, served: list.byId.get(id) },
    history: historyOf(id).filter(({ validFrom }) => at === null || validFrom <= at),
  }));
  const starts = models.flatMap(({ history }) => history.slice(0, 1).map(({ validFrom }) => Date.parse(validFrom)));
  const to = Date.parse(list.run.observedAt);
  return {
    frame: frameOf(asked, site, { title: 'Compare', path: '/compare', observedAt: list.run.observedAt }),
    ...{ models, unknown: wanted.filter((id) => !known.includes(id)), ids: list.models.map(({ id }) => id), to },
    from: starts.length === 0 ? to : Math.min(...starts),
  };
}

/** Names as people type them; one that fits none or several stays as it is, and is told. */
function idOf({ ledger }: View, name: string): string {
  try {
    return name === '' ? name : resolveModel(ledger, name, 'utc');
  } catch (error) {
    if (error instanceof UsageError) return name;
    throw error;
  }
}
