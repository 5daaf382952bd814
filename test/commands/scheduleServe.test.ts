import { describe, expect, test } from 'vitest';
import { define } from '../../src/commands/schedule/schedule.ts';
import { ask, smallLedger } from './asking.ts';

describe('schedule systemd --serve', () => {
  test('prints one hardened service that stays, its token out of sight', async () => {
    const db = await smallLedger();
    const flags = ['--port', '9000', '--base-path', 'ledger', '--token-file', '/etc/ledger/token', '--system'];
    const { code, stdout, stderr } = await ask(define, ['systemd', '--serve', '--db', db, ...flags]);
    expect(code).toBe(0);
    expect(stdout).toContain('# /etc/systemd/system/model-ledger-serve.service\n');
    expect(stdout).toContain(
      `serve --db ${db} --host 127.0.0.1 --port 9000 --base-path /ledger --token-file %d/serve_token\n`,
    );
    for (const line of [
      'LoadCredential=serve_token:/etc/ledger/token',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'Restart=on-failure',
      'SuccessExitStatus=143',
      'WantedBy=multi-user.target',
    ])
      expect(stdout.split('\n')).toContain(line);
    expect(stdout).not.toContain('[Timer]');
    expect(stderr).toContain('Nothing was installed');
  });

  test('refuses a port that only root may have', async () => {
    const { code, stderr } = await ask(define, ['systemd', '--serve', '--db', await smallLedger(), '--port', '80']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Port 80 needs rights')]);
  });
});
