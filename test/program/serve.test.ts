import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { listen } from '../loopback.ts';
import { ledgerOf, newFolder, run, sample } from './program.ts';
import { served } from './served.ts';

describe('serve', () => {
  test('answers at the loopback, logs a line a request and sees what a sync beside it records', async () => {
    const db = await ledgerOf(newFolder(), 2);
    const { url, log } = await served(['--db', db]);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const before = await fetch(`${url}/api/v1/models?output_modalities=all`);
    expect(JSON.parse(await before.text()).total_count).toBe(41);
    const synced = await run(['sync', '--db', db, '--source', sample(3)], {
      env: { MODEL_LEDGER_NOW: '2026-05-14T00:00:00Z' },
    });
    expect(synced.code).toBe(0);
    expect(JSON.parse(await (await fetch(`${url}/api/v1/models?output_modalities=all`)).text()).total_count).toBe(43);
    const line = /^GET \/api\/v1\/models\?output_modalities=all 200 \d+\.\d ms$/gm;
    await vi.waitFor(() => expect(log().match(line)).toHaveLength(2), { timeout: 60_000 });
    expect(log()).not.toContain('Anyone');
  });

  test('ends at SIGTERM, with connections open', async () => {
    const { url, child, exit } = await served(['--db', await ledgerOf(newFolder(), 1)]);
    const { port } = new URL(url);
    const half = connect(Number(port), '127.0.0.1');
    half.on('error', () => {});
    half.write('GET /api/v1/models HTTP/1.1\r\nHost: x\r\n');
    const kept = connect(Number(port), '127.0.0.1');
    kept.on('error', () => {});
    kept.write('GET /api/v1/models/count HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => kept.once('data', resolve));
    child.kill('SIGTERM');
    expect((await exit).code).toBe(143);
  });

  test('warns where others may reach it without a token, and asks for the one of the file', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 1);
    // As PowerShell writes it.
    writeFileSync(join(folder, 'token'), '\ufeffs3cret\r\n', 'utf16le');
    const open = await served(['--db', db, '--host', '0.0.0.0']);
    expect(open.log()).toContain('Anyone who reaches 0.0.0.0 can read everything');
    const closed = await served(['--db', db, '--host', '0.0.0.0', '--token-file', join(folder, 'token')]);
    const url = closed.url.replace('0.0.0.0', '127.0.0.1');
    expect((await fetch(`${url}/api/v1/models`)).status).toBe(401);
    expect((await fetch(`${url}/api/v1/models`, { headers: { authorization: 'Bearer s3cret' } })).status).toBe(200);
    expect(closed.log()).not.toMatch(/anyone|s3cret/);
  });

  test('starts without a data file, says so, and serves it when it is there', async () => {
    const folder = newFolder();
    const db = join(folder, 'later.db');
    const { url, log } = await served(['--db', db]);
    expect(log()).toContain('does not exist');
    expect((await fetch(`${url}/api/v1/models`)).status).toBe(503);
    await run(['sync', '--db', db, '--source', sample(1)]);
    expect((await fetch(`${url}/api/v1/models`)).status).toBe(200);
  });

  test('refuses bodies, endless headers and what is no HTTP', async () => {
    const { url } = await served(['--db', await ledgerOf(newFolder(), 1)]);
    const { port } = new URL(url);
    const ask = async (text: string): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(text);
      let answer = '';
      for await (const chunk of socket) {
        answer += String(chunk);
        if (/\}$/.test(answer)) break;
      }
      return answer;
    };
    const wrongHost = 'GET /api/v1/models/count HTTP/1.1\r\nHost: no host/\r\n\r\n';
    expect(await ask(wrongHost)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"count":/);
    expect(await ask('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*\{"error":\{"code":400,/);
    expect(await ask(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await ask(`GET /api/v1/models HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 413 [\s\S]*"code":413/,
    );
    expect(await ask(`GET /api/v1/models HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 413 /,
    );
  });

  test('closes a connection that was refused, also where its peer keeps it open', async () => {
    const { url } = await served(['--db', await ledgerOf(newFolder(), 1)]);
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.write('nonsense\r\n\r\n');
    await once(socket.resume(), 'end');
    const knocking = setInterval(() => socket.write('x'), 100);
    const [error] = await once(socket, 'error');
    clearInterval(knocking);
    expect(error).toHaveProperty('code', expect.stringMatching(/^(?:EPIPE|ECONNRESET)$/));
  });

  test('says what it cannot have: a port that is taken, a token that is empty or no text', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 1);
    const { port } = await listen(createServer());
    const taken = await run(['serve', '--db', db, '--port', String(port)]);
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining(`127.0.0.1:${port} cannot be listened at`)]);
    writeFileSync(join(folder, 'empty'), '\n');
    const empty = await run(['serve', '--db', db, '--token-file', join(folder, 'empty')]);
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('is empty; nothing is served.')]);
    writeFileSync(join(folder, 'latin'), 's\xe9cret\n', 'latin1');
    const latin = await run(['serve', '--db', db, '--token-file', join(folder, 'latin')]);
    expect([latin.code, latin.stderr]).toEqual([2, expect.stringContaining('is neither UTF-8 nor UTF-16; nothing is')]);
    for (const wrong of [
      ['--port', '99999'],
      ['--base-path', '/a b'],
      ['--host', ''],
    ])
      expect((await run(['serve', '--db', db, ...wrong])).code).toBe(2);
  });
});
