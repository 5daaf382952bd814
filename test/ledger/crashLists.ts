import { documentOf } from '../core/documents.ts';

/** The list number `i`: against the one before it models come, go, return, and change prices, limits and names. */
export function crashList(i: number): unknown[] {
  const steady = Array.from({ length: 40 }, (_, j) =>
    documentOf(`m/${j}`, { context_length: 1000 + Math.floor((i + j) / 40), name: `Model ${j} of ${(i + j) >> 3}` }),
  );
  const moving = documentOf('x/moving', { pricing: { prompt: `0.00000${(i % 9) + 1}`, completion: '0.01' } });
  const newest = documentOf(`n/${i - (i % 3)}`);
  return i % 2 === 0 ? [...steady, moving, newest] : [...steady, moving, newest, documentOf('x/odd')];
}
