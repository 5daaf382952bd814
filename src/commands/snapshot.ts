import { Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import { escapeControls } from '../core/format/text.ts';
import { toInstant } from '../core/time/instant.ts';
import { Archive } from '../ledger/archive/archive.ts';
import { acceptedAt, bodyOfRun } from '../ledger/record/timeline.ts';
import type { Define } from './shared/command.ts';
import { type Context, note, printAsIs } from './shared/context.ts';
import { readRun } from './shared/options.ts';
import { readAt, reading } from './shared/reading.ts';

interface Options {
  readonly db: string;
  readonly at?: string;
  readonly run?: number;
}

export const define: Define = (command, context) => {
  command
    .addOption(new Option('--at <instant>', 'the body in force then; without it, now').conflicts('run'))
    .option('--run <id>', 'the body of a run, also a held or rejected one', readRun)
    .shares('db')
    .action((options: Options) => runSnapshot(options, context))
    .examples([
      ['snapshot --at 2026-05-03 > models.json', 'the list as upstream served it then, byte for byte'],
      ['snapshot --run 17 | jq .', 'what run 17 received, also when it was held'],
      ['snapshot | sha256sum', 'the newest accepted list'],
    ]);
};

async function runSnapshot(options: Options, context: Context): Promise<void> {
  const { run } = options;
  await reading(options, context, ({ ledger }) => {
    const instant = readAt(options, context) ?? toInstant(context.now());
    const id = run ?? acceptedAt(ledger, instant)?.id;
    const found = id === undefined ? undefined : bodyOfRun(ledger, id);
    if (found === undefined) {
      const what = run === undefined ? `No list was accepted at or before ${instant}.` : `Run ${run} has no body.`;
      throw new UsageError('no_snapshot', what, { hint: 'Run model-ledger status to see what there is.' });
    }
    const body = new Archive(ledger).get(found.sha256);
    if (body.length < found.bytes) note(context, `Only the first ${body.length} of ${found.bytes} bytes were kept.`);
    if (context.stdout.isTTY === true) showBody(body, context);
    else context.stdout.write(body);
  });
}

/** On a terminal, control characters in the body are escaped, so that they cannot affect it. */
function showBody(body: Buffer, context: Context): void {
  const text = body.toString('utf8');
  const lines = text.split('\n').map(escapeControls);
  const shown = lines.join('\n');
  printAsIs(context, shown);
  if (shown !== text)
    note(context, 'Control characters are written out here; in a pipe or a file every byte is as it came.');
}
