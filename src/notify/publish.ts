import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeMetrics } from '../core/notification/metrics.ts';
import { readMetrics } from '../ledger/queries/metrics.ts';
import { recentChanges } from '../ledger/queries/recentChanges.ts';
import { replaceFile } from '../ledger/store/disk/replaceFile.ts';
import type { Ledger } from '../ledger/store/open.ts';
import type { Receivers } from './receivers.ts';

type FeedPlace = NonNullable<Receivers['feed']>;

/**
 * Writes the Atom feed and the JSON Feed of the newest changes.
 * @param hasNews whether the run changed anything; if not, feeds are written only where they are missing
 */
export async function publishFeeds(ledger: Ledger, { dir, url }: FeedPlace, hasNews: boolean): Promise<void> {
  const { ATOM_FILE, FEED_ENTRIES, FEED_RUNS, JSON_FILE, linksBelow, writeFeeds } = await import('./feed.ts');
  const [atomFile, jsonFile] = [join(dir, ATOM_FILE), join(dir, JSON_FILE)];
  if (!hasNews && existsSync(atomFile) && existsSync(jsonFile)) return;
  const changes = recentChanges(ledger, { runs: FEED_RUNS, limit: FEED_ENTRIES });
  const { atom, json } = writeFeeds(changes, url && linksBelow(url));
  replaceFile(atomFile, atom);
  replaceFile(jsonFile, json);
}

/** Writes the metrics for node_exporter's textfile collector. */
export function publishMetrics(ledger: Ledger, file: string): void {
  replaceFile(file, writeMetrics(readMetrics(ledger)));
}
