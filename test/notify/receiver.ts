import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { type Listening, listen } from '../loopback.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver extends Listening {
  readonly url: string;
  readonly received: Received[];
}

/** Somebody who is told, until the test ends: keeps what is posted and answers 204, or as told. */
export async function receive(
  answer: (response: ServerResponse, received: Received) => void = (response) => response.writeHead(204).end(),
  port = 0,
): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
      received.push(one);
      answer(response, one);
    });
  });
  const listening = await listen(server, onTestFinished, port);
  return { url: `http://127.0.0.1:${listening.port}`, received, ...listening };
}
