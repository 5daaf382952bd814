import type { Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Listening {
  readonly port: number;
  /** Ends it and every connection to it. */
  readonly close: () => Promise<void>;
}

/** Listens at the loopback, at a free port unless told, until the test ends; outside of tests, until the file does. */
export async function listen(
  server: Server,
  whenOver: (clean: () => Promise<void>) => void = onTestFinished,
  port = 0,
): Promise<Listening> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed());
      for (const socket of open) socket.destroy();
    });
  whenOver(close);
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen at a port');
  return { port: address.port, close };
}
