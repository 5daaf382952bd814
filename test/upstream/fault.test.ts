import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { quote } from '../../src/core/reading/quote.ts';
import { connectionFault, safeCause } from '../../src/upstream/openrouter/connectionFault.ts';
import { redactor } from '../../src/upstream/openrouter/fault.ts';

const redact = redactor(['sk-canary', undefined, 'abc']);

describe('what others wrote', () => {
  it('loses every secret, and nothing for what is too short to be one', () => {
    expect(redact('sk-canary, abc, sk-canary')).toBe('[secret], abc, [secret]');
  });

  it.each([
    ['plain – “text” 漢字 🙂', 'plain – “text” 漢字 🙂'],
    ['a\r\nb\u001b[2Jc\u009bd', 'a\\u{d}\\u{a}b\\u{1b}[2Jc\\u{9b}d'],
    ['\u202egnp.exe\u2066\u200b\ufeff\u2028', '\\u{202e}gnp.exe\\u{2066}\\u{200b}\\u{feff}\\u{2028}'],
    ['\ud800', '\\u{d800}'],
  ])('is quoted visibly and escapeControls: %j', (text, expected) => {
    expect(quote(text)).toBe(expected);
  });

  it('is quoted in part when it is long', () => {
    expect(quote('x'.repeat(1000))).toBe(`${'x'.repeat(300)}…`);
  });
});

describe('the cause of a fault', () => {
  it('is kept as it was thrown', () => {
    const error = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    expect(safeCause(error, redact)).toBe(error);
    expect(connectionFault(error, redact).details.cause).toBe(error);
  });

  it('is replaced where any part of it holds a secret', () => {
    const deep = Object.assign(new Error('Invalid URL'), { input: 'http://user:sk-canary@host' });
    const cause = safeCause(new TypeError('fetch failed', { cause: deep }), redact);
    expect(cause).toEqual(new Error('fetch failed'));
    expect(inspect(cause, { depth: 12, showHidden: true })).not.toContain('canary');
  });

  it('gives the reason in its own words, without secrets', () => {
    const fault = connectionFault(new TypeError('fetch failed', { cause: new Error('bad sk-canary\n') }), redact);
    expect([fault.code, fault.message, fault.details.retry]).toEqual(['unreachable', 'bad [secret]\\u{a}', false]);
  });
});
