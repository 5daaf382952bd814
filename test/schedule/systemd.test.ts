import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UnitPlan } from '../../src/schedule/plan.ts';
import { unitsFor } from '../../src/schedule/systemd.ts';

const PLAN: UnitPlan = {
  node: '/usr/bin/node',
  cli: '/opt/model-ledger/dist/cli.js',
  db: '/srv/ledger/ledger.db',
  directory: '/opt/model-ledger',
  name: 'model-ledger',
  scope: 'system',
  account: 'ledger',
  isolate: true,
  every: '*:07',
  randomDelay: 300,
};

const FILTERS = `KeyringMode=private
LockPersonality=yes
NoNewPrivileges=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
`;

describe('the service', () => {
  test("of the machine waits for the network, runs as the data file's owner and can write beside it only", () => {
    expect(unitsFor(PLAN).service).toBe(`# Written by model-ledger schedule systemd for /srv/ledger/ledger.db
# It holds fixed paths: when Node or model-ledger has moved, run that command again.
[Unit]
Description=model-ledger sync into /srv/ledger/ledger.db
RequiresMountsFor=/srv/ledger
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/usr/bin/node /opt/model-ledger/dist/cli.js sync --must-exist --db /srv/ledger/ledger.db --trigger cron
User=ledger
WorkingDirectory=-/opt/model-ledger
TimeoutStartSec=15min
# 75: another run was writing; 143: stopped by hand, nothing half done.
SuccessExitStatus=75 143

# V8 compiles at run time, so its memory cannot be kept from executing.
${FILTERS}ReadWritePaths=-/srv/ledger
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
CapabilityBoundingSet=
DevicePolicy=closed
PrivateDevices=yes
PrivateIPC=yes
PrivateUsers=yes
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
`);
  });

  test('of a user who may not make namespaces keeps the filters; secrets are named by their files', () => {
    const { account: _, ...rest } = PLAN;
    const plan: UnitPlan = {
      ...rest,
      scope: 'user',
      isolate: false,
      db: '/home/ann/50% "new"/$x.db',
      source: 'https://mirror.test/models?a=%20',
      environmentFile: '/home/ann/[a] b.env',
      keyFile: '/home/ann/my %key',
    };
    expect(unitsFor(plan).service).toBe(`# Written by model-ledger schedule systemd for "/home/ann/50%% \\"new\\"/$x.db"
# It holds fixed paths: when Node or model-ledger has moved, run that command again.
[Unit]
Description=model-ledger sync into /home/ann/50%% "new"/$x.db
RequiresMountsFor="/home/ann/50%% \\"new\\""

[Service]
Type=oneshot
ExecStart=/usr/bin/node /opt/model-ledger/dist/cli.js sync --must-exist --db "/home/ann/50%% \\"new\\"/$$x.db" \
--source "https://mirror.test/models?a=%%20" --trigger cron
WorkingDirectory=-/opt/model-ledger
EnvironmentFile=/home/ann/\\[a\\] b.env
LoadCredential=openrouter_api_key:/home/ann/my %%key
TimeoutStartSec=15min
# 75: another run was writing; 143: stopped by hand, nothing half done.
SuccessExitStatus=75 143

# V8 compiles at run time, so its memory cannot be kept from executing.
${FILTERS}# Users may not make namespaces on this machine, so what needs them is left out.
`);
  });

  test('sees the homes and the temporary folders where the run needs something there', () => {
    const settings = (change: Partial<UnitPlan>) =>
      unitsFor({ ...PLAN, ...change })
        .service.split('\n')
        .filter((line) => /^(?:ProtectHome|PrivateTmp)=/.test(line));
    expect(settings({ node: '/home/ann/.nvm/node' })).toEqual(['ProtectHome=read-only', 'PrivateTmp=yes']);
    expect(settings({ source: '/var/tmp/list.json' })).toEqual(['ProtectHome=yes', 'PrivateTmp=no']);
    expect(settings({ keyFile: '/root/key', environmentFile: '/home/x/env' })).toEqual([
      'ProtectHome=yes',
      'PrivateTmp=yes',
    ]);
    expect(settings({ db: '/homestead/ledger.db' })).toEqual(['ProtectHome=yes', 'PrivateTmp=yes']);
    expect(settings({ scope: 'user' })).toEqual(['ProtectHome=read-only', 'PrivateTmp=yes']);
  });
});

test('the service may write where feeds and metrics go, and is handed each secret as a credential', () => {
  const { service } = unitsFor({
    ...PLAN,
    webhookUrlFile: '/etc/hook/url',
    webhookSecretFile: '/etc/hook/secret',
    pingUrlFile: '/etc/ping 50%',
    writable: ['/var/www/my feeds', '/home/ann/metrics'],
  });
  expect(service.split('\n').filter((line) => /^(?:LoadCredential|ReadWritePaths|ProtectHome)=/.test(line))).toEqual([
    'LoadCredential=webhook_url:/etc/hook/url',
    'LoadCredential=webhook_secret:/etc/hook/secret',
    'LoadCredential=ping_url:/etc/ping 50%%',
    'ReadWritePaths=-/srv/ledger "-/var/www/my feeds" -/home/ann/metrics',
    'ProtectHome=read-only',
  ]);
});

test('the timer makes up for a missed time and starts at random within the delay', () => {
  expect(
    unitsFor({ ...PLAN, name: 'list', every: 'Mon *-*-* 04:20', randomDelay: 90 }).timer,
  ).toBe(`# Written by model-ledger schedule systemd for /srv/ledger/ledger.db
[Unit]
Description=Starts list.service on a schedule

[Timer]
OnCalendar=Mon *-*-* 04:20
# A time missed while the machine was off is made up for once, at the next start.
Persistent=true
RandomizedDelaySec=90

[Install]
WantedBy=timers.target
`);
});

describe('what a unit cannot say is refused', () => {
  test.each<[string, Partial<UnitPlan>, string]>([
    ['a relative path', { db: 'ledger.db' }, 'ledger.db is not an absolute path; nothing was scheduled.'],
    [
      'a line break in a path',
      { db: '/a\n[Service]' },
      '"/a\\n[Service]" holds a control character; nothing was scheduled.',
    ],
    [
      'a line break in a secret file',
      { keyFile: '/a\rb' },
      '"/a\\rb" holds a control character; nothing was scheduled.',
    ],
    ['a line break in a source', { source: 'x\ny' }, '"x\\ny" holds a control character; nothing was scheduled.'],
    [
      'a line break in a time',
      { every: '*:07\nUnit=x' },
      '"*:07\\nUnit=x" holds a control character; nothing was scheduled.',
    ],
    [
      'a data file that would swallow the next line',
      { db: '/srv/ledger\\' },
      'Description=model-ledger sync into /srv/ledger\\ ends in a backslash; nothing was scheduled.',
    ],
    ['no time', { every: ' ' }, '--every is empty; nothing was scheduled.'],
    [
      'a quote where Node is',
      { node: "/ann's/node" },
      "/ann's/node has a quote or a backslash; nothing was scheduled.",
    ],
    [
      'a name that is a path',
      { name: '../x' },
      'The name of a unit or of an account has letters, digits, . _ and - only.',
    ],
    [
      'an account of words',
      { account: 'a b' },
      'The name of a unit or of an account has letters, digits, . _ and - only.',
    ],
    [
      'a folder that ends in a space',
      { directory: '/a ' },
      '/a  ends in a space or a backslash; nothing was scheduled.',
    ],
    [
      'a file that ends in a backslash',
      { keyFile: '/a\\' },
      '/a\\ ends in a space or a backslash; nothing was scheduled.',
    ],
  ])('%s', (_, change, message) => {
    expect(() => unitsFor({ ...PLAN, ...change })).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });
});

/** What may stand in a path here: systemd's own special characters, often. */
const path = fc
  .array(fc.oneof(fc.constantFrom(...' %$"\'\\;#-+@:!{}*[]~='), fc.string({ unit: 'grapheme', maxLength: 3 })), {
    maxLength: 12,
  })
  .map((parts) => `/${parts.join('').replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, '')}x`);

test('odd paths come out of the service as they went in, read by the rules of systemd', () => {
  fc.assert(
    fc.property(path, path, path, path, (cli, db, directory, keyFile) => {
      const settings = readSettings(unitsFor({ ...PLAN, cli, db: `${db}/y`, directory, keyFile }).service);
      expect({
        command: splitWords(settings.get('ExecStart') ?? '').map(expandVariables),
        directory: settings.get('WorkingDirectory'),
        credential: settings.get('LoadCredential'),
        writable: splitWords(settings.get('ReadWritePaths') ?? ''),
        mounts: splitWords(settings.get('RequiresMountsFor') ?? ''),
      }).toEqual({
        command: ['/usr/bin/node', cli, 'sync', '--must-exist', '--db', `${db}/y`, '--trigger', 'cron'],
        directory: `-${directory}`,
        credential: `openrouter_api_key:${keyFile}`,
        writable: [`-${db}`],
        mounts: [db],
      });
    }),
    { numRuns: 500 },
  );
});

/** Comments skipped, `%%` resolved; any other specifier would be a fault of the writer. */
function readSettings(unit: string): Map<string, string> {
  const settings = unit.split('\n').filter((line) => line.includes('=') && !/^\s*[#;]/.test(line));
  return new Map(
    settings.map((line) => [line.slice(0, line.indexOf('=')), specifiers(line.slice(line.indexOf('=') + 1))]),
  );
}

function specifiers(value: string): string {
  return value.replaceAll(/%(.?)/g, (_, letter: string) => (letter === '%' ? '%' : `<specifier ${letter}>`));
}

/** Words as systemd.syntax(7) has them: spaces part them, quotes join them, a backslash escapes. */
function splitWords(value: string): string[] {
  const words: string[] = [];
  for (const [, double, single, bare = ''] of value.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/gu))
    words.push((double ?? single ?? bare).replaceAll(/\\(.)/gu, '$1'));
  return words;
}

function expandVariables(word: string): string {
  return word.replaceAll(/\$(.?)/gu, (_, next: string) => (next === '$' ? '$' : `<variable ${next}>`));
}
