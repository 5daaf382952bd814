import type { Readable, Writable } from 'node:stream';
import type { Env } from '../../config/settings.ts';
import { wrapLines } from '../../core/format/lines.ts';
import { escapeControls, escapeJson } from '../../core/format/text.ts';
import { withProgram } from './invocation.ts';

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Where a command reads and writes. */
export interface Terminal {
  readonly env: Env;
  readonly stdin: Readable;
  /** For results. */
  readonly stdout: Writable & Output;
  /** For messages and progress. */
  readonly stderr: Writable & Output;
  /** How to call the program here, if not by its name. */
  readonly program?: string;
}

/** Everything that a command gets from its surroundings, apart from its arguments. */
export interface Context extends Terminal {
  readonly now: () => Date;
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** For settings that were read from a file: which file. */
  origins?: ReadonlyMap<string, string>;
  /** The exit code of the process; 0 unless a command sets it. */
  exitCode: number;
}

/** Prints results for people. On a terminal, long lines are broken between words. */
export function print(terminal: Terminal, text: string): void {
  printAsIs(terminal, wrapLines(text, widthOf(terminal.stdout)));
}

/** Prints a text for a program or a file, so that it is never wrapped. */
export function printAsIs({ stdout }: Terminal, text: string): void {
  stdout.write(`${text}\n`);
}

/** The columns of a terminal; infinite for a pipe, for which nothing is cut or wrapped. */
export function widthOf({ isTTY, columns }: Output): number {
  return (isTTY && columns) || Number.POSITIVE_INFINITY;
}

/** Prints a result as one JSON document. */
export function printJson(terminal: Terminal, value: unknown): void {
  printAsIs(terminal, jsonLine(terminal, JSON.stringify(value)));
}

/** JSON for the output: on a terminal, control characters are escaped, which does not change the value. */
export function jsonLine({ stdout }: Terminal, json: string): string {
  return stdout.isTTY === true ? escapeJson(json) : json;
}

/** Prints a message for the person on standard error. Control characters in it are escaped. */
export function note({ stderr, program }: Terminal, text: string): void {
  const safe = withProgram(text, program).split('\n').map(escapeControls).join('\n');
  stderr.write(`${wrapLines(safe, widthOf(stderr))}\n`);
}
