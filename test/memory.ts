/** So much a process may take at most. Node 24 itself keeps some 20 to 40 MB more of what it has given back. */
export const MEGABYTES = Number.parseInt(process.versions.node, 10) < 24 ? 200 : 240;
