import { checkLine, checkPlan, type Plan, secretFiles, syncWords, unscheduled } from './plan.ts';

export interface CronPlan extends Plan {
  /** Five fields, or a word such as `@hourly`, in the time zone of the machine. */
  readonly every: string;
}

/** A crontab line, and the comment at its end by which the line for this data file is found again. */
export interface CronEntry {
  readonly line: string;
  readonly marker: string;
}

const SCHEDULE =
  /^(?:@(?:hourly|daily|midnight|weekly|monthly|yearly|annually)|[\d*/,~a-z-]+(?:[ \t]+[\d*/,~a-z-]+){4})$/i;

/** The longest command in bytes; with one more byte, Vixie's and Debian's cron refuse the whole crontab. */
const LONGEST_COMMAND = 998;

/**
 * The crontab line. Cron mails whatever a command prints, so the output is held back unless the run failed. Exit code
 * 75, another run was writing, does not count as a failure.
 * @throws UsageError for what a crontab cannot express
 */
export function cronLine(plan: CronPlan): CronEntry {
  checkPlan(plan);
  const every = plan.every.trim();
  checkLine(every);
  if (!SCHEDULE.test(every))
    throw unscheduled(
      `${JSON.stringify(every)} is not a crontab schedule`,
      "Give five fields, minute hour day month weekday, as in --every '7 * * * *', or @hourly, @daily, @weekly.",
    );
  const marker = cronMarker(plan.db);
  const command = escapePercent(commandOf(plan)) + marker;
  const bytes = Buffer.byteLength(command);
  if (bytes > LONGEST_COMMAND)
    throw unscheduled(
      `cron has no room for a command of ${bytes} bytes`,
      'Shorten the paths, or use schedule systemd or daemon.',
    );
  return { line: `${every} ${command}`, marker };
}

/** The comment that says which data file a line is for. */
export function cronMarker(db: string): string {
  return escapePercent(` # model-ledger: ${quoteWord(db)}`);
}

/** The crontab with this entry in place of an earlier one for the same data file, or else at the end. */
export function installInto(crontab: string, { line, marker }: CronEntry): string {
  const lines = splitLines(crontab);
  const others = withoutMarked(lines, marker);
  const place = lines.findIndex((old) => old.endsWith(marker));
  return joinLines(others.toSpliced(place === -1 ? others.length : place, 0, line));
}

export function removeFrom(crontab: string, marker: string): string {
  return joinLines(withoutMarked(splitLines(crontab), marker));
}

function commandOf(plan: CronPlan): string {
  const { node, directory, environmentFile } = plan;
  // Not Node's --env-file, which loses the first line after a byte order mark and obeys variables such as NODE_OPTIONS.
  const files = environmentFile === undefined ? [] : [`MODEL_LEDGER_ENV_FILE=${quoteWord(environmentFile)} `];
  const variables = secretFiles(plan).map(({ variable, path }) => `${variable}_FILE=${quoteWord(path)} `);
  const sync = [node, ...syncWords(plan)].map(quoteWord).join(' ');
  return `cd ${quoteWord(directory)} && out=$(${[...files, ...variables].join('')}${sync} 2>&1) || [ $? -eq 75 ] || printf '%s\\n' "$out"`;
}

function splitLines(crontab: string): string[] {
  return crontab === '' ? [] : crontab.replace(/\n$/, '').split('\n');
}

/** Cron ignores a last line without a line break, or even refuses it. */
function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function withoutMarked(lines: readonly string[], marker: string): string[] {
  return lines.filter((line) => !line.endsWith(marker));
}

/** Quotes a word for `/bin/sh`. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Cron turns `%` into a line break unless a backslash precedes it; a backslash that is itself escaped does not count.
 * If the text already has a backslash before a `%`, which can only be within single quotes, closing and reopening the
 * quotes keeps the two backslashes apart.
 */
function escapePercent(command: string): string {
  return command.replaceAll('\\%', "\\''%").replaceAll('%', '\\%');
}
