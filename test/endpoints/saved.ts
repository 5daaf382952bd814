import { importEndpoints } from '../../src/importEndpoints.ts';
import { openFiles } from '../../src/upstream/files/files.ts';

/** Imports saved answers, as the command would; files tell themselves when they were observed. */
export async function importFiles(db: string, paths: readonly string[]): Promise<void> {
  const now = new Date('2026-12-01');
  const { signal } = new AbortController();
  const history = await openFiles(paths, { now, signal, onLeftOut: () => {}, mayTellThemselves: true });
  const outside = { now: () => now, signal, onProgress: () => {}, onLeftOut: () => {} };
  await importEndpoints({ db, history, isDated: false }, outside);
}

/** A price as upstream writes it, told plainly: a decimal without a tail of zeros. */
export function plain(value: unknown): string {
  const text = String(value);
  if (Number(text) < 0) return 'dynamic';
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}
