/** Whether the ledger is being kept up to date, in numbers. */
export interface Metrics {
  /** When the last run ended whose list was accepted. */
  readonly lastSuccessAt: string | null;
  readonly lastRun: { readonly status: string; readonly startedAt: string; readonly finishedAt: string } | null;
  /** All statuses that a run may have. */
  readonly statuses: readonly string[];
  /** Models in the newest accepted list. */
  readonly listed: number;
  /** Events since the beginning, by type. */
  readonly events: Readonly<Record<string, number>>;
  /** Held answers in a row, waiting for a confirmation. */
  readonly heldRuns: number;
  /** Broken entries of the newest accepted list. */
  readonly quarantined: number;
  readonly messages: { readonly waiting: number; readonly givenUp: number };
  readonly fileBytes: number;
}

/**
 * The numbers in Prometheus's text format, for node_exporter's textfile collector.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function writeMetrics(metrics: Metrics): string {
  const { lastRun, quarantined, messages } = metrics;
  const succeeded = seconds(metrics.lastSuccessAt);
  const families: readonly MetricFamily[] = [
    gauge('last_success_timestamp_seconds', 'When the last run ended that had a list to accept.', succeeded),
    gauge('last_run_timestamp_seconds', 'When the last run ended.', seconds(lastRun?.finishedAt ?? null)),
    gauge('last_run_duration_seconds', 'How long the last run took.', lastRun && duration(lastRun)),
    {
      name: 'last_run_status',
      type: 'gauge',
      help: 'How the last run ended: 1 for its status, 0 for the others.',
      samples:
        lastRun === null ? [] : metrics.statuses.map((status) => [{ status }, Number(status === lastRun.status)]),
    },
    gauge('models_listed', 'Models in the newest accepted list.', metrics.listed),
    {
      name: 'events_total',
      type: 'counter',
      help: 'Events recorded since the beginning.',
      samples: Object.entries(metrics.events).map(([type, count]) => [{ type }, count]),
    },
    gauge('held_runs', 'Answers in a row that are held and wait for a confirmation.', metrics.heldRuns),
    gauge('quarantined_entries', 'Entries of the newest accepted list that could not be believed.', quarantined),
    gauge('outbox_waiting_messages', 'Messages that their receiver has not taken yet.', messages.waiting),
    gauge('outbox_given_up_messages', 'Messages that are not tried any more.', messages.givenUp),
    gauge('file_size_bytes', 'Size of the data file and its write-ahead log.', metrics.fileBytes),
  ];
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(writeFamily)
    .join('');
}

interface MetricFamily {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Labels are never upstream's words, so they need no escaping. */
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function gauge(name: string, help: string, value: number | null): MetricFamily {
  return { name, type: 'gauge', help, samples: value === null ? [] : [[{}, value]] };
}

function seconds(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant) / 1000;
}

function duration({ startedAt, finishedAt }: { startedAt: string; finishedAt: string }): number {
  return Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

function writeFamily({ name, type, help, samples }: MetricFamily): string {
  const full = `model_ledger_${name}`;
  const lines = samples.map(([labels, value]) => {
    const words = Object.entries(labels).map(([key, word]) => `${key}="${word}"`);
    return `${full}${words.length === 0 ? '' : `{${words.join(',')}}`} ${value}`;
  });
  return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...lines, ''].join('\n');
}
