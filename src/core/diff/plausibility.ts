import type { Entry } from '../reading/model.ts';
import type { ModelList } from '../reading/modelList.ts';
import type { Listing } from './listing.ts';

/** A model that so many consecutive answers lack is believed to be gone. */
const CONFIRMATIONS = 3;
const HELD_MODELS = 10;
const HELD_SHARE = 0.15;

/**
 * The listed models that an answer lacks. A model whose entry could not be read is not missing. Such an entry is
 * recognized by its id, else by a slug or name in its text, which may fit several missing models; where it fits none,
 * it could be the entry of any of them, and none counts as missing.
 */
export function findMissing({ listed }: Listing, modelList: ModelList): string[] {
  const broken = new Set(modelList.quarantined.map(({ entry }) => entry.id));
  const missing = [...listed.keys()].filter((id) => !modelList.models.has(id) && !broken.has(id));
  if (missing.length === 0 || !broken.has(null)) return missing;
  const nameless = modelList.quarantined.filter(({ entry }) => entry.id === null);
  const owners = nameless.map(({ entry }) => missing.filter((id) => isLikely(listed.get(id), entry)));
  if (owners.some((ids) => ids.length === 0)) return [];
  const present = new Set(owners.flat());
  return missing.filter((id) => !present.has(id));
}

/** Whether the text of an entry without an id contains the slug or the name of a model. */
function isLikely(model: Entry | undefined, nameless: Entry): boolean {
  const { canonical_slug: slug, name } = model?.model?.document ?? {};
  return [slug, name].some((mark) => typeof mark === 'string' && nameless.text.includes(JSON.stringify(mark)));
}

/**
 * Whether so many models vanished at once that the answer is kept but not applied.
 * @param missing the listed models that the answer lacks
 * @param absences in how many consecutive answers before this one each was missing already
 */
export function isDoubtful(listed: number, missing: readonly string[], absences: ReadonlyMap<string, number>): boolean {
  const doubted = missing.filter((id) => (absences.get(id) ?? 0) + 1 < CONFIRMATIONS).length;
  return doubted > HELD_MODELS && doubted > listed * HELD_SHARE;
}
