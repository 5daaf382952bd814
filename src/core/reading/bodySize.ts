/**
 * The most bytes that one answer may have, decoded and over all its pages, whether it is fetched, read from a file or
 * imported. It is ninety times the longest one that was ever recorded.
 */
export const MOST_BODY_BYTES = 64 << 20;
