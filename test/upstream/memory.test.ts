import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FETCH_MEGABYTES, PEAK } from '../memory.ts';
import { misbehaviours, startUpstream } from './misbehaving.ts';

const ENTRY = new URL('../../src/upstream/openrouter/fetchList.ts', import.meta.url).pathname;
const CHILD = `
import { fetchList } from './openrouter.mjs';
const code = await fetchList({ url: new URL(process.argv[2]), env: {}, userAgent: 'test' }).catch((error) => error.code);
console.log(JSON.stringify({ code, megabytes: ${PEAK} }));
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-ledger-memory-'));
  const banner = { js: "import{createRequire as cr}from'node:module';const require=cr(import.meta.url);" };
  const outfile = join(folder, 'openrouter.mjs');
  await build({
    entryPoints: [ENTRY],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outfile,
    banner,
  });
  await writeFile(join(folder, 'child.mjs'), CHILD);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the memory of a process that fetches', () => {
  it.each(['a gzip bomb', 'an endless body'] as const)(`stays below ${FETCH_MEGABYTES} MB under %s`, async (name) => {
    const upstream = await startUpstream(misbehaviours[name]);
    try {
      const child = await promisify(execFile)(process.execPath, [join(folder, 'child.mjs'), upstream.url.href]);
      const seen: unknown = JSON.parse(child.stdout);
      expect(seen).toEqual({ code: 'too_large', megabytes: expect.any(Number) });
      expect(Number(/"megabytes":([\d.]+)/.exec(child.stdout)?.[1])).toBeLessThan(FETCH_MEGABYTES);
    } finally {
      await upstream.close();
    }
  });
});
