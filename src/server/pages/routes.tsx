import { csv } from '../../core/format/csv.ts';
import { EVENT_KEYS } from '../../ledger/queries/events.ts';
import { findChanges } from '../api/changes.ts';
import type { Answer } from '../http/answer.ts';
import { RequestError } from '../http/errors.ts';
import type { Question } from '../question.ts';
import { About, aboutData } from './about.tsx';
import { csvAnswer, pageAnswer } from './answers.ts';
import { Changes, changesData } from './changes.tsx';
import { Compare } from './compare.tsx';
import { compareData } from './compareData.ts';
import { CostOfText } from './cost/cost.tsx';
import { costForm } from './cost/costData.ts';
import { modelsCsv } from './list/csv.ts';
import { List } from './list/list.tsx';
import { listData } from './list/listData.ts';
import { Model } from './model/model.tsx';
import { modelData } from './model/modelData.ts';
import { Trends } from './trends.tsx';
import { trendsData } from './trendsData.ts';

const MODEL = '/models/';

/** The page, or the CSV file, for a path. */
export function routePage(question: Question): Answer {
  const { request } = question;
  switch (request.path) {
    case '/': {
      const list = listData(question);
      return pageAnswer(<List page={list} />, list.frame.observedAt);
    }
    case '/models.csv':
      return csvAnswer('models', modelsCsv(question));
    case '/changes':
      return pageAnswer(<Changes page={changesData(question)} />);
    case '/changes.csv':
      return csvAnswer('changes', changesCsv(question));
    case '/compare':
      return pageAnswer(<Compare page={compareData(question)} />);
    case '/cost':
      return pageAnswer(<CostOfText page={costForm(question)} />);
    case '/trends':
      return pageAnswer(<Trends page={trendsData(question)} />);
    case '/about':
      return pageAnswer(<About page={aboutData(question)} />);
  }
  if (!request.path.startsWith(MODEL)) throw new RequestError(404, `There is no page ${request.path}.`);
  return pageAnswer(<Model page={modelData(question, request.segments(MODEL).join('/'))} />);
}

/** Unlike the page, the file has all changes by default. */
function changesCsv(question: Question): string {
  const { events } = findChanges(question, 100_000);
  return csv([EVENT_KEYS, ...events.map((event) => EVENT_KEYS.map((key) => event[key]))]);
}
