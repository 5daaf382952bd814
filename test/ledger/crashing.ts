import { openForWriting } from '../../src/ledger/store/open.ts';
import { record } from '../ledgers.ts';
import { crashList } from './crashLists.ts';
import { hour, snapshot } from './snapshots.ts';

/**
 * A process that records lists one by one and says so, from the given one on, until it is killed. With a table it kills
 * itself at the first row that is written there.
 */
async function recordUntilKilled(file: string, from: number, table: string | undefined): Promise<void> {
  const ledger = await openForWriting(file);
  if (table !== undefined) {
    ledger.sqlite.function('die', () => process.kill(process.pid, 'SIGKILL'));
    for (const event of ['INSERT', 'UPDATE']) {
      ledger.sqlite.exec(`CREATE TEMP TRIGGER die_${event} AFTER ${event} ON main.${table} BEGIN SELECT die(); END`);
    }
  }
  process.stdout.write('ready\n');
  for (let i = from; ; i += 1) {
    record(ledger, snapshot(hour(i), crashList(i)));
    process.stdout.write(`${i}\n`);
  }
}

const [file = '', from, table] = process.argv.slice(2);
void recordUntilKilled(file, Number(from), table);
