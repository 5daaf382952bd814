import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { call } from './call.ts';
import { newFolder } from './program.ts';

/** One sentence or several: no line begins small, unless with a name, an option or a path, and each ends with its stop. */
const ERROR = /^model-ledger: (?:[A-Z"]|--|\/|\.{1,2}\/|\w+[./])[^\n]*[.?]\n(?: {2}[A-Z][^\n]*[.?]\n)?$/;

describe('what a failing command says', () => {
  test.each([
    ['foo'],
    ['snyc'],
    ['sync', '--wiat'],
    ['sync', '--wait'],
    ['sync', '--wait', 'long'],
    ['sync', '--source', './nowhere.json'],
    ['sync', '--source', 'ftp://x/'],
    ['prices', '--sort', 'colour'],
    ['prices'],
    ['show'],
    ['cost'],
    ['sql', 'a', 'b'],
    ['changes', '--type', 'x'],
    ['changes', '--since', 'soon'],
    ['snapshot', '--run', '1', '--at', 'now'],
    ['import', 'git', './nowhere', '--path', 'x'],
    ['import', 'files', './nowhere'],
    ['daemon', '--cron', '70 * * * *'],
    ['status', '--config', 'nowhere.json'],
    ['restore', 'nowhere.db'],
    ['tokens', 'nowhere.txt'],
  ])('is one sentence and what to do: %s %s', async (...args) => {
    const { code, stdout, stderr } = await call(args, { cwd: newFolder() });
    expect([code, stdout, stderr]).toEqual([expect.toBeOneOf([2, 3, 5]), '', expect.stringMatching(ERROR)]);
  });

  test('the near command is named, and for the others where to look', async () => {
    expect((await call(['snyc'])).stderr).toBe('model-ledger: Unknown command "snyc".\n  Did you mean sync?\n');
    expect((await call(['foo'])).stderr).toBe(
      'model-ledger: Unknown command "foo".\n  Run model-ledger --help to see what it takes.\n',
    );
    const option = await call(['import', 'files', '--acept']);
    expect(option.stderr).toBe('model-ledger: Unknown option "--acept".\n  Did you mean --accept?\n');
    const variable = await call(['status'], { env: { MODEL_LEDGER_DB: 'folder/' } });
    expect(variable.stderr).toBe(
      'model-ledger: "folder/" in MODEL_LEDGER_DB is no value for --db: expected the name of a file, not of a folder.\n' +
        '  Run model-ledger status --help to see what it takes.\n',
    );
  });
});

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const LITERAL = /'(?<single>(?:[^'\\\n]|\\.)*)'|`(?<template>(?:[^`\\]|\\.)*)`|"(?<double>(?:[^"\\\n]|\\.)*)"/y;
const CLASSES = 'UsageError|UpstreamError|RejectedError|DataFileError|LockedError|ExportError';
/** Where a message or a hint begins in the source. */
const PLACE = new RegExp(
  String.raw`new (?:${CLASSES})\(\s*'[^']*',\s*|new (?:ParameterError\(|RequestError\(\d+,)\s*|\bhint(?:: | = )|\b(?:note\(context, |log\.(?:warn|error)\(\s*)`,
  'g',
);
/** Names that are written small. */
const SMALL =
  /^(?:\$\{|"|--|cron\b|crontab |systemd |systemctl |journalctl|model-ledger |discount |total_count |[a-z]\w+: |gpt-)/;

/** What the source says in one place, where it is written out there. */
function* sayings(): Generator<{ file: string; isHint: boolean; words: string }> {
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))) {
    const text = readFileSync(join(SRC, file), 'utf8');
    for (const place of text.matchAll(PLACE)) {
      LITERAL.lastIndex = place.index + place[0].length;
      const { single, template, double } = LITERAL.exec(text)?.groups ?? {};
      const words = single ?? template ?? double;
      // One in which another is nested is cut short here.
      const isWhole = words?.split('${').length === words?.split('}').length;
      if (words !== undefined && isWhole) yield { file, isHint: place[0].startsWith('hint'), words };
    }
  }
}

describe('every message and hint in the source', () => {
  const all = [...sayings()];

  test('is found', () => {
    expect([all.length > 200, all.filter(({ isHint }) => isHint).length > 80]).toEqual([true, true]);
  });

  test('begins with a capital, or with what is written small', () => {
    // Words that have a name of their own, `${RESTORE}`, begin so too.
    const large = /^(?:[A-Z]|\$\{[A-Z_]+\})/;
    expect(all.filter(({ words, isHint }) => !large.test(words) && (isHint || !SMALL.test(words)))).toEqual([]);
  });

  test('ends with its stop', () => {
    // A line that ends in a part that is itself a sentence has that one's.
    expect(
      all.filter(({ words }) => !/[.?]$/.test(words) && !/(?:[wW]ords|message|advice)[^{}]*\}$/.test(words)),
    ).toEqual([]);
  });

  test('a hint begins with what to do', () => {
    const first =
      /^(?:It|The|There|This|That|A|An|Your|You|Nothing|No|If|Of|In|All|What|Which|Another|One|model-ledger)\b/;
    expect(all.filter(({ words, isHint }) => isHint && first.test(words))).toEqual([]);
  });
});
