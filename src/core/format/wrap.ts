import wrapAnsi from 'wrap-ansi';
import { cutWords, withUnits } from './lines.ts';

/** Breaks a text between words into at most `most` lines of at most `width` cells; the last one may be cut. */
export function wrap(text: string, width: number, most: number, ascii: boolean): string[] {
  if (!Number.isFinite(width)) return [text];
  const lines = withUnits(text, (held) => wrapAnsi(held, width)).split('\n');
  if (lines.length <= most) return lines;
  const last = lines[most - 1] ?? '';
  // Made too long, so that it is cut and marked as such.
  return [...lines.slice(0, most - 1), cutWords(`${last} ${'x'.repeat(width)}`, width, ascii)];
}
