import { readChangeQuery } from '../../core/query/changeParameters.ts';
import { ParameterError } from '../../core/query/parameters.ts';
import { judgeEvents } from '../../ledger/queries/endpoints/verdicts.ts';
import { findChanges } from '../api/changes.ts';
import { listAt } from '../api/listAt.ts';
import type { Asked } from '../http/asked.ts';
import type { Site } from '../site.ts';
import type { View } from '../source/ledgerSource.ts';
import type { ChangesPage } from './changes.tsx';
import { frameOf } from './layout.tsx';

export function changesData(asked: Asked, view: View, site: Site): ChangesPage {
  const list = listAt(asked, view);
  const frame = frameOf(asked, site, { title: 'Changes', path: '/changes', observedAt: list.run.observedAt });
  const query = asked.query();
  try {
    const { events, cursor } = findChanges(
      asked,
      view,
      readChangeQuery(asked.parameters, () => asked.now()),
    );
    return { frame, events: judgeEvents(view.ledger, events), query, next: cursor, problem: null };
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    return { frame, events: [], query, next: null, problem: error.message };
  }
}
