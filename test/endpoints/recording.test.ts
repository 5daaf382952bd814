import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exportParquet } from '../../src/export/parquet/exportParquet.ts';
import { exportPostgres } from '../../src/export/postgres/exportPostgres.ts';
import { backUp } from '../../src/ledger/store/backup.ts';
import { openForReading } from '../../src/ledger/store/open.ts';
import { inParquet, local, remote } from '../export/copies.ts';
import { startServer, whyNoServer } from '../export/postgresServer.ts';
import { checksums, newFolder, touched } from '../program/program.ts';
import { HISTORY } from '../recordings.ts';
import { importFiles, plain, told } from './saved.ts';
import { ask, type Json, list, problemsOf, sweepAt, Upstream } from './world.ts';

const RECORDING = join(HISTORY, 'endpoints-2026-summer/');
const hasRecording = existsSync(RECORDING);
if (!hasRecording) console.info(`no recording at ${RECORDING}: what it proves is left out of this run`);

interface Day {
  readonly observed_at: string;
  readonly models: readonly { readonly id: string }[];
  readonly endpoints: Readonly<Record<string, { readonly id: string; readonly endpoints: readonly Json[] }>>;
}

const files = hasRecording
  ? readdirSync(RECORDING)
      .sort()
      .map((name) => join(RECORDING, name))
  : [];
const readDay = (file: string): Day => JSON.parse(gunzipSync(readFileSync(file)).toString());

/** The price list of a day as its answers have it: by model and tag, each endpoint's prices as one text. */
function pricesOf({ endpoints }: Day): string[] {
  const all = Object.entries(endpoints).flatMap(([model, data]) =>
    data.endpoints.map(({ tag, pricing }) => {
      const { overrides = [], ...base } = Object(pricing);
      const prices = Object.entries(base).map(([component, value]) => `${component}||${plain(value)}`);
      for (const entry of overrides) {
        const [conditions, amounts] = [[], []] as [string[], [string, string][]];
        for (const [key, value] of Object.entries(entry)) {
          if (typeof value === 'string') amounts.push([key, value]);
          else conditions.push(`${key}=${JSON.stringify(value)}`);
        }
        for (const [key, value] of amounts) prices.push(`${key}|${conditions.sort().join()}|${plain(value)}`);
      }
      return `${model} ${tag} ${prices.sort().join(' ')}`;
    }),
  );
  return all.sort();
}

/** The same from the tables, of an instant. */
function pricesAt(db: string, where: string): string[] {
  const rows = ask(
    db,
    `SELECT e.model_id, e.tag, group_concat(p.component || '|' || p.condition || '|' || coalesce(p.price, 'dynamic'), ' ')
      FROM endpoint_prices AS p JOIN endpoints AS e ON e.id = p.endpoint_id WHERE ${where} GROUP BY e.id`,
  );
  return rows.map(([model, tag, prices]) => `${model} ${tag} ${String(prices).split(' ').sort().join(' ')}`).sort();
}

describe.runIf(hasRecording)('days of everybody', () => {
  it('imported in any order are the prices of each day, the same tables, and whole', async () => {
    const [forth, back] = [join(newFolder(), 'forth.db'), join(newFolder(), 'back.db')];
    await importFiles(forth, files);
    for (const file of files) {
      const day = readDay(file);
      const at = `p.valid_from <= '${day.observed_at}' AND (p.valid_to IS NULL OR p.valid_to > '${day.observed_at}')`;
      expect(pricesAt(forth, at)).toEqual(pricesOf(day));
    }
    // Later days first, one of them twice.
    for (const some of [files.slice(9), files.slice(0, 4), files.slice(4, 9), files.slice(2, 5)]) {
      await importFiles(back, some.toReversed());
    }
    expect(told(back, true)).toEqual(told(forth, true));
    expect(await problemsOf(back)).toEqual([]);
    const events =
      'SELECT type, count(*) FROM endpoint_events WHERE previous_observed_at IS NOT NULL GROUP BY 1 ORDER BY 1';
    const counts = { added: 70, limits_changed: 20, removed: 64, repriced: 581, restored: 3, updated: 285 };
    expect(Object.fromEntries(ask(forth, events))).toEqual(counts);
  });

  it('are handed on whole after each of them: by backup, as Parquet and in PostgreSQL', async () => {
    const folder = newFolder();
    const [db, copy, lake] = [join(folder, 'ledger.db'), join(folder, 'copy.db'), join(folder, 'lake')];
    const server = whyNoServer() === undefined ? await startServer() : undefined;
    if (server === undefined) console.info(`PostgreSQL is left out of this run: ${whyNoServer()}`);
    else onTestFinished(server.stop);
    const { signal } = new AbortController();
    const now = () => new Date('2026-09-01');
    for (const [i, file] of files.entries()) {
      await importFiles(db, [file]);
      const day = readDay(file);
      const ledger = openForReading(db);
      backUp(ledger, copy, { replace: true });
      await exportParquet(ledger, { dir: lake, signal, onProgress: () => {} });
      if (server !== undefined) {
        await exportPostgres(ledger, { url: server.url(), schema: 's', signal, now, onProgress: () => {} });
      }
      ledger.close();
      expect([i, touched(checksums(db), checksums(copy)), pricesAt(copy, 'p.valid_to IS NULL')]).toEqual([
        i,
        [],
        pricesOf(day),
      ]);
      const whole = local(db);
      expect([i, await inParquet(lake)]).toEqual([i, whole]);
      if (server !== undefined) expect([i, await remote(server, 's')]).toEqual([i, whole]);
    }
    expect(await problemsOf(copy)).toEqual([]);
  });

  it('asked over HTTP, twins shuffled and telemetry restless, are the prices of each day after each sweep', async () => {
    const db = join(newFolder(), 'ledger.db');
    const upstream = await Upstream.start();
    const days = files.slice(5, 9).map(readDay);
    for (const [i, day] of days.entries()) {
      await list(
        db,
        day.observed_at,
        day.models.map(({ id }) => id),
      );
      upstream.models.clear();
      for (const [model, { endpoints }] of Object.entries(day.endpoints)) {
        upstream.models.set(
          model,
          endpoints.toReversed().map((one) => ({ ...one, status: -i, uptime_last_5m: i })),
        );
      }
      await sweepAt(db, upstream.url, { at: day.observed_at });
      expect(pricesAt(db, 'p.valid_to IS NULL')).toEqual(pricesOf(day));
    }
    const forth = join(newFolder(), 'forth.db');
    await importFiles(forth, files.slice(5, 5 + days.length));
    const events = `SELECT type, model_id, field, old_value, new_value, cause FROM endpoint_events WHERE
      previous_observed_at IS NOT NULL ORDER BY 1, 2, 3, 4, 5`;
    expect(ask(db, events)).toEqual(ask(forth, events));
  });
});
