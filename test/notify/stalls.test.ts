import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../loopback.ts';
import { newFolder } from '../program/program.ts';

/** A program of its own, whose garbage can be collected at will. */
let stalled: string;
beforeAll(async () => {
  const folder = newFolder(afterAll);
  stalled = join(folder, 'stalled.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'stalled.ts')],
    outfile: stalled,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Where the built program lies, beside the folder of the migrations.
    define: { 'import.meta.url': JSON.stringify(new URL('../../dist/cli.js', import.meta.url).href) },
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
});

/** A receiver on the level of bytes; every connection of it is cut when the test ends. */
async function answering(talk: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    talk(socket);
  });
  const { port } = await listen(server);
  return `http://127.0.0.1:${port}`;
}

function every(ms: number, socket: Socket, act: () => void): void {
  const timer = setInterval(act, ms);
  socket.on('close', () => clearInterval(timer));
}

const RECEIVERS: Readonly<Record<string, (socket: Socket) => void>> = {
  'never answers': () => {},
  'answers a byte at a time': (socket) => every(20, socket, () => socket.write('H')),
  'answers without end': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    every(5, socket, () => socket.write(`400\r\n${'x'.repeat(1024)}\r\n`));
  },
  'sends headers without end': (socket) => {
    socket.write('HTTP/1.1 204 No Content\r\n');
    every(20, socket, () => socket.write('x: y\r\n'));
  },
  'redirects without end': (socket) => {
    socket.on('data', () => socket.write('HTTP/1.1 307 Away\r\nlocation: /\r\ncontent-length: 1000000\r\n\r\n'));
  },
};

describe('telling people, with garbage collected all the while', () => {
  test.each(Object.entries(RECEIVERS))('is over in its time where the receiver %s', async (_, talk) => {
    const url = await answering(talk);
    const args = ['--expose-gc', stalled, url, newFolder()];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 170_000,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    // A signal that is lost leaves it waiting until it is killed: then the code is null.
    const [code] = await once(child, 'close');
    expect([code, said]).toEqual([0, 'over\n']);
  });
});
