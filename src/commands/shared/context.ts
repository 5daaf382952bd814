import type { Readable, Writable } from 'node:stream';
import type { Env } from '../../config/settings.ts';
import { wrapLines } from '../../core/format/lines.ts';
import { escapeControls, escapeJson } from '../../core/format/text.ts';
import { withProgram } from './invocation.ts';

/** Where a command reads and writes. */
export interface Terminal {
  readonly env: Env;
  readonly stdin: Readable;
  /** Results. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Messages and progress. */
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** How the program is called here, where not by its name. */
  readonly program?: string;
}

/** The world a command runs in: everything that is not an argument comes from here. */
export interface Context extends Terminal {
  readonly now: () => Date;
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** Where settings came from that were not in the environment itself. */
  origins?: ReadonlyMap<string, string>;
  /** What the process will exit with; 0 unless set. */
  exitCode: number;
}

/** Prints results for people: on a terminal, lines too long for it are broken between words. */
export function print(terminal: Terminal, text: string): void {
  printAsIs(terminal, wrapLines(text, widthOf(terminal.stdout)));
}

/** Prints what is for a program or a file, whatever shows it. */
export function printAsIs({ stdout }: Terminal, text: string): void {
  stdout.write(`${text}\n`);
}

/** The columns of a terminal; nothing is cut or wrapped for a pipe. */
export function widthOf({ isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number }): number {
  return (isTTY && columns) || Number.POSITIVE_INFINITY;
}

/** Prints a result as one JSON document. */
export function printJson(terminal: Terminal, value: unknown): void {
  printAsIs(terminal, jsonLine(terminal, JSON.stringify(value)));
}

/** JSON as it is for a pipe; on a terminal nothing in it may act, and it is the same value. */
export function jsonLine({ stdout }: Terminal, json: string): string {
  return stdout.isTTY === true ? escapeJson(json) : json;
}

/** Prints a line for the person, not for the pipe; whatever upstream wrote in it can do no harm. */
export function note({ stderr, program }: Terminal, text: string): void {
  const safe = withProgram(text, program).split('\n').map(escapeControls).join('\n');
  stderr.write(`${wrapLines(safe, widthOf(stderr))}\n`);
}
