import { expect, test } from 'vitest';
import { justAfter, nextInstant, toInstant } from '../../../src/core/time/instant.ts';

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
