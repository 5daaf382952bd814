import type { Define } from './shared/command.ts';

/** A command of the program. Its code is loaded only when it is used. */
interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly define: Define }>;
  /** A command for scripts, which the help leaves out. */
  readonly hidden?: boolean;
  /** Starts slow preparations before the arguments are read. */
  readonly warmUp?: () => Promise<void>;
}

/** The commands in the order of the help. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  sync: { summary: 'fetch the list and record what changed', load: () => import('./sync/sync.ts') },
  endpoints: { summary: 'record who serves each model, at what price', load: () => import('./endpoints/endpoints.ts') },
  import: { summary: 'record older snapshots', load: () => import('./import.ts') },
  snapshot: { summary: 'print a body byte for byte', load: () => import('./snapshot.ts') },
  verify: { summary: 'check the tables against the archive', load: () => import('./verify.ts') },
  rebuild: { summary: 'rebuild the tables from the archive', load: () => import('./rebuild.ts') },
  backup: { summary: 'copy the data file while it is in use', load: () => import('./backup.ts') },
  restore: { summary: 'put a backup in the data file’s place, safely', load: () => import('./restore.ts') },
  export: { summary: 'the tables for other engines', load: () => import('./export/export.ts') },
  daemon: { summary: 'keep running and sync on a schedule', load: () => import('./daemon.ts') },
  schedule: { summary: 'print or install a timer or a crontab line', load: () => import('./schedule/schedule.ts') },
  changes: { summary: 'what changed, newest first', load: () => import('./changes/changes.ts') },
  show: { summary: 'one model: its prices, limits and history', load: () => import('./show/show.ts') },
  prices: { summary: 'the price list, now or at any instant', load: () => import('./prices/prices.ts') },
  providers: {
    summary: 'who serves a model, the cheapest first, now or at any instant',
    load: () => import('./providers/providers.ts'),
  },
  diff: { summary: 'what differs between two instants', load: () => import('./diff/diff.ts') },
  cost: { summary: 'what requests cost, exactly, now or at any instant', load: () => import('./cost/cost.ts') },
  sql: {
    summary: 'any question, read-only',
    load: () => import('./sql/sql.ts'),
    warmUp: async () => (await import('./sql/sqlChild.ts')).warmUp(),
  },
  serve: { summary: 'serve the list and its history over HTTP', load: () => import('./serve/serve.ts') },
  site: { summary: 'write the served pages as files', load: () => import('./site/site.ts') },
  tokens: { summary: 'how many tokens a text has in each tokenizer', load: () => import('./tokens/tokens.ts') },
  calibrate: { summary: 'learn token counts from your own usage log', load: () => import('./calibrate.ts') },
  status: { summary: 'whether the record is being kept', load: () => import('./status/status.ts') },
  demo: { summary: 'play nine sample answers, without a network', load: () => import('./demo.ts') },
  config: { summary: 'show the settings in force', load: () => import('./config.ts') },
  completion: {
    summary: 'shell completion of commands and model ids',
    load: () => import('./completion/completion.ts'),
  },
  __complete: { summary: '', hidden: true, load: () => import('./completion/complete.ts') },
};
