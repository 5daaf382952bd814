import { createHash, timingSafeEqual } from 'node:crypto';

/** Checks whether a request has the token. Takes the same time for every wrong one. */
export function makeTokenCheck(token: string): (authorization: string | null) => boolean {
  const expected = digest(token);
  return (authorization) => {
    const [, given = ''] = /^Bearer +(.+)$/i.exec(authorization ?? '') ?? [];
    return timingSafeEqual(digest(given), expected);
  };
}

/** `timingSafeEqual` needs inputs of equal length, which digests have. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
