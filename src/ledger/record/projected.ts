import { getTableName } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { endpointEvents, endpointQuarantine, endpoints } from '../endpoints/schema/endpoints.ts';
import { endpointLimits, endpointPrices } from '../endpoints/schema/intervals.ts';
import { changeEvents, quarantine, schemaDrift } from '../store/schema/events.ts';
import { pricingHistory, providerLimits } from '../store/schema/intervals.ts';
import { models } from '../store/schema/models.ts';
import { syncRuns } from '../store/schema/runs.ts';
import { type ColumnOf, writtenColumns } from '../store/statements.ts';

/** Tables of endpoints of which every row is made from the kept answers. */
export const ENDPOINT_TABLES = {
  ...allBut(endpoints),
  ...allBut(endpointPrices, 'id'),
  ...allBut(endpointLimits, 'id'),
  ...allBut(endpointEvents, 'id'),
  ...allBut(endpointQuarantine, 'id'),
};

/**
 * The columns, by table, that are made from what is kept: bodies and answers. The ids of rows depend on the order of
 * recording, and are among them only where others refer to them.
 */
export const PROJECTED: Readonly<Record<string, string>> = {
  ...allBut(syncRuns, 'trigger', 'source', 'startedAt', 'finishedAt', 'attempts', 'httpStatus', 'etag', 'seal'),
  ...allBut(models),
  ...allBut(pricingHistory, 'id'),
  ...allBut(providerLimits, 'id'),
  ...allBut(changeEvents, 'id'),
  ...allBut(quarantine, 'id'),
  ...allBut(schemaDrift, 'id'),
  endpoint_sweeps: 'id, started_at, added, removed, restored, repriced, limits_changed, updated',
  ...ENDPOINT_TABLES,
};

/** A table and its columns but for some, and for those that SQLite makes from others. */
function allBut<T extends SQLiteTable>(table: T, ...left: readonly ColumnOf<T>[]): Readonly<Record<string, string>> {
  const columns = Object.values<SQLiteColumn>(writtenColumns(table, ...left));
  return { [getTableName(table)]: columns.map(({ name }) => name).join(', ') };
}
