import { Socket } from 'node:net';
import { workerData } from 'node:worker_threads';

/**
 * A thread beside the one that SQLite blocks. It kills the process when the parent process is gone, and when the query
 * uses too much memory: SQLite's own limit does not work in builds without memory statistics, and V8's limit does not
 * cover SQLite.
 */

const { questions, most }: { questions: number; most: number } = workerData;
const EVERY_MS = 10;

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

// The parent keeps the other end open, and the kernel closes it when the parent ends, for whatever reason.
new Socket({ fd: questions, readable: true, writable: false }).on('error', end).on('close', end).resume();

setInterval(() => {
  if (process.memoryUsage.rss() > most) end();
}, EVERY_MS);
