import { csv } from '../../core/format/csv.ts';
import { readChangeQuery } from '../../core/query/changeParameters.ts';
import { EVENT_KEYS } from '../../ledger/queries/events.ts';
import { findChanges } from '../api/changes.ts';
import { listAt } from '../api/listAt.ts';
import type { Answer } from '../http/answer.ts';
import type { Asked } from '../http/asked.ts';
import { NotFound, type PublicError } from '../http/errors.ts';
import type { Site } from '../site.ts';
import type { View } from '../source/ledgerSource.ts';
import { About, aboutData } from './about.tsx';
import { PAGE_HEADERS, page, table } from './answers.ts';
import { Changes } from './changes.tsx';
import { changesData } from './changesData.ts';
import { Compare } from './compare.tsx';
import { compareData } from './compareData.ts';
import { CostOfText } from './cost/cost.tsx';
import { costForm } from './cost/costData.ts';
import { ErrorPage } from './errorPage.tsx';
import { modelsCsv } from './list/csv.ts';
import { List } from './list/list.tsx';
import { listData } from './list/listData.ts';
import { Model } from './model/model.tsx';
import { modelData } from './model/modelData.ts';
import { Trends } from './trends.tsx';
import { trendsData } from './trendsData.ts';

const MODEL = '/models/';

/** Every page, from its address. */
export function routePage(asked: Asked, view: View, site: Site): Answer {
  switch (asked.path) {
    case '/':
      return page(<List page={listData(asked, view, site)} />, listAt(asked, view).run.observedAt);
    case '/models.csv':
      return table('models', modelsCsv(asked, view));
    case '/changes':
      return page(<Changes page={changesData(asked, view, site)} />, null);
    case '/changes.csv':
      return table('changes', changesCsv(asked, view));
    case '/compare':
      return page(<Compare page={compareData(asked, view, site)} />, null);
    case '/cost':
      return page(<CostOfText page={costForm(asked, view, site)} />, null);
    case '/trends':
      return page(<Trends page={trendsData(asked, view, site)} />, null);
    case '/about':
      return page(<About page={aboutData(asked, view, site)} />, null);
  }
  if (!asked.path.startsWith(MODEL)) throw new NotFound(`There is no page ${asked.path}.`);
  return page(<Model page={modelData(asked, view, site, asked.segments(MODEL).join('/'))} />, null);
}

/** What went wrong, as a page. */
export function errorPage(told: PublicError, site: Site): Answer {
  const { status, headers } = told;
  return {
    ...page(<ErrorPage told={told} site={site} />, null),
    status,
    headers: { ...PAGE_HEADERS, 'cache-control': 'no-store', ...headers },
  };
}

function changesCsv(asked: Asked, view: View): string {
  const query = readChangeQuery(asked.parameters, () => asked.now());
  const { events } = findChanges(
    asked,
    view,
    asked.first('limit') === undefined ? { ...query, limit: 100_000 } : query,
  );
  return csv([EVENT_KEYS, ...events.map((event) => EVENT_KEYS.map((key) => event[key]))]);
}
