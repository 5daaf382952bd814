import { DEFAULTS } from '../../config/settings.ts';
import { openForReading } from '../../ledger/store/open.ts';
import { exportPostgres } from './exportPostgres.ts';

/** Brings a PostgreSQL copy of a data file up to date, as `export postgres` does. */
export async function copyToPostgres(
  file: string,
  request: { readonly url: string; readonly signal: AbortSignal; readonly now: () => Date },
): Promise<void> {
  const ledger = openForReading(file);
  try {
    await exportPostgres(ledger, { ...request, schema: DEFAULTS.postgresSchema, onProgress: () => {} });
  } finally {
    ledger.close();
  }
}
