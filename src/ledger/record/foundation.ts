import { sql } from 'drizzle-orm';
import { DataFileError } from '../../core/errors.ts';
import { quantity } from '../../core/format/units.ts';
import { MEND, RESTORE, unwritten, withFile } from '../store/failure.ts';
import { describeFault, findSchemaFaults } from '../store/migration/schemaCheck.ts';
import type { Ledger } from '../store/open.ts';
import { LIST_STATUSES } from '../store/schema/runs.ts';
import { SEALED_TABLES } from '../store/seals.ts';
import { nextRunId } from './timeline.ts';

/**
 * Checks the file before a run: its pages, its schema, and whether its tables have as many rows as earlier runs have
 * counted. This reads each page, but checks no body and no price, which verify does.
 * @throws DataFileError when the file is not as earlier runs have left it
 */
export function checkFoundation(ledger: Ledger, { mustExist = false }: { mustExist?: boolean | undefined } = {}): void {
  if (ledger.isNew) return;
  const { file } = ledger;
  const check = (): void => {
    const problem =
      findDamage(ledger) ?? findAltered(ledger) ?? findMissingRows(ledger) ?? findMissingEndpoints(ledger);
    if (problem !== undefined) throw problem;
    if (mustExist && nextRunId(ledger) === 1) {
      throw new DataFileError('missing', `The data file ${file} holds no run.`, {
        hint: 'Put a backup in its place (model-ledger restore FILE), or begin anew with model-ledger sync.',
      });
    }
  };
  withFile(file, check, unwritten(ledger));
}

function findDamage({ sqlite, file }: Ledger): DataFileError | undefined {
  const words: unknown = sqlite.pragma('quick_check(1)', { simple: true });
  if (words === 'ok') return undefined;
  return new DataFileError('damaged', `${file}: the file is damaged (${words}).`, { hint: `${RESTORE}.` });
}

/** An altered view is ignored, as no run needs it. */
function findAltered({ sqlite, file }: Ledger): DataFileError | undefined {
  const fault = findSchemaFaults(sqlite).find(({ object }) => object.type !== 'view');
  if (fault === undefined) return undefined;
  return new DataFileError('altered', `${file}: ${describeFault(fault)}.`, { hint: MEND });
}

/** Tables of which it is only known whether they have any rows. */
const SOME: readonly string[] = ['archive', 'pricing_history'];

interface RowCounts {
  readonly name: string;
  /** How many rows the table has. */
  readonly found: number;
  /** How many rows it should have, according to the runs. */
  readonly expected: number;
}

function findMissingRows({ orm, file }: Ledger): DataFileError | undefined {
  const rows = orm.all<RowCounts>(sql`
      WITH counts AS MATERIALIZED (SELECT
        total(added) AS added, total(removed) AS removed, total(restored) AS restored,
        total(repriced) + total(limits_changed) + total(updated) AS fields, total(quarantined) AS quarantined,
        count(*) FILTER (WHERE status IN ${LIST_STATUSES}) > 0 AS bodies
        FROM sync_runs)
      SELECT 'models' AS name, (SELECT count(*) FROM models) AS found, added AS expected FROM counts
      UNION ALL SELECT 'models', (SELECT count(*) FROM models WHERE removed_at IS NULL), added - removed + restored FROM counts
      UNION ALL SELECT 'provider_limits', (SELECT count(*) FROM provider_limits WHERE valid_to IS NULL),
        added - removed + restored FROM counts
      UNION ALL SELECT 'change_events', (SELECT count(*) FROM change_events), added + removed + restored + fields FROM counts
      UNION ALL SELECT 'quarantine', (SELECT count(*) FROM quarantine), quarantined FROM counts
      UNION ALL SELECT 'pricing_history', EXISTS (SELECT 1 FROM pricing_history WHERE valid_to IS NULL),
        EXISTS (SELECT 1 FROM models WHERE removed_at IS NULL AND document ->> '$.pricing.prompt' GLOB '[0-9]*')
      UNION ALL SELECT 'archive', EXISTS (SELECT 1 FROM archive), bodies FROM counts`);
  return inconsistent(file, rows, 'runs');
}

/** The rows about endpoints that the counts of sweeps, and the other tables, imply. */
function findMissingEndpoints({ orm, file }: Ledger): DataFileError | undefined {
  const rows = orm.all<RowCounts>(sql`
    WITH counts AS MATERIALIZED (SELECT total(added) AS added,
      total(removed) + total(restored) + total(repriced) + total(limits_changed) + total(updated) AS others,
      max(json_array_length(answers) > 0) AS answered FROM endpoint_sweeps)
    SELECT 'endpoint_events' AS name, (SELECT count(*) FROM endpoint_events) AS found, added + others AS expected FROM counts
    UNION ALL SELECT 'endpoints', (SELECT count(*) FROM endpoints), added FROM counts
    UNION ALL SELECT 'endpoint_limits', (SELECT count(*) FROM endpoint_limits WHERE valid_to IS NULL),
      (SELECT count(*) FROM endpoints WHERE missing_since IS NULL)
    UNION ALL SELECT 'endpoint_prices', EXISTS (SELECT 1 FROM endpoint_prices WHERE valid_to IS NULL),
      EXISTS (SELECT 1 FROM endpoints WHERE missing_since IS NULL AND document ->> '$.pricing.prompt' GLOB '[0-9]*')
    UNION ALL SELECT 'endpoint_answers', EXISTS (SELECT 1 FROM endpoint_answers), coalesce(answered, 0) FROM counts`);
  return inconsistent(file, rows, 'sweeps');
}

function inconsistent(file: string, rows: readonly RowCounts[], by: 'runs' | 'sweeps'): DataFileError | undefined {
  const wrong = rows.find(
    ({ name, found, expected }) => found < expected || (found > expected && by === 'runs' && !SOME.includes(name)),
  );
  if (wrong === undefined) return undefined;
  const message = `${file}: ${wrong.name} has ${quantity(wrong.found, 'row')} where its ${by} recorded ${wrong.expected}.`;
  const isLost = SEALED_TABLES.includes(wrong.name) || wrong.expected === 0;
  return new DataFileError('inconsistent', message, { hint: isLost ? `${RESTORE}.` : MEND });
}
