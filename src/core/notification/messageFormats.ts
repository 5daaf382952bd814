/** The formats of messages: a document for programs, and texts for three services. */
export const FORMATS = ['json', 'slack', 'discord', 'ntfy'] as const;
export type Format = (typeof FORMATS)[number];
