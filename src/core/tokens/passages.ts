import type { TextKind } from './ratios.ts';

/** A part of a text and its kind, or the kinds that it may be. */
export interface Passage {
  readonly text: string;
  readonly kinds: readonly TextKind[];
}

/** The length of a passage: enough to recognize its kind, and short enough for texts with different parts. */
const PASSAGE = 2000;
/** A script with a smaller share of the letters does not count. */
const LEAST_SHARE = 0.15;

const SCRIPTS: readonly (readonly [RegExp, TextKind])[] = [
  [/\p{Script=Latin}/gu, 'latin'],
  [/\p{Script=Cyrillic}/gu, 'cyrillic'],
  [/\p{Script=Greek}/gu, 'greek'],
  [/\p{Script=Arabic}/gu, 'arabic'],
  [/\p{Script=Hebrew}/gu, 'hebrew'],
  [/\p{Script=Devanagari}/gu, 'devanagari'],
  [
    /[\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Gujarati}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Gurmukhi}]/gu,
    'indic',
  ],
  [/\p{Script=Thai}/gu, 'thai'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, 'japanese'],
  [/\p{Script=Han}/gu, 'han'],
  [/\p{Script=Hangul}/gu, 'korean'],
];

/** Words that make up a large part of any English text. */
const ENGLISH = /\b(?:the|of|and|to|in|is|that|for|with|this|are|be|or|not|you|it|as|on)\b/gi;
const CODE =
  /[{};]\s*$|^\s*(?:import|export|from|const|let|var|function|class|def|return|if|else|for|while|elif|try|except|public|private|static|struct|enum|typedef|#include|#define|\/\/|\/\*|\*|fn|impl|package|func|SELECT|INSERT|CREATE)\b|=>|\w\(.*\)\s*[;:{]?\s*$|\w+\.\w+\(|^#!|\$[({\w]|^\s*[\w.]+\s*[:+-]?=\s?\S|^\s*(?:fi|done|esac|then|end|pass|break)\s*;?$/;
const MARKUP = /^\s*(?:#{1,6}\s|[-*+]\s|\d+\.\s|>|\||```|<\/?[a-z!]|\w[\w-]*:(?:\s|$))|\]\(|`[^`]+`|\*\*/i;

/** Cuts a text into passages, between lines where possible, and tells the kind of each. Takes linear time. */
export function* readPassages(text: string): Iterable<Passage> {
  const isJson = looksLikeJson(text);
  for (let start = 0; start < text.length; ) {
    const end = passageEnd(text, start);
    const passage = text.slice(start, end);
    yield { text: passage, kinds: kindsOf(passage, isJson) };
    start = end;
  }
}

function passageEnd(text: string, start: number): number {
  if (text.length - start <= PASSAGE) return text.length;
  const line = text.lastIndexOf('\n', start + PASSAGE);
  const end = line > start ? line + 1 : start + PASSAGE;
  // Not within a surrogate pair.
  return /[\ud800-\udbff]/.test(text[end - 1] ?? '') ? end + 1 : end;
}

/** Judged by the first character, and by quotation marks before colons, commas and brackets. */
function looksLikeJson(text: string): boolean {
  const start = text.slice(0, PASSAGE).trimStart();
  return /^[[{]/.test(start) && (start.match(/"\s*[:,\]}]/g) ?? []).length >= 2;
}

function kindsOf(text: string, isJson: boolean): TextKind[] {
  const kinds = new Set<TextKind>(scriptsOf(text));
  const structure = isJson ? 'json' : structureOf(text);
  if (structure === undefined) return kinds.size === 0 ? ['other'] : [...kinds];
  // Names and words in code are nearly English; other scripts count in addition to code.
  kinds.delete('english');
  kinds.delete('latin');
  return [structure, ...kinds];
}

function structureOf(text: string): TextKind | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const share = (pattern: RegExp): number =>
    lines.filter((line) => pattern.test(line)).length / Math.max(1, lines.length);
  if (share(CODE) >= 0.3) return 'code';
  return share(MARKUP) >= 0.2 ? 'markup' : undefined;
}

function scriptsOf(text: string): TextKind[] {
  const counts = SCRIPTS.map(([pattern, kind]) => ({ kind, count: (text.match(pattern) ?? []).length }));
  const letters = (text.match(/\p{L}/gu) ?? []).length;
  const found = counts.filter(({ count }) => count > letters * LEAST_SHARE);
  const known = counts.reduce((sum, { count }) => sum + count, 0);
  const kinds = found.map(({ kind }) => (kind === 'latin' ? latinKind(text) : kind));
  if (letters - known > letters * LEAST_SHARE) kinds.push('other');
  // Combining accents: only some vocabularies compose them with their letters first.
  if (kinds.includes('latin') && (text.match(/\p{M}/gu) ?? []).length > letters * 0.05) kinds.push('other');
  // Kanji between kana are Japanese, not Chinese.
  return kinds.includes('japanese') ? kinds.filter((kind) => kind !== 'han') : kinds;
}

function latinKind(text: string): TextKind {
  const words = (text.match(/\p{Script=Latin}+/gu) ?? []).length;
  const accented = (text.match(/(?![a-z])\p{Script=Latin}/giu) ?? []).length;
  const english = (text.match(ENGLISH) ?? []).length;
  return english > words * 0.12 && accented < words * 0.05 ? 'english' : 'latin';
}
