import { join } from 'node:path';
import { openForWriting } from '../../src/ledger/store/open.ts';
import { Notifier } from '../../src/notify/notifier.ts';
import { readReceivers } from '../../src/notify/receivers.ts';

/** A program of its own: tells a receiver that stalls of one run, and collects garbage as often as it can. */

const [url = '', folder = ''] = process.argv.slice(2);
const file = join(folder, 'ledger.db');
(await openForWriting(file)).close();
const env = { MODEL_LEDGER_WEBHOOK_ALLOW: '127.0.0.1', MODEL_LEDGER_PING_URL: url };
const stop = new AbortController();
const notifier = new Notifier(readReceivers(env), {
  env,
  userAgent: 'model-ledger/test',
  now: () => new Date(),
  signal: stop.signal,
  randomId: () => '1',
  warn: () => {},
  timing: { runMs: 900, tryMs: 300, pauseMs: 10 },
});
const collect = setInterval(() => globalThis.gc?.(), 10);
notifier.begin();
await notifier.end(file, { error: new Error('no list') });
clearInterval(collect);
process.stdout.write('over\n');
