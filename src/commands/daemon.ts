import { type Command, Option } from 'commander';
import { DEFAULTS } from '../config/settings.ts';
import { checkExpression, daemon } from '../daemon.ts';
import { healthOf } from '../ledger/queries/health.ts';
import { openForReading } from '../ledger/store/open.ts';
import { connectServiceManager } from '../schedule/systemdNotify.ts';
import { addExamples, dbOption, logFormatOption, openLog, readSpan } from './shared/command.ts';
import type { Context } from './shared/context.ts';
import type { LogFormat } from './shared/log.ts';
import { runSync } from './sync/sync.ts';

interface Options {
  readonly cron: string;
  readonly timezone: string;
  readonly deadline: number;
  readonly db: string;
  readonly source: string;
  readonly logFormat: LogFormat;
}

export function define(command: Command, context: Context): void {
  command
    .addOption(new Option('--cron <expression>', 'when to run, minute hour day month weekday').default('7 * * * *'))
    .addOption(new Option('--timezone <zone>', 'the time zone of the expression').default('UTC'))
    .addOption(
      new Option('--deadline <span>', 'stop a run that takes longer').argParser(readSpan).default(600_000, '10m'),
    )
    .addOption(
      new Option('--source <url|file>', 'where the list comes from')
        .env('MODEL_LEDGER_SOURCE')
        .default(DEFAULTS.source),
    )
    .addOption(dbOption())
    .addOption(logFormatOption())
    .action((options: Options) => runDaemon(options, context));
  addExamples(command, [
    ['daemon', 'stay and sync at minute 7 of every hour, UTC'],
    ["daemon --cron '*/15 * * * *' --db /var/lib/model-ledger/ledger.db", 'every quarter of an hour, in that file'],
    ["daemon --cron '30 2 * * *' --timezone Europe/Berlin", 'once a day by a local clock'],
  ]);
}

async function runDaemon(options: Options, context: Context): Promise<void> {
  const { cron, timezone, deadline: deadlineMs, db, source, logFormat } = options;
  const log = await openLog(context, logFormat, true);
  const manager = connectServiceManager(context.env, (message) => log.warn(message));
  // Without a handler the end of a terminal session would end the process in the middle of a run.
  const onHangUp = (): void => log.info('SIGHUP: there is nothing to reload; SIGTERM ends the daemon');
  process.on('SIGHUP', onHangUp);
  try {
    await daemon(
      { expression: checkExpression(cron), timezone, deadlineMs },
      {
        run: async (signal) => {
          await runSync({ db, source, trigger: 'daemon', logFormat }, { ...context, signal });
        },
        lastGood: () => lastGoodOf(db),
        now: context.now,
        signal: context.signal,
        log: (message) => log.info(message),
        started: manager.ready,
      },
    );
  } finally {
    process.off('SIGHUP', onHangUp);
    await manager.stopping();
    manager.close();
  }
}

/** Null also where the file is not there yet: the first run makes it. */
function lastGoodOf(db: string): Date | null {
  try {
    const ledger = openForReading(db);
    try {
      const { lastGood } = healthOf(ledger);
      return lastGood === null ? null : new Date(lastGood.finishedAt);
    } finally {
      ledger.close();
    }
  } catch {
    return null;
  }
}
