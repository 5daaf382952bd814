import { CHANGE_TYPES } from '../../core/diff/changes.ts';
import { judgeEvents } from '../../ledger/queries/endpoints/verdicts.ts';
import { type ChangePage, findChanges } from '../api/changes.ts';
import { listAt, type Question } from '../question.ts';
import { EventTable } from './events.tsx';
import { Actions, AsOf, Boxes, orProblem, Problem, TextField } from './form.tsx';
import { type Frame, frameOf, Layout } from './layout.tsx';
import { Formats } from './table.tsx';

const NOTHING: ChangePage = { events: [], cursor: null };

export function changesData(question: Question) {
  const { request, view } = question;
  const frame = frameOf(question, '/changes', listAt(question).run.observedAt);
  const [{ events, cursor: next }, problem] = orProblem(() => findChanges(question), NOTHING);
  return { frame, events: judgeEvents(view.ledger, events), query: request.query(), next, problem };
}

/** What changed, by day. */
export function Changes({ page }: { readonly page: ReturnType<typeof changesData> }) {
  const { frame, events, query, next, problem } = page;
  const { site } = frame;
  const days = [...new Set(events.map(({ observedAt }) => observedAt.slice(0, 10)))];
  const older = new URLSearchParams(query);
  if (next !== null) older.set('cursor', next);
  return (
    <Layout frame={frame}>
      <h1>Changes</h1>
      <Problem words={problem} />
      {site.isStatic ? null : (
        <>
          <ChangesForm frame={frame} query={query} />
          <p class="count">
            <Formats path="/changes" site={site} query={query} />
          </p>
        </>
      )}
      {days.map((day) => (
        <section>
          <h2>{day}</h2>
          <EventTable
            events={events.filter(({ observedAt }) => observedAt.startsWith(day))}
            frame={frame}
            label={`Changes of ${day}, UTC`}
            hasModel
          />
        </section>
      ))}
      {events.length === 0 ? <p>Nothing that fits changed.</p> : null}
      {next === null || site.isStatic ? null : (
        <p>
          <a href={site.link('/changes', older.toString())} rel="next">
            Older
          </a>
        </p>
      )}
    </Layout>
  );
}

const TEXTS = [
  ['since', 'Since', '7d'],
  ['until', 'Until', '2026-07'],
  ['model', 'Model', 'openai/*'],
  ['author', 'Author', 'openai'],
  ['field', 'Field', 'prompt'],
  ['min_percent', 'Prices by at least, %', '10'],
] as const;

function ChangesForm({ frame, query }: { readonly frame: Frame; readonly query: URLSearchParams }) {
  const types = query.getAll('type').flatMap((type) => type.split(','));
  return (
    <form class="filters" action={frame.site.link('/changes')} method="get" aria-label="Filter changes">
      {TEXTS.map(([name, label, example]) => (
        <TextField label={label} name={name} value={query.get(name) ?? ''} placeholder={example} size={10} />
      ))}
      <AsOf asOf={frame.asOf} />
      <Actions reset={frame.site.link('/changes')} />
      <Boxes legend="Types" name="type" options={CHANGE_TYPES} chosen={types} />
      <Boxes legend="Also" name="noise" options={['true']} chosen={query.getAll('noise')} words="what is not news" />
      <Boxes legend="And" name="all" options={['true']} chosen={query.getAll('all')} words="the first list" />
    </form>
  );
}
