import type { Ledger } from '../../src/ledger/store/open.ts';

export type Row = readonly (string | number | null)[];

export function rows({ sqlite }: Ledger, sql: string): Row[] {
  return sqlite.prepare<[], Row>(sql).raw().all();
}
