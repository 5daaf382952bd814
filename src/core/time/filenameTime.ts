/** Instants in the names of saved files, as people name them. */

const DATE = /(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?=(?:\d{4}|\d{6}|\d{0,2})(?!\d))/;
const TIME =
  /^[-_.T ]*([01]\d|2[0-3])[-_.:hH]?([0-5]\d)(?:[-_.:mM]?([0-5]\d)(?:[.,](\d{1,3}))?)?\s*(Z|[+-]\d\d:?\d\d)?(?!\d)/;
const EPOCH = /(?<!\d)(1[5-9]\d{8}|[2-3]\d{9})(\d{3})?(?!\d)/;

/**
 * The instant that a file's name tells: an ISO date with or without a time (`2026-05-01`, `20260501T060000Z`,
 * `models_2026-05-01_06-00.json`), or seconds or milliseconds since 1970. Without a zone it is UTC.
 */
export function readFilenameTime(name: string): string | undefined {
  const [, seconds, milliseconds = '000'] = EPOCH.exec(name) ?? [];
  if (seconds !== undefined) return new Date(Number(seconds + milliseconds)).toISOString();
  const date = DATE.exec(name);
  if (date === null) return undefined;
  const [found, year, month, day] = date;
  const [, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    TIME.exec(name.slice(date.index + found.length)) ?? [];
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}${offset}`;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}
