import type { OutputFormat } from '../shared/output.ts';

export interface TextOptions extends OutputFormat {
  readonly db: string;
  readonly text?: string;
  readonly system?: string;
  readonly tokenizer?: readonly string[];
  readonly times?: bigint;
}

export const OVER_KEYS = [
  ...['model', 'from', 'to', 'total', 'changePct', 'conditions', 'problem', 'times', 'perRequest'],
] as const;
