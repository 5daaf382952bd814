import { describe, expect, it } from 'vitest';
import type { FieldChange } from '../../../src/core/diff/changes.ts';
import { findDrift, markDrift } from '../../../src/core/diff/drift.ts';

const appeared = (field: string, more: Partial<FieldChange> = {}): FieldChange => ({
  type: 'updated',
  field,
  before: null,
  after: 'x',
  cause: null,
  shift: 'appeared',
  changePct: null,
  ...more,
});

const times = (count: number, change: FieldChange): FieldChange[] => Array.from({ length: count }, () => change);

describe('drift', () => {
  it('is a key that appeared on half the models, and on ten', () => {
    expect(findDrift(times(10, appeared('links')), 20)).toEqual([
      { keyPath: 'links', shift: 'appeared', models: 10, compared: 20 },
    ]);
  });

  it('is not one on fewer than half', () => {
    expect(findDrift(times(10, appeared('links')), 21)).toEqual([]);
  });

  it('is not one on fewer than ten', () => {
    expect(findDrift(times(9, appeared('links')), 9)).toEqual([]);
  });

  it('is told apart by key and by what happened to it', () => {
    const changes = [
      ...times(12, appeared('a')),
      ...times(11, appeared('b', { before: 'x', after: null, shift: 'vanished' })),
      ...times(10, appeared('c', { before: '1', after: '1', shift: 'retyped' })),
      ...times(9, appeared('c')),
    ];
    expect(findDrift(changes, 20)).toEqual([
      { keyPath: 'a', shift: 'appeared', models: 12, compared: 20 },
      { keyPath: 'b', shift: 'vanished', models: 11, compared: 20 },
      { keyPath: 'c', shift: 'retyped', models: 10, compared: 20 },
    ]);
  });

  it.each([
    ['values that merely changed', { before: 'y', shift: null }],
    ['limits', { type: 'limits_changed' as const }],
    ['prices', { type: 'repriced' as const, shift: null }],
    ['zeros', { cause: 'zero' as const, shift: null }],
  ])('is not made of %s', (_, more) => {
    expect(findDrift(times(20, appeared('x', more)), 20)).toEqual([]);
  });

  it('marks its own changes and leaves the others', () => {
    const drifts = [{ keyPath: 'links', shift: 'appeared' as const, models: 10, compared: 10 }];
    const others = [
      appeared('other'),
      appeared('links', { before: 'x', after: null, shift: 'vanished' }),
      appeared('links', { type: 'limits_changed' }),
      { type: 'added' as const },
    ];
    expect(markDrift([appeared('links'), ...others], drifts)).toEqual([
      appeared('links', { cause: 'drift' }),
      ...others,
    ]);
  });
});
