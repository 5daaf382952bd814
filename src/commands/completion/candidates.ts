import type { Argument, Command, Option } from 'commander';
import { CHANGE_TYPES } from '../../core/diff/changes.ts';

/** A word that may follow at the cursor. */
export interface Candidate {
  readonly word: string;
  readonly description: string;
}

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** What the shell itself should offer in addition. */
  readonly paths: 'files' | 'folders' | null;
}

/** Words from the ledger, which is opened only when they are needed. */
export interface LedgerWords {
  readonly models: () => readonly Candidate[];
  readonly authors: () => readonly Candidate[];
}

function complete(candidates: readonly Candidate[], paths: Completion['paths'] = null): Completion {
  return { candidates, paths };
}

/** What the words before the cursor say about its position. */
interface Cursor {
  readonly command: Command;
  /** The command above it, kept here because commander's own `help` does not know its parent. */
  readonly parent: Command;
  /** How many operands of the command precede the cursor. */
  readonly operands: number;
  /** The option whose value is at the cursor. */
  readonly option: Option | undefined;
  /** Whether a `--` precedes the cursor, after which no word is an option. */
  readonly isBehind: boolean;
}

/**
 * The words that may follow at the cursor, from the program's own commands, options and arguments.
 * @param words all words after the program's name; the last one is at the cursor and may be incomplete
 */
export function completeWords(program: Command, words: readonly string[], known: LedgerWords): Completion {
  const current = words.at(-1) ?? '';
  const typed = words.slice(0, -1);
  const place = findCursor(program, typed);
  const { command, option, isBehind } = place;
  if (option !== undefined) return keep(valuesOf(option, placeholderOf(option), known), current);
  const [flag = '', value] = splitAssignment(current);
  if (!isBehind && value !== undefined) {
    const assigned = findOption(command, flag);
    if (assigned === undefined) return complete([]);
    const values = keep(valuesOf(assigned, placeholderOf(assigned), known), value);
    return { ...values, candidates: values.candidates.map((one) => ({ ...one, word: `${flag}=${one.word}` })) };
  }
  if (!isBehind && current.startsWith('-')) return keep(complete(optionsOf(command, typed)), current);
  return keep(operandsAt(place, typed, known), current);
}

function findCursor(program: Command, typed: readonly string[]): Cursor {
  let [command, parent, operands, isBehind] = [program, program, 0, false];
  let option: Option | undefined;
  for (const word of typed) {
    if (option !== undefined && !(option.variadic && word.startsWith('-'))) {
      if (!option.variadic) option = undefined;
      continue;
    }
    option = undefined;
    if (word === '--') isBehind = true;
    else if (!isBehind && word.startsWith('-') && word !== '-') {
      const found = findOption(command, word);
      option = found?.required || found?.optional ? found : undefined;
    } else {
      const sub = operands === 0 ? commandsOf(command).find((one) => one.name() === word) : undefined;
      if (sub === undefined) operands += 1;
      else [command, parent] = [sub, command];
    }
  }
  return { command, parent, operands, option, isBehind };
}

function operandsAt({ command, parent, operands }: Cursor, typed: readonly string[], known: LedgerWords): Completion {
  const commands = commandsOf(command.name() === 'help' ? parent : command);
  if (commands.length > 0) return complete(operands === 0 ? commands.map(describeCommand) : []);
  const takes = command.registeredArguments;
  const argument: Argument | undefined = takes[operands] ?? (takes.at(-1)?.variadic ? takes.at(-1) : undefined);
  if (argument !== undefined) return valuesOf(argument, argument.name(), known);
  return complete(optionsOf(command, typed));
}

/** The values that an option or an argument takes, according to its choices, its name or the name of its value. */
function valuesOf(taker: Option | Argument, placeholder: string, known: LedgerWords): Completion {
  const name = taker.name();
  const choices = taker.argChoices ?? (name === 'type' ? CHANGE_TYPES : undefined);
  if (choices !== undefined) return complete(choices.map((word) => ({ word, description: '' })));
  if (name === 'model') return complete(known.models());
  if (name === 'author') return complete(known.authors());
  const kinds = placeholder.split('|');
  if (kinds.some((kind) => /^(?:file|path|log|-)$/.test(kind))) return complete([], 'files');
  return complete([], kinds.some((kind) => /^(?:dir|folder|repository)$/.test(kind)) ? 'folders' : null);
}

/** The candidates that begin with what is typed; if none does, the only model whose name without its author does. */
function keep({ candidates, paths }: Completion, current: string): Completion {
  const fitting = candidates.filter(({ word }) => word.startsWith(current));
  if (fitting.length > 0 || current === '') return complete(fitting, paths);
  const named = candidates.filter(({ word }) => word.slice(word.indexOf('/') + 1).startsWith(current));
  return complete(named.length === 1 ? named : [], paths);
}

function splitAssignment(word: string): readonly [flag: string, value: string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** The name of an option's value: `file` for `--db <file>`, `url|file|-` for `--source <url|file|->`. */
function placeholderOf({ flags }: Option): string {
  return /[<[]([^\]>]+)/.exec(flags)?.[1]?.replace(/\.\.\.$/, '') ?? '';
}

function commandsOf(command: Command): Command[] {
  return command.commands.length === 0 ? [] : command.createHelp().visibleCommands(command);
}

function describeCommand(command: Command): Candidate {
  return { word: command.name(), description: command.summary() || command.description() };
}

function visibleOptions(command: Command): Option[] {
  return command.createHelp().visibleOptions(command);
}

function findOption(command: Command, word: string): Option | undefined {
  return visibleOptions(command).find(({ long, short }) => word === long || word === short);
}

/** The options that are not there yet, or that may be repeated. */
function optionsOf(command: Command, typed: readonly string[]): Candidate[] {
  return visibleOptions(command)
    .filter(({ long, short, variadic }) => variadic || !typed.some((word) => word === long || word === short))
    .flatMap(({ long, short, description }) => {
      const word = long ?? short;
      return word === undefined || word === null ? [] : [{ word, description }];
    });
}
