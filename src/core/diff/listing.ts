import type { Entry } from '../reading/model.ts';
import type { ModelList } from '../reading/modelList.ts';
import type { DefaultPrice } from './causes.ts';
import type { ListChange } from './changes.ts';
import { compareModels } from './compareModels.ts';
import { type Drift, findDrift, markDrift } from './drift.ts';

/** What is known after the newest accepted snapshot. */
export interface Listing {
  /** The last good entry of each listed model. */
  readonly listed: Map<string, Entry>;
  /** Ids that have been listed before and are not now. */
  readonly removed: Set<string>;
  /** The last good entry of a model that is not listed. */
  readonly recall: (id: string) => Entry;
  /** For a model that was seen before. */
  readonly defaultPrices: (id: string) => DefaultPrice;
}

/** A model whose document differs. There are no `changes` where only `benchmarks` or the order of keys does. */
export interface ModelChange {
  readonly id: string;
  readonly before: Entry | null;
  readonly after: Entry | null;
  readonly changes: readonly ListChange[];
}

export interface Comparison {
  readonly models: readonly ModelChange[];
  readonly drifts: readonly Drift[];
}

/** Everything that an accepted snapshot changes, in the order of its list, removals last. */
export function compareListing(listing: Listing, modelList: ModelList, missing: readonly string[]): Comparison {
  // Most entries are the very objects of the list before, which were taken over from there.
  const differing = [...modelList.models].filter(([id, after]) => listing.listed.get(id) !== after);
  const models = differing.map(([id, after]) => compareEntry(listing, id, after));
  const inBoth = models.filter(({ before }) => before !== null);
  const drifts = findDrift(
    inBoth.flatMap(({ changes }) => changes),
    modelList.models.size - (models.length - inBoth.length),
  );
  for (const id of missing) {
    models.push({ id, before: listing.listed.get(id) ?? null, after: null, changes: [{ type: 'removed' }] });
  }
  return { drifts, models: models.map((model) => ({ ...model, changes: markDrift(model.changes, drifts) })) };
}

function compareEntry(listing: Listing, id: string, after: Entry): ModelChange {
  const before = listing.listed.get(id);
  if (before !== undefined) return { id, before, after, changes: compareEntries(listing, before, after) };
  const changes: ListChange[] = listing.removed.has(id)
    ? [{ type: 'restored' }, ...compareEntries(listing, listing.recall(id), after)]
    : [{ type: 'added' }];
  return { id, before: null, after, changes };
}

function compareEntries({ defaultPrices }: Listing, before: Entry, after: Entry): ListChange[] {
  if (before.model === after.model || !before.model || !after.model) return [];
  return compareModels(before.model, after.model, defaultPrices(after.model.id));
}

/** Makes the compared snapshot the newest one of the listing. */
export function applyComparison(listing: Listing, { models }: Comparison): void {
  for (const { id, after } of models) {
    if (after !== null) {
      listing.listed.set(id, after);
      listing.removed.delete(id);
    } else {
      listing.listed.delete(id);
      listing.removed.add(id);
    }
  }
}
