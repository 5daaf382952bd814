import { execFile } from 'node:child_process';
import { childEnvironment } from '../config/childEnvironment.ts';
import type { Env } from '../config/settings.ts';
import { withoutStop } from '../core/errors.ts';

/** Tells systemd the state of the service, in the terms of `sd_notify`. */
export interface ServiceManager {
  readonly ready: () => void;
  readonly stopping: () => Promise<void>;
  readonly close: () => void;
}

/** What `systemd-notify` needs to reach systemd. */
const NEEDED = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'];

/**
 * Uses systemd's own `systemd-notify`. Does nothing unless systemd asked for it by setting `NOTIFY_SOCKET`. The watchdog
 * is notified twice in each of its intervals.
 * @param onProblem called when systemd cannot be notified, once until it works again
 */
export function connectServiceManager(env: Env, onProblem: (message: string) => void): ServiceManager {
  if (!env.NOTIFY_SOCKET) return { ready: () => {}, stopping: async () => {}, close: () => {} };
  const options = { env: childEnvironment(env, NEEDED), timeout: 5000, killSignal: 'SIGKILL' } as const;
  let isWorking = true;
  const tell = (state: string): Promise<void> =>
    new Promise((settle) => {
      execFile('systemd-notify', ['--', state], options, (error) => {
        if (error && isWorking) onProblem(`systemd could not be told ${state}: ${withoutStop(error.message)}.`);
        isWorking = error === null;
        settle();
      });
    });
  const span = Number(env.WATCHDOG_USEC ?? 0) / 1000;
  const timer = span > 0 ? setInterval(() => void tell('WATCHDOG=1'), span / 2) : undefined;
  return {
    ready: () => void tell('READY=1'),
    stopping: () => tell('STOPPING=1'),
    close: () => clearInterval(timer),
  };
}
