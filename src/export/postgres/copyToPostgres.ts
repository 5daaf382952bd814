import { DEFAULTS } from '../../config/settings.ts';
import { openForReading } from '../../ledger/store/open.ts';
import { exportPostgres, type PostgresExport } from './exportPostgres.ts';

type CopyRequest = Pick<PostgresExport, 'url' | 'signal' | 'now'>;

/** Brings a PostgreSQL copy of a data file up to date, as `export postgres` does. */
export async function copyToPostgres(file: string, request: CopyRequest): Promise<void> {
  const ledger = openForReading(file);
  try {
    await exportPostgres(ledger, { ...request, schema: DEFAULTS.postgresSchema, onProgress: () => {} });
  } finally {
    ledger.close();
  }
}
