import type { Define } from './shared/command.ts';

/** A command of the program; what it takes to run it is loaded only where it is asked for. */
interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly define: Define }>;
  /** For scripts, not for people. */
  readonly hidden?: boolean;
  /** Starts what takes long, while the arguments are still being read. */
  readonly warmUp?: () => Promise<void>;
}

export const COMMANDS: readonly CommandEntry[] = [
  { name: 'sync', summary: 'fetch the list and record what changed', load: () => import('./sync/sync.ts') },
  {
    name: 'endpoints',
    summary: 'record who serves each model, at what price',
    load: () => import('./endpoints/endpoints.ts'),
  },
  { name: 'import', summary: 'record older snapshots', load: () => import('./import.ts') },
  { name: 'snapshot', summary: 'print a body byte for byte', load: () => import('./snapshot.ts') },
  { name: 'verify', summary: 'hold the tables against the archive', load: () => import('./verify.ts') },
  { name: 'rebuild', summary: 'make the tables anew from the archive', load: () => import('./rebuild.ts') },
  { name: 'backup', summary: 'copy the data file while it is in use', load: () => import('./backup.ts') },
  {
    name: 'restore',
    summary: 'put a copy in the data file’s place, safely',
    load: () => import('./restore.ts'),
  },
  { name: 'export', summary: 'the tables for other engines', load: () => import('./export/export.ts') },
  { name: 'daemon', summary: 'stay and sync on a schedule', load: () => import('./daemon.ts') },
  {
    name: 'schedule',
    summary: 'print or install a timer or a crontab line',
    load: () => import('./schedule/schedule.ts'),
  },
  { name: 'changes', summary: 'what changed, newest first', load: () => import('./changes/changes.ts') },
  { name: 'show', summary: 'one model: prices, limits, life', load: () => import('./show/show.ts') },
  {
    name: 'prices',
    summary: 'the price list, now or at any instant',
    load: () => import('./prices/prices.ts'),
  },
  {
    name: 'providers',
    summary: 'who serves a model, the cheapest first, now or then',
    load: () => import('./providers/providers.ts'),
  },
  { name: 'diff', summary: 'what differs between two instants', load: () => import('./diff/diff.ts') },
  { name: 'cost', summary: 'what requests cost, exactly, now or then', load: () => import('./cost/cost.ts') },
  {
    name: 'sql',
    summary: 'any question, read-only',
    load: () => import('./sql/sql.ts'),
    warmUp: async () => (await import('./sql/sqlChild.ts')).warmUp(),
  },
  { name: 'serve', summary: 'the list and its past over HTTP', load: () => import('./serve/serve.ts') },
  { name: 'site', summary: 'the same pages as files', load: () => import('./site/site.ts') },
  { name: 'tokens', summary: 'what each tokenizer makes of a text', load: () => import('./tokens/tokens.ts') },
  {
    name: 'calibrate',
    summary: 'learn token counts from your own usage log',
    load: () => import('./calibrate.ts'),
  },
  { name: 'status', summary: 'whether the record is being kept', load: () => import('./status/status.ts') },
  { name: 'demo', summary: 'nine sample answers, played here', load: () => import('./demo.ts') },
  { name: 'config', summary: 'show the settings in force', load: () => import('./config.ts') },
  {
    name: 'completion',
    summary: 'commands and model ids behind the Tab key',
    load: () => import('./completion/completion.ts'),
  },
  { name: '__complete', summary: '', hidden: true, load: () => import('./completion/complete.ts') },
];
