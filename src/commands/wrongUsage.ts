import type { CommanderError } from 'commander';
import { UsageError, withoutStop } from '../core/errors.ts';

/** How a value was given: as an option, as an argument, in a variable of the environment. */
const INVALID = [
  /^option '(?<name>\S+).*?' argument '(?<value>.*?)' is invalid\. (?<why>.*)$/s,
  /^option '(?<name>\S+).*?' value '(?<value>.*?)' from env '(?<env>\w+)' is invalid\. (?<why>.*)$/s,
  /^command-argument value '(?<value>.*?)' is invalid for argument '(?<name>.*?)'\. (?<why>.*)$/s,
] as const;

/**
 * What the parser of the command line found wrong, as all other errors are told.
 * @param command the words of the command that was asked for, for the hint
 */
export function wrongUsage({ message, code }: CommanderError, command: string): UsageError {
  const [, said = message, , near] = /^(?:error: )?(.*?)(\n\(Did you mean (.*)\?\))?$/s.exec(message) ?? [];
  const isCommand = code === 'commander.unknownCommand';
  return new UsageError(isCommand ? 'unknown_command' : 'wrong_usage', `${inWords(said)}.`, {
    hint: near === undefined ? `Run ${command} --help to see what it takes.` : `Did you mean ${near}?`,
  });
}

function inWords(said: string): string {
  const { name, value, env, why = '' } = INVALID.map((form) => form.exec(said)?.groups).find((groups) => groups) ?? {};
  if (name !== undefined) {
    const reason = why.replace(/^Allowed choices are/, 'expected one of');
    return `"${value}"${env === undefined ? '' : ` in ${env}`} is no value for ${name}: ${withoutStop(reason)}`;
  }
  const lacking = /^option '(\S+).*' argument missing$/.exec(said)?.[1];
  if (lacking !== undefined) return `${lacking} needs a value`;
  return withoutStop(`${said.charAt(0).toUpperCase()}${said.slice(1)}`.replace(/'(.*?)'(?=[\s.]|$)/g, '"$1"'));
}
