export type RatioRange = readonly [least: number, most: number];

/** The measured vocabularies: the columns of the table. */
const COLUMNS = ['cl100k', 'llama3', 'llama2', 'qwen', 'deepseek', 'gemini', 'claude2', 'cohere', 'tekken'] as const;
export type Vocabulary = (typeof COLUMNS)[number];

/**
 * When the tables below were measured: over the Universal Declaration of Human Rights in 37 languages, code, JSON and
 * markup of public packages, and licences as English prose; with the tokenizers of Llama 2 and 3, Qwen 2.5 and 3,
 * DeepSeek V3, Gemini, Gemma 2 and 3, Claude 2, Command R+ and Mistral Nemo (tekken), and OpenAI's cl100k and o200k.
 */
export const MEASURED_ON = '2026-11-26';

/**
 * Tokens relative to o200k by kind of text and vocabulary: the least that was measured, and below it the most, each
 * widened by a twelfth, or by a fifth where only one text of each language was measured. A single number would be
 * misleading: the same vocabulary varies by half between texts of one kind.
 */
const RATIOS = {
  english: [
    [0.91, 0.91, 0.98, 0.91, 0.91, 0.92, 0.88, 0.85, 0.92],
    [1.1, 1.1, 1.27, 1.11, 1.12, 1.15, 1.16, 1.13, 1.15],
  ],
  latin: [
    [0.96, 0.84, 0.98, 0.91, 0.91, 0.79, 0.88, 0.69, 0.83],
    [1.51, 1.5, 1.91, 1.51, 1.54, 1.27, 1.74, 1.38, 1.34],
  ],
  cyrillic: [
    [1.23, 0.7, 1, 0.98, 0.86, 0.75, 1.33, 0.62, 0.8],
    [2.32, 1.52, 1.98, 1.83, 1.56, 1.25, 2.67, 1.34, 1.36],
  ],
  greek: [
    [1.92, 0.83, 2.18, 1.86, 0.98, 0.81, 2.4, 0.59, 0.84],
    [3.04, 1.28, 3.49, 2.96, 1.55, 1.32, 3.88, 0.92, 1.3],
  ],
  arabic: [
    [1.7, 0.8, 2.24, 0.91, 0.89, 0.76, 2.18, 0.75, 0.73],
    [3.4, 2.29, 3.8, 2.5, 1.79, 1.44, 4.2, 2.2, 1.31],
  ],
  hebrew: [
    [1.9, 1.9, 1.98, 0.79, 0.92, 0.88, 1.71, 0.74, 0.86],
    [3.04, 3.04, 3.15, 1.25, 1.42, 1.5, 2.75, 1.16, 1.36],
  ],
  devanagari: [
    [2.39, 1.3, 2.45, 2.21, 1.35, 0.63, 2.73, 1.76, 0.9],
    [4.26, 2.27, 4.66, 4.05, 2.36, 1.7, 4.75, 3.06, 1.66],
  ],
  indic: [
    [2.73, 2.72, 2.56, 2.38, 0.96, 0.56, 3.46, 2.5, 0.87],
    [4.91, 4.91, 4.14, 3.88, 1.9, 1.99, 6.63, 4.34, 1.46],
  ],
  thai: [
    [1.72, 0.84, 1.81, 1.02, 0.66, 0.61, 3.07, 1.81, 0.93],
    [2.77, 1.34, 2.92, 1.63, 1.07, 1.12, 4.96, 2.91, 1.47],
  ],
  han: [
    [1.11, 0.78, 1.07, 0.64, 0.53, 0.64, 1.06, 0.6, 0.84],
    [1.95, 1.27, 1.72, 1.03, 0.93, 1.07, 1.76, 1, 1.39],
  ],
  japanese: [
    [1.04, 0.67, 1.06, 0.65, 0.58, 0.52, 0.98, 0.5, 0.71],
    [1.64, 1.04, 1.63, 1.01, 0.93, 0.86, 1.54, 0.79, 1.11],
  ],
  korean: [
    [1.33, 0.8, 1.4, 0.83, 0.86, 0.78, 1.45, 0.65, 0.7],
    [2.08, 1.24, 2.29, 1.32, 1.35, 1.43, 2.3, 1.02, 1.11],
  ],
  code: [
    [0.89, 0.89, 1.04, 0.89, 0.92, 0.88, 0.87, 0.89, 0.92],
    [1.14, 1.14, 1.6, 1.24, 1.28, 1.47, 1.37, 1.41, 1.34],
  ],
  json: [
    [0.89, 0.89, 1.13, 0.91, 0.92, 0.96, 0.96, 0.94, 0.92],
    [1.11, 1.11, 1.56, 1.41, 1.37, 1.55, 1.32, 1.49, 1.43],
  ],
  markup: [
    [0.88, 0.88, 0.98, 0.88, 0.91, 0.92, 0.88, 0.85, 0.91],
    [1.2, 1.16, 1.51, 1.27, 1.22, 1.36, 1.34, 1.39, 1.31],
  ],
  other: [
    [0.9, 0.8, 1, 0.4, 0.6, 0.39, 0.9, 0.4, 0.85],
    [7.34, 7.16, 4.24, 3.96, 2.79, 2.64, 7.34, 4.1, 4.92],
  ],
} as const satisfies Record<string, readonly [least: readonly number[], most: readonly number[]]>;

/** What the number of a text's tokens depends on: its script and language, or that it is code, JSON or markup. */
export type TextKind = keyof typeof RATIOS;

/** How many tokens a vocabulary gives for a kind of text, relative to o200k. */
export function ratioOf(kind: TextKind, vocabulary: Vocabulary): RatioRange {
  const [least, most] = RATIOS[kind];
  const column = COLUMNS.indexOf(vocabulary);
  return [least[column] ?? 0, most[column] ?? Number.POSITIVE_INFINITY];
}

/** o200k tokens per character, for when the vocabulary itself is not available. */
export const PER_CHARACTER: Readonly<Record<TextKind, RatioRange>> = {
  english: [0.16, 0.28],
  latin: [0.18, 0.4],
  cyrillic: [0.19, 0.4],
  greek: [0.29, 0.42],
  arabic: [0.24, 0.4],
  hebrew: [0.31, 0.44],
  devanagari: [0.22, 0.42],
  indic: [0.28, 0.54],
  thai: [0.32, 0.52],
  han: [0.5, 1],
  japanese: [0.55, 0.95],
  korean: [0.4, 0.7],
  code: [0.19, 0.72],
  json: [0.23, 0.6],
  markup: [0.19, 0.7],
  other: [0.2, 2],
};
