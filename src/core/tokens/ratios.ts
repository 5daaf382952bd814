import type { TextKind } from './textKind.ts';

/** From the least to the most. */
export type RatioRange = readonly [low: number, high: number];

/** Vocabularies that were measured, by the models they were published with. */
export type Vocabulary =
  | 'cl100k'
  | 'llama3'
  | 'llama2'
  | 'qwen'
  | 'deepseek'
  | 'gemini'
  | 'claude2'
  | 'cohere'
  | 'tekken';

/**
 * When the tables below were measured: over the Universal Declaration of Human Rights in 37 languages, code, JSON and markup of
 * public packages, and licences as English prose; with the tokenizers of Llama 2 and 3, Qwen 2.5 and 3, DeepSeek V3, Gemini, Gemma 2
 * and 3, Claude 2, Command R+ and Mistral Nemo (tekken), and OpenAI's cl100k and o200k.
 */
export const MEASURED_ON = '2026-11-26';

/**
 * Tokens relative to o200k by kind of text and vocabulary: the least and the most that was measured, and a twelfth
 * beyond; a fifth where only one text of each language was measured. One number would be a lie: the same vocabulary
 * differs by half between texts of one kind.
 */
export const RATIOS: Readonly<Record<TextKind, Readonly<Record<Vocabulary, RatioRange>>>> = {
  english: row(
    [0.91, 1.1],
    [0.91, 1.1],
    [0.98, 1.27],
    [0.91, 1.11],
    [0.91, 1.12],
    [0.92, 1.15],
    [0.88, 1.16],
    [0.85, 1.13],
    [0.92, 1.15],
  ),
  latin: row(
    [0.96, 1.51],
    [0.84, 1.5],
    [0.98, 1.91],
    [0.91, 1.51],
    [0.91, 1.54],
    [0.79, 1.27],
    [0.88, 1.74],
    [0.69, 1.38],
    [0.83, 1.34],
  ),
  cyrillic: row(
    [1.23, 2.32],
    [0.7, 1.52],
    [1, 1.98],
    [0.98, 1.83],
    [0.86, 1.56],
    [0.75, 1.25],
    [1.33, 2.67],
    [0.62, 1.34],
    [0.8, 1.36],
  ),
  greek: row(
    [1.92, 3.04],
    [0.83, 1.28],
    [2.18, 3.49],
    [1.86, 2.96],
    [0.98, 1.55],
    [0.81, 1.32],
    [2.4, 3.88],
    [0.59, 0.92],
    [0.84, 1.3],
  ),
  arabic: row(
    [1.7, 3.4],
    [0.8, 2.29],
    [2.24, 3.8],
    [0.91, 2.5],
    [0.89, 1.79],
    [0.76, 1.44],
    [2.18, 4.2],
    [0.75, 2.2],
    [0.73, 1.31],
  ),
  hebrew: row(
    [1.9, 3.04],
    [1.9, 3.04],
    [1.98, 3.15],
    [0.79, 1.25],
    [0.92, 1.42],
    [0.88, 1.5],
    [1.71, 2.75],
    [0.74, 1.16],
    [0.86, 1.36],
  ),
  devanagari: row(
    [2.39, 4.26],
    [1.3, 2.27],
    [2.45, 4.66],
    [2.21, 4.05],
    [1.35, 2.36],
    [0.63, 1.7],
    [2.73, 4.75],
    [1.76, 3.06],
    [0.9, 1.66],
  ),
  indic: row(
    [2.73, 4.91],
    [2.72, 4.91],
    [2.56, 4.14],
    [2.38, 3.88],
    [0.96, 1.9],
    [0.56, 1.99],
    [3.46, 6.63],
    [2.5, 4.34],
    [0.87, 1.46],
  ),
  thai: row(
    [1.72, 2.77],
    [0.84, 1.34],
    [1.81, 2.92],
    [1.02, 1.63],
    [0.66, 1.07],
    [0.61, 1.12],
    [3.07, 4.96],
    [1.81, 2.91],
    [0.93, 1.47],
  ),
  han: row(
    [1.11, 1.95],
    [0.78, 1.27],
    [1.07, 1.72],
    [0.64, 1.03],
    [0.53, 0.93],
    [0.64, 1.07],
    [1.06, 1.76],
    [0.6, 1],
    [0.84, 1.39],
  ),
  japanese: row(
    [1.04, 1.64],
    [0.67, 1.04],
    [1.06, 1.63],
    [0.65, 1.01],
    [0.58, 0.93],
    [0.52, 0.86],
    [0.98, 1.54],
    [0.5, 0.79],
    [0.71, 1.11],
  ),
  korean: row(
    [1.33, 2.08],
    [0.8, 1.24],
    [1.4, 2.29],
    [0.83, 1.32],
    [0.86, 1.35],
    [0.78, 1.43],
    [1.45, 2.3],
    [0.65, 1.02],
    [0.7, 1.11],
  ),
  code: row(
    [0.89, 1.14],
    [0.89, 1.14],
    [1.04, 1.6],
    [0.89, 1.24],
    [0.92, 1.28],
    [0.88, 1.47],
    [0.87, 1.37],
    [0.89, 1.41],
    [0.92, 1.34],
  ),
  json: row(
    [0.89, 1.11],
    [0.89, 1.11],
    [1.13, 1.56],
    [0.91, 1.41],
    [0.92, 1.37],
    [0.96, 1.55],
    [0.96, 1.32],
    [0.94, 1.49],
    [0.92, 1.43],
  ),
  markup: row(
    [0.88, 1.2],
    [0.88, 1.16],
    [0.98, 1.51],
    [0.88, 1.27],
    [0.91, 1.22],
    [0.92, 1.36],
    [0.88, 1.34],
    [0.85, 1.39],
    [0.91, 1.31],
  ),
  other: row(
    [0.9, 7.34],
    [0.8, 7.16],
    [1.0, 4.24],
    [0.4, 3.96],
    [0.6, 2.79],
    [0.39, 2.64],
    [0.9, 7.34],
    [0.4, 4.1],
    [0.85, 4.92],
  ),
};

function row(
  cl100k: RatioRange,
  llama3: RatioRange,
  llama2: RatioRange,
  qwen: RatioRange,
  deepseek: RatioRange,
  gemini: RatioRange,
  claude2: RatioRange,
  cohere: RatioRange,
  tekken: RatioRange,
): Readonly<Record<Vocabulary, RatioRange>> {
  return { cl100k, llama3, llama2, qwen, deepseek, gemini, claude2, cohere, tekken };
}

/** o200k tokens a character: for where the vocabulary itself is not at hand. */
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
