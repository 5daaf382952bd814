import { Socket } from 'node:net';
import { workerData } from 'node:worker_threads';

/**
 * A thread beside the one that SQLite keeps busy: ends the process at once where whoever asked is gone, however that went,
 * and where the answer takes more memory than it may. SQLite's own limit counts only with statistics that this build of it
 * leaves out, and V8's knows nothing of SQLite.
 */

const { questions, most }: { questions: number; most: number } = workerData;
const EVERY_MS = 10;

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** The other end is held open as long as the program that asked lives: the kernel closes it, however it ended. */
new Socket({ fd: questions, readable: true, writable: false }).on('error', end).on('close', end).resume();

setInterval(() => {
  if (process.memoryUsage.rss() > most) end();
}, EVERY_MS);
