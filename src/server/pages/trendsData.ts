import { compareText } from '../../core/collections.ts';
import { storedModalities } from '../../core/query/facets.ts';
import { fits } from '../../core/query/filter.ts';
import { readModelParameters } from '../../core/query/modelParameters.ts';
import { readModelQuery } from '../../core/query/modelQuery.ts';
import { readArray } from '../../core/reading/json.ts';
import { compareAmounts } from '../../core/reading/price.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { listedByDay, movesByWeek, type OfferPeriod, offerPeriods } from '../../ledger/queries/served/trends.ts';
import { listAt, type Question } from '../question.ts';
import { orProblem } from './form.tsx';
import { frameOf } from './layout.tsx';

/** A time in which one model was the cheapest of those that fit. */
export interface CheapestPeriod {
  readonly model: string;
  readonly name: string | null;
  readonly price: string;
  readonly from: string;
  readonly to: string;
}

export type TrendsPage = ReturnType<typeof trendsData>;

export function trendsData(question: Question) {
  const { request, view } = question;
  const { observedAt } = listAt(question).run;
  const [cheapest, problem] = orProblem(() => {
    const { filter } = readModelQuery(readModelParameters(request.parameters));
    const periods = offerPeriods(view.ledger, 'prompt', observedAt).filter((offer) => fits(toFacets(offer), filter, 0));
    return cheapestOf(periods, observedAt);
  }, []);
  return {
    frame: frameOf(question, '/trends', observedAt),
    query: request.query(),
    listed: listedByDay(view.ledger, observedAt),
    weeks: movesByWeek(view.ledger, observedAt),
    cheapest,
    problem,
  };
}

function toFacets({ model, name, contextLength, parameters, inputs, outputs, modality }: OfferPeriod) {
  const list = (json: string | null): readonly string[] => (readArray(json ?? '[]') ?? []).map(String);
  return {
    id: model,
    name,
    contextLength,
    parameters: list(parameters),
    ...storedModalities(inputs, outputs, modality),
  };
}

/** Goes through the periods from the cheapest up; each gets the time that no cheaper one has taken. */
function cheapestOf(periods: readonly OfferPeriod[], end: string): CheapestPeriod[] {
  const bounds = [...new Set(periods.flatMap(({ validFrom, validTo }) => [validFrom, validTo ?? end]))].sort();
  const placeOf = new Map(bounds.map((bound, place) => [bound, place]));
  const best: (OfferPeriod | undefined)[] = bounds.map(() => undefined);
  // For each place, the next one that is not taken yet: a union-find with path compression.
  const free = [...bounds.keys(), bounds.length];
  const nextFree = (place: number): number => {
    let next = place;
    while (free[next] !== next && next < bounds.length) next = free[next] ?? bounds.length;
    free[place] = next;
    return next;
  };
  const cheapFirst = [...periods].sort(
    (a, b) => compareAmounts(a.price, b.price) || compareText(a.validFrom, b.validFrom),
  );
  for (const period of cheapFirst) {
    const until = placeOf.get(period.validTo ?? end) ?? 0;
    for (let at = nextFree(placeOf.get(period.validFrom) ?? 0); at < until; at = nextFree(at)) {
      best[at] = period;
      free[at] = at + 1;
    }
  }
  return join(best, bounds);
}

function join(best: readonly (OfferPeriod | undefined)[], bounds: readonly string[]): CheapestPeriod[] {
  const joined: CheapestPeriod[] = [];
  best.forEach((period, place) => {
    const [from, to] = [bounds[place] ?? '', bounds[place + 1] ?? bounds[place] ?? END_OF_TIME];
    if (period === undefined) return;
    const { model, name, price } = period;
    const last = joined.at(-1);
    const isSame = last?.model === model && last.price === price && last.to === from;
    if (isSame) joined.splice(-1, 1, { ...last, to });
    else joined.push({ model, name, price, from, to });
  });
  return joined;
}
