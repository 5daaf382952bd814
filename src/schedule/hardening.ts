import { dirname } from 'node:path/posix';
import type { UnitPlan } from './plan.ts';
import { type Plan, pathsOf } from './plan.ts';
import { quoteWord } from './unitText.ts';

/** Settings that restrict the service to what it needs: the network, and the folders that it writes to. */
export function hardening(plan: UnitPlan): string[] {
  return ['# V8 compiles at run time, so its memory cannot be kept from executing.', ...FILTERS, ...isolation(plan)];
}

/** Restrictions that every service manager can apply. */
const FILTERS = [
  'KeyringMode=private',
  'LockPersonality=yes',
  'NoNewPrivileges=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'SystemCallArchitectures=native',
  'SystemCallErrorNumber=EPERM',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged @resources',
];

/** Restrictions that need namespaces. If a user's service manager may not create those, the service would not start. */
function isolation(plan: UnitPlan): string[] {
  if (!plan.isolate) return ['# Users may not make namespaces on this machine, so what needs them is left out.'];
  const writable = [dirname(plan.db), ...(plan.writable ?? [])];
  return [
    `ReadWritePaths=${writable.map((folder) => quoteWord(`-${folder}`)).join(' ')}`,
    'ProtectSystem=strict',
    `ProtectHome=${plan.scope === 'user' || reaches(plan, HOMES) ? 'read-only' : 'yes'}`,
    `PrivateTmp=${reaches(plan, TEMPORARY) ? 'no' : 'yes'}`,
    'CapabilityBoundingSet=',
    'DevicePolicy=closed',
    'PrivateDevices=yes',
    'PrivateIPC=yes',
    'PrivateUsers=yes',
    'ProcSubset=pid',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'ProtectProc=invisible',
    'RemoveIPC=yes',
  ];
}

const HOMES = ['/home', '/root', '/run/user', '/var/home'];
const TEMPORARY = ['/tmp', '/var/tmp'];

/** Whether the run needs a path in one of these folders. */
function reaches(plan: Plan, folders: readonly string[]): boolean {
  return pathsOf(plan).some((path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)));
}
