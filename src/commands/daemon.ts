import { Option } from 'commander';
import { messageOf, tryTo, withoutStop } from '../core/errors.ts';
import { daemon } from '../daemon.ts';
import { healthOf } from '../ledger/queries/health.ts';
import { readLedger } from '../ledger/store/open.ts';
import { OneAtATime } from '../schedule/oneAtATime.ts';
import { connectServiceManager } from '../schedule/systemdNotify.ts';
import type { Define } from './shared/command.ts';
import type { Context } from './shared/context.ts';
import type { LogFormat } from './shared/formats.ts';
import { type Log, openLog } from './shared/log.ts';
import { readSpan, sourceOption, spanOption } from './shared/options.ts';
import { runSync } from './sync/sync.ts';

interface Options {
  readonly cron: string;
  readonly timezone: string;
  readonly deadline: number;
  readonly db: string;
  readonly source: string;
  readonly logFormat: LogFormat;
  readonly endpointsEvery?: number;
  readonly pause: number;
}

export const define: Define = (command, context) => {
  command
    .addOption(new Option('--cron <expression>', 'when to run, minute hour day month weekday').default('7 * * * *'))
    .addOption(new Option('--timezone <zone>', 'the time zone of the expression').default('UTC'))
    .addOption(spanOption('--deadline <span>', 'stop a run that takes longer', '10m'))
    .addOption(sourceOption('url|file'))
    .option('--endpoints-every <span>', 'also sweep over the endpoints, if the last sweep is older: 6h', readSpan)
    .shares('pause', 'db', 'logFormat')
    .action((options: Options) => runDaemon(options, context))
    .examples([
      ['daemon', 'keep running and sync at minute 7 of every hour, UTC'],
      ["daemon --cron '*/15 * * * *' --db /var/lib/model-ledger/ledger.db", 'every quarter of an hour, in that file'],
      ['daemon --endpoints-every 6h', 'the same, and every six hours who serves each model, at what price'],
      ["daemon --cron '30 2 * * *' --timezone Europe/Berlin", 'once a day by a local clock'],
    ]);
};

async function runDaemon(options: Options, context: Context): Promise<void> {
  const { cron, timezone, deadline: deadlineMs, db, source, logFormat, pause } = options;
  const log = openLog(context, logFormat, true);
  const manager = connectServiceManager(context.env, (message) => log.warn(message));
  // Without a handler, closing the terminal would end the process in the middle of a run.
  const onHangUp = (): void => log.info('SIGHUP: there is nothing to reload; SIGTERM ends the daemon.');
  process.on('SIGHUP', onHangUp);
  const sweeps = new OneAtATime();
  try {
    await daemon(
      { expression: cron, timezone, deadlineMs },
      {
        run: async (signal) => {
          await runSync({ db, source, trigger: 'daemon', logFormat, pause }, { ...context, signal });
          // Not waited for, so that a sweep delays no run.
          if (options.endpointsEvery !== undefined && !context.signal.aborted)
            void sweeps.begin(() => sweep(options, context, log));
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
    await sweeps.idle();
    await manager.stopping();
    manager.close();
  }
}

/** A failed sweep is only logged: it must not end the daemon, nor change its exit code. */
async function sweep({ db, source, pause, endpointsEvery }: Options, context: Context, log: Log): Promise<void> {
  try {
    const { runSweep } = await import('./endpoints/sweepRun.ts');
    const request = { db, source, trigger: 'daemon', pauseMs: pause, everyMs: endpointsEvery } as const;
    await runSweep(request, { ...context }, log);
  } catch (error) {
    log.error(`The sweep failed: ${withoutStop(messageOf(error))}.`);
  }
}

/** Null also if the file cannot be read; the first run will create it, or say what is wrong. */
function lastGoodOf(db: string): Date | null {
  const lastGood = tryTo(() => readLedger(db, healthOf))?.lastGood ?? null;
  return lastGood === null ? null : new Date(lastGood.finishedAt);
}
