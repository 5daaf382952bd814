import type { CommanderError } from 'commander';
import { UsageError, withoutStop } from '../core/errors.ts';

/** Commander's messages about a value that is not valid: of an option, of a variable, of an argument. */
const INVALID = [
  /^option '(?<name>\S+).*?' argument '(?<value>.*?)' is invalid\. (?<why>.*)$/s,
  /^option '(?<name>\S+).*?' value '(?<value>.*?)' from env '(?<env>\w+)' is invalid\. (?<why>.*)$/s,
  /^command-argument value '(?<value>.*?)' is invalid for argument '(?<name>.*?)'\. (?<why>.*)$/s,
] as const;

/**
 * Turns an error of commander into one with our wording.
 * @param command the command as it was called, for the hint
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
