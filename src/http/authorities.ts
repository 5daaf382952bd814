import { delimiter } from 'node:path';
import tls from 'node:tls';
import { readInputFile } from '../config/inputFile.ts';
import type { Env } from '../config/settings.ts';
import { UsageError } from '../core/errors.ts';

/**
 * The certificates to trust when `NODE_EXTRA_CA_CERTS` is set; undefined for Node's own. Node itself reads that variable
 * only as it starts, so without this it would have no effect in `.env` or a file of variables.
 * @throws UsageError when a file cannot be read or holds no certificate
 */
export function readAuthorities(env: Env): string[] | undefined {
  const files = env.NODE_EXTRA_CA_CERTS;
  if (!files) return undefined;
  return [...ownAuthorities(), ...files.split(delimiter).map(readCertificates)];
}

/** The certificates that this Node trusts by default; an older Node can only list those it was built with. */
function ownAuthorities(): readonly string[] {
  const read: unknown = Reflect.get(tls, 'getCACertificates');
  return typeof read === 'function' ? Reflect.apply(read, tls, ['default']) : tls.rootCertificates;
}

function readCertificates(file: string): string {
  let text: string;
  try {
    // Between the certificates, whose names are ASCII, some collections have comments in older encodings.
    text = readInputFile(file).toString('latin1');
  } catch (cause) {
    throw refuse(file, 'cannot be read', cause);
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw refuse(file, 'holds no certificate in PEM form');
}

function refuse(file: string, fault: string, cause?: unknown): UsageError {
  return new UsageError('bad_authorities', `The file of NODE_EXTRA_CA_CERTS, ${file}, ${fault}; nothing was sent.`, {
    hint: 'Correct NODE_EXTRA_CA_CERTS, or unset it.',
    cause,
  });
}
