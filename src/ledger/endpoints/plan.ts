import { isNull, sql } from 'drizzle-orm';
import { canBeServed } from '../../core/endpoints/served.ts';
import { UsageError } from '../../core/errors.ts';
import { glob } from '../../core/format/glob.ts';
import type { Ledger } from '../store/open.ts';
import { models } from '../store/schema/models.ts';
import { endpoints } from './schema/endpoints.ts';

export type IsWanted = (model: string) => boolean;

/**
 * The models that a sweep asks about, in order: all listed ones but aliases and routers, which serve nothing
 * themselves.
 * @param narrowedTo only those that match this pattern; null: all
 * @throws UsageError where there are none
 */
export function planSweep(ledger: Ledger, narrowedTo: string | null): { models: string[]; isWanted: IsWanted } {
  const isWanted: IsWanted = narrowedTo === null ? () => true : glob(narrowedTo);
  if (ledger.orm.get(sql`SELECT 1 FROM models LIMIT 1`) === undefined) {
    throw new UsageError('no_list', 'The ledger holds no list, so there is no model to ask about.', {
      hint: 'Run model-ledger sync to fetch it first.',
    });
  }
  const wanted = sweptModels(ledger).filter(isWanted);
  if (wanted.length === 0 && narrowedTo !== null) {
    throw new UsageError('no_match', `No listed model matches "${narrowedTo}"; nothing was asked.`);
  }
  return { models: wanted, isWanted };
}

export function sweptModels({ orm }: Ledger): string[] {
  const rows = orm.select({ id: models.id }).from(models).where(isNull(models.removedAt)).orderBy(models.id).all();
  return rows.map(({ id }) => id).filter(canBeServed);
}

/** The models that still have endpoints but are no longer listed. */
export function unlistedModels(ledger: Ledger): string[] {
  const listed = new Set(sweptModels(ledger));
  const rows = ledger.orm.selectDistinct({ id: endpoints.modelId }).from(endpoints).where(isNull(endpoints.removedAt));
  return rows.all().flatMap(({ id }) => (listed.has(id) ? [] : [id]));
}
