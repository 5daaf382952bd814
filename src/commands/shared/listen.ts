import { InvalidArgumentError, Option } from 'commander';

/** Where a server listens, and what it asks for. */
export function listenOptions(): Option[] {
  return [
    new Option('--host <address>', 'the address to listen at; 0.0.0.0 is all of them')
      .argParser(readHost)
      .default('127.0.0.1'),
    new Option('--port <n>', 'where it listens; 0: any free one').argParser(readPort).default(8787),
    new Option('--base-path <path>', 'what stands before every path, behind a proxy').argParser(readBase).default(''),
    new Option('--token-file <file>', 'a file with the bearer token that the API then requires'),
  ];
}

function readHost(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected an address such as 127.0.0.1');
  return text.trim();
}

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('expected a port, 0 to 65535');
  return Number(text);
}

/** `/ledger` for `ledger`, `/ledger` or `/ledger/`. */
function readBase(text: string): string {
  const path = text.replace(/^\/+|\/+$/g, '');
  if (!/^[\w.~-]*(?:\/[\w.~-]+)*$/.test(path)) throw new InvalidArgumentError('expected a path such as /ledger');
  return path === '' ? '' : `/${path}`;
}
