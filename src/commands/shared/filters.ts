import { InvalidArgumentError, Option } from 'commander';
import { CHANGE_TYPES } from '../../core/diff/changes.ts';

/** Which models are asked about: `--model` and `--author`. */
export function modelOptions(): Option[] {
  return [
    new Option('--model <glob...>', "only these models: 'openai/*', '*:free', or an id"),
    new Option('--author <author>', 'only the models of one author'),
  ];
}

/** Which types of changes are asked for, several joined by commas or the flag repeated. */
export function typeOption(): Option {
  return new Option('--type <type...>', `only these: ${CHANGE_TYPES.join(', ')}`).argParser(readTypes);
}

function readTypes(text: string, types: readonly string[] = []): readonly string[] {
  const wanted = text.split(',').map((type) => type.trim());
  const wrong = wanted.find((type) => !CHANGE_TYPES.some((known) => known === type));
  if (wrong !== undefined)
    throw new InvalidArgumentError(`expected some of ${CHANGE_TYPES.join(', ')}, separated by commas`);
  return [...types, ...wanted];
}
