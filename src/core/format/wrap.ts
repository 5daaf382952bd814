import wrapAnsi from 'wrap-ansi';

/** A text broken between words into lines of at most `width` cells; where there are more than `most`, the last is cut. */
export function wrap(text: string, width: number, most: number, ascii: boolean): string[] {
  if (!Number.isFinite(width)) return [text];
  const lines = wrapAnsi(text, width).split('\n');
  if (lines.length <= most) return lines;
  const ellipsis = ascii ? '...' : '…';
  const last = lines[most - 1] ?? '';
  return [...lines.slice(0, most - 1), `${last.slice(0, width - ellipsis.length).trimEnd()}${ellipsis}`];
}
