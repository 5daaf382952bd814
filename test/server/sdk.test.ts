import { join } from 'node:path';
import { HTTPClient, OpenRouter } from '@openrouter/sdk';
import { modelsListResponseFromJSON } from '@openrouter/sdk/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLedger, type Observed } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { hasRecordings, readRecording } from '../recordings.ts';
import { times } from '../thorough.ts';
import { openApp, type TestApp } from './apps.ts';

interface Entry {
  readonly id: string;
  readonly pricing: { readonly prompt: string };
}

/** All of them take two minutes. */
const STEP = times(72, 6);

function entriesOf({ body }: Observed): Entry[] {
  const parsed = JSON.parse(body.toString());
  return Array.isArray(parsed) ? parsed : parsed.data;
}

describe.runIf(hasRecordings)('the official SDK, pointed here', () => {
  const folder = newFolder(afterAll);
  const lists: Observed[] = [];
  let served: TestApp;

  beforeAll(async () => {
    lists.push(...readRecording(folder, 'spring'), ...readRecording(folder, 'summer'));
    const db = join(folder, 'ledger.db');
    await makeLedger(db, lists);
    served = openApp(db);
  });
  afterAll(() => served.source.close());

  /** The SDK knows nothing of `as_of`: it is added to what it asks. */
  function sdkAt(at?: string): OpenRouter {
    const httpClient = new HTTPClient({
      fetcher: async (input, init) => {
        const request = new Request(input, init);
        const url = new URL(request.url);
        if (at !== undefined) url.searchParams.set('as_of', at);
        return await served.app.fetch(new Request(url, { headers: request.headers }));
      },
    });
    return new OpenRouter({ serverURL: 'http://127.0.0.1/api/v1', httpClient, retryConfig: { strategy: 'none' } });
  }

  it('lists, counts and gets every model of a snapshot as of then, with and without paging', async () => {
    const chosen = lists.filter((_, index) => index % STEP === 0 || index === lists.length - 1);
    for (const list of chosen) await checkAll(sdkAt(list.at), list, `as_of=${list.at}`);
    expect(lists.length).toBe(213);
  });

  it('does the same with the newest one, now', async () => {
    const newest = lists.at(-1);
    if (newest === undefined) throw new TypeError('a recording is empty');
    await checkAll(sdkAt(), newest, '');
  });

  async function checkAll(sdk: OpenRouter, list: Observed, query: string): Promise<void> {
    const entries = entriesOf(list);
    const ids = entries.map(({ id }) => id);
    const paged: string[] = [];
    for await (const page of await sdk.models.list({ limit: 150 })) paged.push(...page.result.data.map(({ id }) => id));
    expect(paged).toEqual(ids);
    const { result } = await sdk.models.list();
    expect([result.data.map(({ id }) => id), result.totalCount]).toEqual([ids, ids.length]);
    expect((await sdk.models.count()).data.count).toBe(ids.length);
    const whole = await served.app.request(`/api/v1/models?${query}`);
    expect(modelsListResponseFromJSON(await whole.text())).toMatchObject({ ok: true });
    for (const { id, pricing } of entries) {
      const [author = '', slug = ''] = id.split('/');
      const { data } = await sdk.models.get({ author, slug });
      expect([data.id, data.pricing.prompt]).toEqual([id, pricing.prompt]);
    }
  }
});
