import type { Plan } from './plan.ts';

/** `user`: the caller's own service manager; `system`: that of the machine, which runs the service as `account`. */
export type UnitScope = 'user' | 'system';

export interface UnitPlan extends Plan {
  /** The units are named `<name>.service` and `<name>.timer`. */
  readonly name: string;
  readonly scope: UnitScope;
  /** Only in the system scope: the user that the service runs as. */
  readonly account?: string;
  /** Whether the service manager may use namespaces to isolate the service. */
  readonly isolate: boolean;
  /** An `OnCalendar` expression, as `systemd-analyze calendar` takes it. */
  readonly every: string;
  /** Each run starts up to this many seconds late, so that not everybody asks upstream at the same moment. */
  readonly randomDelay: number;
  /** A server that runs all the time, instead of a sync on a schedule. */
  readonly serve?: ServePlan;
}

/** The options of the server; paths are absolute. */
export interface ServePlan {
  readonly host: string;
  readonly port: number;
  readonly basePath?: string;
  /** A file with the bearer token that the API requires. */
  readonly tokenFile?: string;
}
