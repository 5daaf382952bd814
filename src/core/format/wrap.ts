import wrapAnsi from 'wrap-ansi';
import { cutWords, keepingUnits } from './lines.ts';

/** Where less room is left than this, the terminal breaks the lines itself. */
const LEAST_WIDTH = 10;

/**
 * Breaks a text between words into at most `most` lines of at most `room` cells; the last one may be cut.
 * @param room may be less than nothing, as the rest of a narrow terminal is
 */
export function wrap(text: string, room: number, most: number, ascii: boolean): string[] {
  if (!Number.isFinite(room)) return [text];
  const width = Math.max(room, LEAST_WIDTH);
  const lines = keepingUnits(text, (held) => wrapAnsi(held, width)).split('\n');
  if (lines.length <= most) return lines;
  const last = lines[most - 1] ?? '';
  // Made too long, so that it is cut and marked as such.
  return [...lines.slice(0, most - 1), cutWords(`${last} ${'x'.repeat(width)}`, width, ascii)];
}
