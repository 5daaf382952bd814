import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The style sheet and the script, each under a name that changes with its content. */
export interface Assets {
  readonly style: string;
  readonly script: string;
  readonly byName: ReadonlyMap<string, Asset>;
}

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
}

const TYPES = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' } as const;

/** `assets/` stands beside the program where it is built; tests find the built one. */
function assetsFolder(): string {
  const candidates = ['./assets/', '../../dist/assets/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find((path) => existsSync(`${path}page.css`)) ?? './assets/';
}

export function readAssets(): Assets {
  const byName = new Map<string, Asset>();
  const add = (name: string, extension: keyof typeof TYPES): string => {
    const bytes = readFileSync(`${assetsFolder()}${name}.${extension}`);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    const versioned = `${name}-${hash}.${extension}`;
    byName.set(versioned, { type: TYPES[extension], bytes });
    return versioned;
  };
  return { style: add('page', 'css'), script: add('page', 'js'), byName };
}
