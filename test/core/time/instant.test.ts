import { expect, test } from 'vitest';
import { END_OF_TIME, isObservable, justAfter, nextInstant, toInstant } from '../../../src/core/time/instant.ts';

test('an instant is written in UTC with milliseconds', () => {
  expect(toInstant(new Date('2026-06-07T20:23:50+02:00'))).toBe('2026-06-07T18:23:50.000Z');
});

test('the instant just after the last one of a year is in the next', () => {
  expect(justAfter('2026-12-31T23:59:59.999Z')).toBe('2027-01-01T00:00:00.000Z');
});

test('a clock that runs on gives its own time', () => {
  expect(nextInstant(new Date('2026-03-01T10:00:00Z'), '2026-03-01T09:59:59.999Z')).toBe('2026-03-01T10:00:00.000Z');
});

test('a clock that was set back gives the last instant and a millisecond', () => {
  expect(nextInstant(new Date('2025-01-01T00:00:00Z'), '2026-03-01T10:00:00.000Z')).toBe('2026-03-01T10:00:00.001Z');
});

test('the same millisecond twice gives the next one', () => {
  expect(nextInstant(new Date('2026-03-01T10:00:00Z'), '2026-03-01T10:00:00.000Z')).toBe('2026-03-01T10:00:00.001Z');
});

test.each([
  ['+010000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', false],
  ['+275760-09-13T00:00:00.000Z', '9999-12-31T23:59:59.999Z', false],
  ['9999-12-31T23:59:59.000Z', '9999-12-31T23:59:59.000Z', false],
  ['9998-12-31T23:59:59.999Z', '9998-12-31T23:59:59.999Z', true],
  ['0000-01-01T00:00:00.000Z', '0000-01-01T00:00:00.000Z', true],
  ['-000001-12-31T23:59:59.999Z', '0000-01-01T00:00:00.000Z', false],
])('%s is written %s; whether a list can be observed then: %s', (odd, written, observable) => {
  const date = new Date(odd);
  expect([toInstant(date), isObservable(date), toInstant(date) < END_OF_TIME]).toEqual([written, observable, true]);
});

test('a clock beyond what can be written is refused, whatever came before', () => {
  for (const odd of ['+012000-01-01T00:00:00.000Z', '-000300-01-01T00:00:00.000Z', '9999-01-01T00:00:00.000Z'])
    expect(() => nextInstant(new Date(odd), '2026-03-01T10:00:00.000Z')).toThrow(`The clock says ${odd}`);
});
