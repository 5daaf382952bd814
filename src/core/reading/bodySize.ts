/**
 * The most that one answer may have, decoded and over all of its pages: ninety times the longest that there was. The
 * same for what is fetched, read from a file and imported.
 */
export const MOST_BODY_BYTES = 64 << 20;
