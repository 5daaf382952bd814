import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { modelList } from '../upstream/misbehaving.ts';
import { call } from './call.ts';
import { type Exit, lastRun, newFolder, query } from './program.ts';
import { tokenLedger } from './tokenLedger.ts';

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
/** A text as it may be saved; each is to be read as the first is. */
const WAYS: Readonly<Record<string, (text: string) => Buffer>> = {
  'plain UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16 as PowerShell writes it': (text) => utf16(`\ufeff${text}`),
  'UTF-16, big end first': (text) => utf16(`\ufeff${text}`).swap16(),
  'UTF-16 without a mark': utf16,
};
const LOG = 'model,time,prompt_tokens,completion_tokens,note\r\nopenai/gpt-5,2027-01-01T00:00:00Z,1000,10,Café\r\n';
const CALIBRATION = Array.from({ length: 5 }, (_, i) =>
  JSON.stringify({ model: 'acme/other', prompt_tokens: 100 + i, text: 'Ein Café, bitte. '.repeat(20) }),
).join('\n');

let folder: string;
let db: string;

beforeAll(async () => {
  folder = newFolder((clean) => process.once('exit', clean));
  db = await tokenLedger(folder);
});

/** What each command that reads a text of a person’s makes of it. */
const READERS: Readonly<Record<string, [text: string, args: readonly string[]]>> = {
  'cost --log': [LOG, ['cost', '--log', 'saved', '--at', 'now', '--json']],
  'cost --text': ['Café ☕ olé', ['cost', 'openai/gpt-5', '--text', 'saved', '--json']],
  'tokens of a chat': ['[{"role":"user","content":"Café"}]', ['tokens', 'saved', '--json']],
  calibrate: [CALIBRATION, ['calibrate', 'saved', '--json']],
};

/** The command's own answer, whatever the text was called. */
async function answerTo(args: readonly string[], input?: Buffer): Promise<Exit> {
  const env = { MODEL_LEDGER_NOW: '2027-01-01T00:00:00Z' };
  const named = input === undefined ? args : args.map((word) => (word === 'saved' ? '-' : word));
  const answer = await call([...named, '--db', db], { cwd: folder, env, ...(input && { input }) });
  return { ...answer, stdout: answer.stdout.replace('standard input', 'saved') };
}

test.each(Object.entries(READERS))('%s reads every Unicode that says what it is', async (_, [text, args]) => {
  writeFileSync(join(folder, 'saved'), text);
  const { code, stdout } = await answerTo(args);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^\{/)]);
  for (const [way, encode] of Object.entries(WAYS)) {
    writeFileSync(join(folder, 'saved'), encode(text));
    expect([way, (await answerTo(args)).stdout]).toEqual([way, stdout]);
    expect([way, (await answerTo(args, encode(text))).stdout]).toEqual([way, stdout]);
  }
});

test.each(Object.entries(READERS))(
  '%s refuses an encoding that it can only guess, by name',
  async (_, [text, args]) => {
    writeFileSync(join(folder, 'saved'), Buffer.from(text.replaceAll('☕', ''), 'latin1'));
    const { code, stdout, stderr } = await call([...args, '--db', db], { cwd: folder });
    const at = text.indexOf('é');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`it is not UTF-8 at byte ${at} (0xe9), perhaps Latin-1 or Windows-1252`);
    expect(stderr).toContain('  Save it as UTF-8, for instance with iconv -f ENCODING -t UTF-8.\n');
  },
);

test.each([...Object.entries(WAYS), ['gzip', gzipSync]] as const)(
  'sync takes a saved list in %s',
  async (_, encode) => {
    const own = newFolder();
    writeFileSync(join(own, 'list.json'), encode(modelList(30)));
    for (const [file, source, input] of [
      ['file.db', 'list.json', ''],
      ['pipe.db', '-', encode(modelList(30))],
    ] as const) {
      const { code, stderr } = await call(['sync', '--source', source, '--db', file], { cwd: own, input });
      expect([code, stderr]).toEqual([0, `Began a new ledger in ${file}.\n`]);
      expect(lastRun(join(own, file))).toMatchObject({ status: 'changed', model_count: 30 });
      expect(query(join(own, file), 'SELECT count(*) AS n FROM models WHERE name IS NULL')).toEqual([{ n: 0 }]);
    }
  },
);

test.each(['plain UTF-8', 'UTF-8 with a mark'])('sync and import keep a saved list in %s to the byte', async (way) => {
  const own = newFolder();
  const body = WAYS[way]?.(modelList(30)) ?? Buffer.alloc(0);
  const kept = [{ sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length }];
  writeFileSync(join(own, '2026-05-01.json'), body);
  for (const command of [
    ['sync', '--source'],
    ['import', 'files'],
  ]) {
    const db = join(newFolder(), 'ledger.db');
    expect((await call([...command, '2026-05-01.json', '--db', db], { cwd: own })).code).toBe(0);
    expect(query(db, 'SELECT sha256, bytes FROM archive')).toEqual(kept);
  }
});

test('what sync cannot unpack it rejects by name, and keeps as it came', async () => {
  const own = newFolder();
  const half = gzipSync(modelList(30)).subarray(0, 300);
  writeFileSync(join(own, 'list.json.gz'), half);
  const { code, stdout } = await call(['sync', '--source', 'list.json.gz', '--db', 'own.db'], { cwd: own });
  expect([code, stdout]).toEqual([
    4,
    expect.stringContaining('rejected: The answer is compressed with gzip, and was not unpacked.'),
  ]);
  expect(lastRun(join(own, 'own.db'))).toMatchObject({ status: 'rejected', error_code: 'not_json', body_bytes: 300 });
});
