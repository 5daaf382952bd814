import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { isSqliteError, openDatabase } from '../ledger/store/driver.ts';
import { watchSidecars } from '../ledger/store/sidecars.ts';

interface DemoQuery {
  readonly question: string;
  readonly sql: string;
}

/** Questions that a person may have, and the SQL that answers them. */
export const QUERIES: readonly DemoQuery[] = [
  {
    question: 'What did qwen/qwen3.6-plus cost on 3 May?',
    sql: `SELECT component, condition, price
FROM pricing_history
WHERE model_id = 'qwen/qwen3.6-plus'
  AND valid_from <= '2026-05-03' AND (valid_to IS NULL OR valid_to > '2026-05-03')
ORDER BY condition, component DESC`,
  },
  {
    question: 'Whose price for prompts changed, in USD per million tokens?',
    sql: `SELECT substr(observed_at, 1, 10) AS day, model_id, round(old_value * 1e6, 4) AS old,
  round(new_value * 1e6, 4) AS new, round(change_pct, 1) AS percent
FROM change_events
WHERE type = 'repriced' AND field = 'pricing.prompt' AND cause IS NULL
ORDER BY observed_at, model_id`,
  },
  {
    question: 'What disappeared, and did it come back?',
    sql: `SELECT model_id, type, observed_at
FROM change_events
WHERE type IN ('removed', 'restored')
ORDER BY observed_at, model_id`,
  },
  {
    question: 'How did the runs go?',
    sql: `SELECT substr(observed_at, 6, 5) AS day, status, model_count AS models, added, removed, restored,
  repriced, quarantined AS bad
FROM sync_runs
ORDER BY id`,
  },
];

/** Whether a file is a ledger whose lists all came from this machine, as those of a demonstration do. */
export function isOnlyDemo(file: string): boolean {
  // Opening a pipe would wait for its other end.
  if (!statSync(file).isFile()) return false;
  const tidyUp = watchSidecars(file);
  let db: Database.Database | undefined;
  try {
    db = openDatabase(file, { readonly: true, fileMustExist: true });
    return db.prepare("SELECT 1 FROM sync_runs WHERE source NOT GLOB 'http://127.0.0.1:*'").get() === undefined;
  } catch (error) {
    if (isSqliteError(error)) return false;
    throw error;
  } finally {
    db?.close();
    tidyUp();
  }
}
