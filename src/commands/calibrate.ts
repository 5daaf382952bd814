import { existsSync, rmSync } from 'node:fs';
import { UsageError } from '../core/errors.ts';
import { quantity } from '../core/format/units.ts';
import { type CountedRequest, readCountedRequests } from '../core/tokens/calibrationLog.ts';
import { familyOf } from '../core/tokens/families.ts';
import { LEAST_REQUESTS, LEAST_TOKENS, type Learned, learn, type Observation } from '../core/tokens/learned.ts';
import { countedModels } from '../ledger/queries/model.ts';
import { replaceFile } from '../ledger/store/disk/replaceFile.ts';
import { runInTurns, type Steps } from '../ledger/store/steps.ts';
import { loadVocabulary } from '../tokenizers/vocabulary.ts';
import { flexible, left, right } from './shared/columns.ts';
import type { Define } from './shared/command.ts';
import { type Context, note, printJson } from './shared/context.ts';
import { readLogText } from './shared/logText.ts';
import type { CommandOptions } from './shared/options.ts';
import { printTable } from './shared/output.ts';
import { reading } from './shared/reading.ts';
import { learnedFile } from './tokens/tools.ts';

interface Options extends CommandOptions {
  readonly forget?: boolean;
}

export const define: Define = (command, context) => {
  command
    .argument(
      '[log]',
      'a usage log (- is standard input) with texts, characters or prompt ids, and the tokens that each model counted',
    )
    .option('--forget', 'remove what was learned')
    .shares('db', 'json')
    .action((log: string | undefined, options: Options) => calibrate(log, options, context))
    .note(
      `A line of the log needs the model, the tokens that it counted for the prompt (native_tokens_prompt, prompt_tokens, …), \
and one of: text (or messages), characters, prompt_id (the same prompt sent to several models, one of them with a \
known vocabulary). No text is kept: only ranges and the number of requests behind each.`,
    )
    .examples([
      ['calibrate usage.jsonl', 'learn what your own texts come to in each model'],
      ['calibrate --forget', 'forget it'],
    ]);
};

async function calibrate(log: string | undefined, { db, forget, json }: Options, context: Context): Promise<void> {
  const file = learnedFile(db);
  if (forget) {
    rmSync(file, { force: true });
    note(context, `${file} is gone: counts are estimates from the table again.`);
    return;
  }
  if (log === undefined)
    throw new UsageError('no_log', 'No log was given; nothing was learned.', {
      hint: 'Name one: model-ledger calibrate LOG.',
    });
  const { signal } = context;
  const { records, requests } = await runInTurns(readCountedRequests(await readLogText(log, context)), signal);
  const names = requests.map(({ model }) => model);
  const models = await reading({ db }, context, ({ ledger }) => countedModels(ledger, names));
  const observations = await runInTurns(observe(requests, models, await loadVocabulary('o200k')), signal);
  const learned = learn(observations, context.now().toISOString());
  if (learned.ratios.length === 0) {
    const words = `${log}: of ${quantity(records, 'request')} none can be learned from; nothing was written.`;
    const hint = `Log at least ${LEAST_REQUESTS} of a model, of ${LEAST_TOKENS} tokens or more, with text, characters or prompt_id: model-ledger calibrate --help.`;
    throw new UsageError('nothing_learned', words, { hint });
  }
  const isReplaced = existsSync(file);
  replaceFile(file, `${JSON.stringify(learned, null, 2)}\n`);
  if (json) printJson(context, learned);
  else await printRatios(learned, context);
  const place = isReplaced ? ', in the place of what was learned before' : '';
  note(context, `Learned from ${requests.length} of ${quantity(records, 'request')}, kept in ${file}${place}.`);
}

async function printRatios({ ratios }: Learned, context: Context): Promise<void> {
  await printTable(
    context,
    [flexible('for'), left('tokens a'), right('from'), right('to'), right('requests')],
    ratios.map(({ for: name, base, low, high, requests }) => {
      const unit = base === 'o200k' ? 'o200k token' : 'character';
      return [name, unit, low, high, requests];
    }),
  );
}

/**
 * Pairs the tokens of each request with the size of its prompt: in characters, and in o200k tokens if they can be counted
 * or if the same prompt was sent to a model with that vocabulary.
 */
function* observe(
  requests: readonly CountedRequest[],
  known: ReturnType<typeof countedModels>,
  o200k: Awaited<ReturnType<typeof loadVocabulary>>,
): Steps<Observation[]> {
  const models = new Map(known.map((model) => [model.id, model]));
  const twins = new Map<string, number>();
  for (const { model, prompt, tokens } of requests) {
    const facts = models.get(model);
    const family = familyOf(model, facts?.tokenizer ?? null, facts?.aliasOf ?? null);
    if (prompt !== undefined && family.kind === 'known' && family.vocabulary === 'o200k') twins.set(prompt, tokens);
  }
  const observations: Observation[] = [];
  for (const { model, tokens, text, characters, prompt } of requests) {
    const base = { model, family: models.get(model)?.tokenizer ?? null, tokens };
    const twin = prompt === undefined ? undefined : twins.get(prompt);
    const counted = text === undefined ? twin : (o200k?.count(text) ?? twin);
    const length = text === undefined ? characters : [...text].length;
    if (counted !== undefined) observations.push({ ...base, base: 'o200k', size: counted });
    if (length !== undefined) observations.push({ ...base, base: 'characters', size: length });
    yield;
  }
  return observations;
}
