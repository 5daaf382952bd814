import { durationWords } from '../../../core/format/units.ts';
import { dayOf, minuteWords } from '../../../core/time/when.ts';
import type { ModelState } from '../../../ledger/queries/served/modelState.ts';
import { EventTable } from '../events.tsx';
import { Layout } from '../layout.tsx';
import { line } from '../words.ts';
import { CostForm } from './costForm.tsx';
import { Limits } from './limits.tsx';
import type { ModelPage } from './modelData.ts';
import { Facts } from './modelFacts.tsx';
import { PriceCharts } from './priceCharts.tsx';
import { Prices, Schedule } from './prices.tsx';
import { Providers } from './providers.tsx';

/** One model: its history, prices, limits and changes. */
export function Model({ page }: { readonly page: ModelPage }) {
  const { frame, state, prices, cost } = page;
  const { facts, lifecycle } = state;
  const all = new URLSearchParams({ model: facts.id, all: 'true' }).toString();
  return (
    <Layout frame={frame}>
      <h1>{line(facts.name ?? facts.id)}</h1>
      <p class="id">{line(facts.id)}</p>
      <LifecycleWords lifecycle={lifecycle} />
      <h2>Prices {lifecycle.listed ? 'in force' : 'it had last'}</h2>
      <Prices prices={prices} />
      <Schedule prices={prices} />
      {frame.site.isStatic ? null : <CostForm cost={cost} page={page} />}
      <Providers endpoints={page.endpoints} />
      <h2>Prices over time</h2>
      <PriceCharts history={state.history} record={page.record} />
      <h2>Limits</h2>
      <Limits limits={page.limits} />
      <h2>Changes</h2>
      <EventTable events={page.latest} frame={frame} label="Changes of this model" hasModel={false} />
      {state.events.length <= page.latest.length || frame.site.isStatic ? null : (
        <p>
          <a href={frame.site.link('/changes', all)}>All {state.events.length} changes</a>
        </p>
      )}
      <h2>About it</h2>
      <Facts facts={facts} document={page.document} />
    </Layout>
  );
}

function LifecycleWords({ lifecycle }: Pick<ModelState, 'lifecycle'>) {
  const when = (at: string | null) => (at === null ? null : <time datetime={at}>{minuteWords(at, 'utc')}</time>);
  return (
    <p class="life">
      {lifecycle.listed ? (
        <strong>Listed</strong>
      ) : (
        <strong class="gone">Gone since {when(lifecycle.removedAt)}</strong>
      )}
      , {lifecycle.isOlder ? 'there already in the first list of' : 'first seen'} {when(lifecycle.firstSeenAt)}
      {lifecycle.absences
        .filter(({ to }) => to !== null)
        .map(({ from, to }) => (
          <>
            , away {dayOf(from, 'utc')} to {to === null ? '' : dayOf(to, 'utc')} (
            {durationWords(Date.parse(to ?? from) - Date.parse(from))})
          </>
        ))}
      .
    </p>
  );
}
