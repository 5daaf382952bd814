import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The style sheet and the script. Their names contain a hash, so that browsers may cache them for ever. */
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

/** The built `assets/` beside the program or, when the program runs from source, in `dist/`. */
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
