import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { verify } from '../../src/ledger/record/verify.ts';
import { rebuild } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { HISTORY } from '../recordings.ts';
import { importFiles, plain, told } from './saved.ts';
import { Dice, World } from './stranger.ts';
import { ask, endpointOf, type Json, list, sweepAt, Upstream } from './world.ts';

const DAY = join(HISTORY, 'endpoints-2026-summer/2026-07-30.json.gz');
const T = (day: number): string => new Date(Date.UTC(2026, 7, 1 + day, 12)).toISOString();
const MODELS = 24;

function start(dice: Dice): Map<string, readonly Json[]> {
  if (!existsSync(DAY)) {
    const twins = (i: number): Json[] =>
      Array.from({ length: 1 + (i % 5) }, (_, n) =>
        endpointOf(n < 3 ? 'P' : `Q${n}`, `0.00000${n + 1}`, { quantization: i % 2 ? 'fp8' : 'unknown' }),
      );
    return new Map(Array.from({ length: MODELS }, (_, i) => [`a/${i}`, twins(i)]));
  }
  const day: { endpoints: Record<string, { endpoints: Json[] }> } = JSON.parse(
    gunzipSync(readFileSync(DAY)).toString(),
  );
  const all = Object.entries(day.endpoints).map(([model, { endpoints }]) => [model, endpoints] as const);
  return new Map(all.filter(([, endpoints]) => endpoints.length > 1 || dice.chance(0.2)).slice(0, MODELS));
}

/** An endpoint's offer told plainly: its model, tag and precision, its base prices, its limits. */
function offer(model: string, document: Json): string {
  const { overrides: _, ...base } = Object(document.pricing);
  const prices = Object.entries(base).map(([component, value]) => `${component}=${plain(value)}`);
  const limits = [document.context_length, document.max_prompt_tokens, document.max_completion_tokens];
  return [model, document.provider_name, document.tag, document.quantization, ...prices.sort(), ...limits].join(' ');
}

function offersOf(db: string): string[] {
  const rows = ask(
    db,
    `SELECT e.model_id, e.provider, e.tag, e.quantization, (SELECT group_concat(component || '=' || coalesce(price, 'dynamic'), ' ')
        FROM endpoint_prices AS p WHERE p.endpoint_id = e.id AND p.valid_to IS NULL AND p.condition = ''),
      l.context_length, l.max_prompt_tokens, l.max_completion_tokens
      FROM endpoints AS e JOIN endpoint_limits AS l ON l.endpoint_id = e.id AND l.valid_to IS NULL`,
  );
  return rows
    .map(([model, provider, tag, quantization, prices, ...limits]) =>
      [model, provider, tag, quantization, ...String(prices).split(' ').sort(), ...limits].join(' '),
    )
    .sort();
}

const labelOf = ({ provider_name, tag, quantization }: Json): string =>
  JSON.stringify([provider_name, tag, quantization]);

interface Shown {
  readonly uid: number;
  readonly document: Json;
}

/** Endpoints that were alone under their label, and truly the same, in two answers one after the other. */
function pairs(before: readonly Shown[], after: readonly Shown[]): (readonly [label: string, was: Json, is: Json])[] {
  const alone = (all: readonly Shown[]): Map<string, Shown> => {
    const labels = all.map(({ document }) => labelOf(document));
    return new Map(
      all.flatMap((one, i) =>
        labels.filter((label) => label === labels[i]).length === 1 ? [[labels[i] ?? '', one]] : [],
      ),
    );
  };
  const now = alone(after);
  return [...alone(before)].flatMap(([label, was]) => {
    const is = now.get(label);
    return is?.uid === was.uid ? [[label, was.document, is.document] as const] : [];
  });
}

/** What happened to one of them. */
function happened(model: string, [label, was, is]: readonly [string, Json, Json]): string[] {
  const events: string[] = [];
  const field = (name: string, from: unknown, to: unknown): void => {
    if (plain(from) !== plain(to)) events.push([model, label, name, plain(from), plain(to)].join(' '));
  };
  const [old, prices] = [Object(was.pricing), Object(is.pricing)];
  for (const component of ['prompt', 'completion'])
    field(`repriced pricing.${component}`, old[component], prices[component]);
  for (const limit of ['context_length', 'max_completion_tokens'])
    field(`limits_changed ${limit}`, was[limit], is[limit]);
  return events;
}

/** The same as the ledger tells it, of the labels that are meant. */
function recorded(db: string, at: string, wanted: ReadonlySet<string>): string[] {
  const rows = ask(
    db,
    `SELECT v.model_id, json_array(e.provider, e.tag, e.quantization), v.type, v.field, coalesce(v.old_value, 'null'),
      coalesce(v.new_value, 'null') FROM endpoint_events AS v JOIN endpoints AS e ON e.id = v.endpoint_id
      WHERE v.observed_at = '${at}' AND (v.field IN ('pricing.prompt', 'pricing.completion') OR v.type = 'limits_changed')`,
  );
  return rows
    .filter(([model, label]) => wanted.has(`${model} ${label}`))
    .map((row) => row.join(' '))
    .sort();
}

describe('eight days that a stranger makes up, asked over HTTP', () => {
  it.each([3, 5])(
    'seed %i',
    async (seed) => {
      const dice = new Dice(seed);
      const world = new World(dice, start(dice));
      const folder = newFolder();
      const db = join(folder, 'ledger.db');
      const saved = join(folder, 'saved');
      mkdirSync(saved);
      const upstream = await Upstream.start();
      const ids = [...world.models.keys()];
      await list(db, T(-1), ids);
      const current = new Map<string, readonly Shown[]>();
      const files: string[] = [];
      const newest: [string, readonly Shown[], readonly Shown[]][] = [];
      for (let day = 0; day < 9; day += 1) {
        newest.length = 0;
        const narrowed = day > 0 && dice.chance(0.25);
        upstream.models.clear();
        for (const model of ids) {
          const shown = world.shown(model);
          const isAsked = !narrowed || model.startsWith('d');
          if (isAsked && dice.chance(day === 0 ? 0 : 0.04)) {
            upstream.models.set(model, (_, response) => void response.writeHead(400).end());
            continue;
          }
          const documents = shown?.map(({ document }) => document);
          if (documents !== undefined) upstream.models.set(model, documents);
          if (!isAsked) continue;
          const before = current.get(model);
          if (before !== undefined) newest.push([model, before, shown ?? []]);
          current.set(model, shown ?? []);
          const path = join(saved, `${files.length}.json`);
          writeFileSync(
            path,
            JSON.stringify({ observed_at: T(day), data: { id: model, name: model, endpoints: documents ?? [] } }),
          );
          files.push(path);
        }
        if (narrowed && !ids.some((id) => id.startsWith('d'))) continue;
        await sweepAt(db, upstream.url, { at: T(day), ...(narrowed && { model: 'd*' }) });
        const truth = [...current]
          .flatMap(([model, shown]) => shown.map(({ document }) => offer(model, document)))
          .sort();
        expect(offersOf(db)).toEqual(truth);
        const same = newest.flatMap(([model, ...answers]) => pairs(...answers).map((pair) => [model, pair] as const));
        const wanted = new Set(same.map(([model, [label]]) => `${model} ${label}`));
        expect(recorded(db, T(day), wanted)).toEqual(same.flatMap(([model, pair]) => happened(model, pair)).sort());
        if (day % 4 !== 0) {
          world.advance();
          continue;
        }
        const ledger = await openForRecording(db);
        expect((await verify(ledger)).problems).toEqual([]);
        const before = told(db, false);
        await rebuild(ledger);
        ledger.close();
        expect(told(db, false)).toEqual(before);
        world.advance();
      }
      const other = join(folder, 'other.db');
      const shuffled = files.map((path) => ({ path, key: dice.next() })).sort((a, b) => a.key - b.key);
      for (let i = 0; i < 3; i += 1) {
        await importFiles(
          other,
          shuffled.filter((_, n) => n % 3 === i).map(({ path }) => path),
        );
      }
      expect(told(other, false)).toEqual(told(db, false));
    },
    120_000,
  );
});
