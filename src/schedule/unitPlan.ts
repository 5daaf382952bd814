import type { Plan } from './plan.ts';

/** `user`: the caller's own service manager; `system`: the machine's, which runs it as `account`. */
export type UnitScope = 'user' | 'system';

export interface UnitPlan extends Plan {
  /** The units are `<name>.service` and `<name>.timer`. */
  readonly name: string;
  readonly scope: UnitScope;
  /** The system scope only: the user who owns the data file. */
  readonly account?: string;
  /** Whether the service manager may give the run file systems, users and capabilities of its own. */
  readonly isolate: boolean;
  /** An `OnCalendar` expression, as `systemd-analyze calendar` takes it. */
  readonly every: string;
  /** Each run starts up to so many seconds late, so that not all the world asks at once. */
  readonly randomDelay: number;
  /** A server that stays, instead of a sync on a schedule. */
  readonly serve?: ServePlan;
}

/** What the server is told; its paths are absolute. */
export interface ServePlan {
  readonly host: string;
  readonly port: number;
  readonly basePath?: string;
  /** A file with the bearer token that the API requires. */
  readonly tokenFile?: string;
}
