import { Readable } from 'node:stream';

// A standard input that neither says anything nor keeps the process: who waits for it waits for nothing.
Object.defineProperty(process, 'stdin', { value: new Readable({ read() {} }) });
