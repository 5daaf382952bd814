import { getTableName } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { CHANGE_TYPES } from '../../core/diff/changes.ts';
import { endpointEvents, endpointQuarantine, endpoints } from '../endpoints/schema/endpoints.ts';
import { endpointLimits, endpointPrices } from '../endpoints/schema/intervals.ts';
import { changeEvents, quarantine, schemaDrift } from '../store/schema/events.ts';
import { pricingHistory, providerLimits } from '../store/schema/intervals.ts';
import { models } from '../store/schema/models.ts';
import { syncRuns } from '../store/schema/runs.ts';
import { type ColumnOf, writtenColumns } from '../store/statements.ts';

/** The tables about endpoints, which are made from the stored answers. */
export const ENDPOINT_TABLES = {
  ...allBut(endpoints),
  ...allBut(endpointPrices, 'id'),
  ...allBut(endpointLimits, 'id'),
  ...allBut(endpointEvents, 'id'),
  ...allBut(endpointQuarantine, 'id'),
};

/**
 * The columns, by table, that are made from stored bodies and answers. Ids depend on the order of recording, and are
 * included only where other rows refer to them.
 */
export const PROJECTED: Readonly<Record<string, string>> = {
  ...allBut(syncRuns, 'trigger', 'source', 'startedAt', 'finishedAt', 'attempts', 'httpStatus', 'etag', 'seal'),
  ...allBut(models),
  ...allBut(pricingHistory, 'id'),
  ...allBut(providerLimits, 'id'),
  ...allBut(changeEvents, 'id'),
  ...allBut(quarantine, 'id'),
  ...allBut(schemaDrift, 'id'),
  endpoint_sweeps: ['id, started_at', ...CHANGE_TYPES].join(', '),
  ...ENDPOINT_TABLES,
};

/** A table with its columns, except some, and those that SQLite generates. */
function allBut<T extends SQLiteTable>(table: T, ...left: readonly ColumnOf<T>[]): Readonly<Record<string, string>> {
  const columns = Object.values<SQLiteColumn>(writtenColumns(table, ...left));
  return { [getTableName(table)]: columns.map(({ name }) => name).join(', ') };
}
