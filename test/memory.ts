/**
 * So much a process may take at most. What is not bounded takes what it is sent, hundreds of megabytes more; how much of
 * what was given back is still there depends on the Node and on when its garbage is collected.
 */
export const MEGABYTES = 256;
