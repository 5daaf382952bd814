import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeLedger } from '../ledgers.ts';
import { call } from '../program/call.ts';
import { newFolder } from '../program/program.ts';
import { HISTORY } from '../recordings.ts';
import { jsonOf, newApp } from './apps.ts';

const DAY = join(HISTORY, 'endpoints-2026-summer/2026-07-17.json.gz');
const hasRecording = existsSync(DAY);
if (!hasRecording) console.info(`no recording at ${DAY}: what it proves is left out of this run`);

it.runIf(hasRecording)(
  'who serves a model is on its page, in the API by id or canonical slug, and a filter',
  async () => {
    const db = join(newFolder(), 'ledger.db');
    const pricing = { prompt: '0.000001', completion: '0.000004' };
    const glm = { id: 'z-ai/glm-5.2', canonical_slug: 'z-ai/glm-5.2-20260616', name: 'GLM 5.2', pricing };
    const other = { id: 'no/body', canonical_slug: 'no/body', name: 'Nobody', pricing };
    await makeLedger(db, [{ at: '2026-07-17T00:00:00.000Z', body: JSON.stringify({ data: [glm, other] }) }]);
    expect((await call(['import', 'endpoints', DAY, '--db', db])).code).toBe(0);
    const { app } = newApp(db);
    const html = await (await app.request('/models/z-ai/glm-5.2')).text();
    expect(html).toContain('<h2>Providers</h2>');
    const byId = await app.request('/api/v1/models/z-ai/glm-5.2/endpoints');
    const { data } = await jsonOf(byId);
    expect(html.match(/<th scope="row">(?!prompt|completion)/g)?.length).toBe(data.endpoints.length);
    expect(byId.headers.get('x-ledger-observed-at')).toBe('2026-07-17T00:00:00.000Z');
    const bySlug = await app.request('/api/v1/models/z-ai/glm-5.2-20260616/endpoints');
    expect((await jsonOf(bySlug)).data).toEqual(data);
    expect((await app.request('/api/v1/models/no/body/endpoints')).status).toBe(404);
    const provider = data.endpoints[0].provider_name;
    const found = await jsonOf(await app.request(`/api/v1/models?providers=${encodeURIComponent(provider)}`));
    expect(found.data.map(({ id }: { id: string }) => id)).toEqual(['z-ai/glm-5.2']);
    const whole = await (await app.request('/api/v1/models')).text();
    expect(await (await app.request('/api/v1/models?providers=')).text()).toBe(whole);
    expect(await (await app.request('/models/no/body')).text()).not.toContain('<h2>Providers</h2>');
  },
);
