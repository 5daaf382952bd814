CREATE TABLE `acceptances` (
	`run_id` integer PRIMARY KEY NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `sync_runs`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `archive` (
	`id` integer PRIMARY KEY NOT NULL,
	`sha256` text NOT NULL,
	`bytes` integer NOT NULL,
	`base` integer,
	`depth` integer NOT NULL,
	`chain_bytes` integer NOT NULL,
	`cut` integer NOT NULL,
	`pack` integer NOT NULL,
	`start` integer NOT NULL,
	`length` integer NOT NULL,
	FOREIGN KEY (`base`) REFERENCES `archive`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`pack`) REFERENCES `archive_packs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "archive_base" CHECK(("archive"."base" IS NULL) = ("archive"."depth" = 0) AND "archive"."base" IS NOT "archive"."id"),
	CONSTRAINT "archive_cut" CHECK("archive"."cut" IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `archive_sha256` ON `archive` (`sha256`);--> statement-breakpoint
CREATE TABLE `archive_head` (
	`id` integer PRIMARY KEY NOT NULL,
	`sha256` text NOT NULL,
	`data` blob NOT NULL,
	CONSTRAINT "archive_head_one" CHECK("archive_head"."id" = 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `archive_packs` (
	`id` integer PRIMARY KEY NOT NULL,
	`deltas` integer NOT NULL,
	`data` blob NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `archive_packs_single` ON `archive_packs` (`id`) WHERE "archive_packs"."deltas" = 1;--> statement-breakpoint
CREATE TABLE `change_events` (
	`id` integer PRIMARY KEY NOT NULL,
	`run_id` integer NOT NULL,
	`model_id` text NOT NULL,
	`type` text NOT NULL,
	`field` text,
	`old_value` text,
	`new_value` text,
	`cause` text,
	`change_pct` real,
	`observed_at` text NOT NULL,
	`previous_observed_at` text,
	FOREIGN KEY (`run_id`) REFERENCES `sync_runs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "change_events_type" CHECK("change_events"."type" IN ('added', 'removed', 'restored', 'repriced', 'limits_changed', 'updated')),
	CONSTRAINT "change_events_cause" CHECK("change_events"."cause" IS NULL OR "change_events"."cause" IN ('zero', 'clock', 'alias', 'drift')),
	CONSTRAINT "change_events_field" CHECK(("change_events"."field" IS NULL) = ("change_events"."type" IN ('added', 'removed', 'restored'))),
	CONSTRAINT "change_events_values" CHECK(("change_events"."field" IS NULL AND "change_events"."old_value" IS NULL AND "change_events"."new_value" IS NULL) OR ("change_events"."field" IS NOT NULL AND ("change_events"."old_value" IS NOT NULL OR "change_events"."new_value" IS NOT NULL))),
	CONSTRAINT "change_events_observed_at" CHECK("change_events"."observed_at" LIKE '____-__-__T__:__:__.___Z'),
	CONSTRAINT "change_events_order" CHECK("change_events"."previous_observed_at" IS NULL OR "change_events"."previous_observed_at" < "change_events"."observed_at")
) STRICT;
--> statement-breakpoint
CREATE INDEX `change_events_run` ON `change_events` (`run_id`);--> statement-breakpoint
CREATE INDEX `change_events_model` ON `change_events` (`model_id`);--> statement-breakpoint
CREATE TABLE `models` (
	`id` text PRIMARY KEY NOT NULL,
	`canonical_slug` text GENERATED ALWAYS AS ((document ->> '$.canonical_slug')) VIRTUAL,
	`name` text GENERATED ALWAYS AS ((document ->> '$.name')) VIRTUAL,
	`author` text NOT NULL,
	`created_at` text,
	`description` text GENERATED ALWAYS AS ((document ->> '$.description')) VIRTUAL,
	`tokenizer` text GENERATED ALWAYS AS ((document ->> '$.architecture.tokenizer')) VIRTUAL,
	`instruct_type` text GENERATED ALWAYS AS ((document ->> '$.architecture.instruct_type')) VIRTUAL,
	`modality` text GENERATED ALWAYS AS ((document ->> '$.architecture.modality')) VIRTUAL,
	`input_modalities` text GENERATED ALWAYS AS ((document ->> '$.architecture.input_modalities')) VIRTUAL,
	`output_modalities` text GENERATED ALWAYS AS ((document ->> '$.architecture.output_modalities')) VIRTUAL,
	`supported_parameters` text GENERATED ALWAYS AS ((document ->> '$.supported_parameters')) VIRTUAL,
	`hugging_face_id` text GENERATED ALWAYS AS ((document ->> '$.hugging_face_id')) VIRTUAL,
	`knowledge_cutoff` text GENERATED ALWAYS AS ((document ->> '$.knowledge_cutoff')) VIRTUAL,
	`expiration_date` text GENERATED ALWAYS AS ((document ->> '$.expiration_date')) VIRTUAL,
	`alias_of` text,
	`first_seen_at` text NOT NULL,
	`last_seen_at` text,
	`removed_at` text,
	`document` text NOT NULL,
	CONSTRAINT "models_id" CHECK(length("models"."id") > 0),
	CONSTRAINT "models_first_seen_at" CHECK("models"."first_seen_at" LIKE '____-__-__T__:__:__.___Z'),
	CONSTRAINT "models_gone" CHECK(("models"."last_seen_at" IS NULL) = ("models"."removed_at" IS NULL)),
	CONSTRAINT "models_life" CHECK("models"."removed_at" IS NULL OR ("models"."first_seen_at" <= "models"."last_seen_at" AND "models"."last_seen_at" < "models"."removed_at")),
	CONSTRAINT "models_document" CHECK(json_valid("models"."document"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `models_removed` ON `models` (`removed_at`) WHERE "models"."removed_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY NOT NULL,
	`message_id` text NOT NULL,
	`run_id` integer NOT NULL,
	`channel` text NOT NULL,
	`payload` text,
	`created_at` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_try_at` text NOT NULL,
	`last_error` text,
	`sent_at` text,
	`given_up_at` text,
	FOREIGN KEY (`run_id`) REFERENCES `sync_runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "outbox_channel" CHECK("outbox"."channel" IN ('json', 'slack', 'discord', 'ntfy')),
	CONSTRAINT "outbox_instants" CHECK("outbox"."created_at" LIKE '____-__-__T__:__:__.___Z' AND "outbox"."next_try_at" LIKE '____-__-__T__:__:__.___Z' AND ("outbox"."sent_at" IS NULL OR "outbox"."sent_at" LIKE '____-__-__T__:__:__.___Z') AND ("outbox"."given_up_at" IS NULL OR "outbox"."given_up_at" LIKE '____-__-__T__:__:__.___Z')),
	CONSTRAINT "outbox_payload" CHECK(("outbox"."payload" IS NULL) = ("outbox"."sent_at" IS NOT NULL)),
	CONSTRAINT "outbox_end" CHECK("outbox"."sent_at" IS NULL OR "outbox"."given_up_at" IS NULL),
	CONSTRAINT "outbox_attempts" CHECK("outbox"."attempts" >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_message` ON `outbox` (`message_id`);--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`next_try_at`) WHERE "outbox"."sent_at" IS NULL AND "outbox"."given_up_at" IS NULL;--> statement-breakpoint
CREATE TABLE `pricing_history` (
	`id` integer PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`component` text NOT NULL,
	`condition` text NOT NULL,
	`price` text,
	`dynamic` integer NOT NULL,
	`valid_from` text NOT NULL,
	`valid_to` text,
	`opened_by` integer NOT NULL,
	`closed_by` integer,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opened_by`) REFERENCES `sync_runs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`closed_by`) REFERENCES `sync_runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pricing_history_interval" CHECK("pricing_history"."valid_from" LIKE '____-__-__T__:__:__.___Z' AND ("pricing_history"."valid_to" IS NULL OR ("pricing_history"."valid_to" LIKE '____-__-__T__:__:__.___Z' AND "pricing_history"."valid_from" < "pricing_history"."valid_to")) AND ("pricing_history"."valid_to" IS NULL) = ("pricing_history"."closed_by" IS NULL)),
	CONSTRAINT "pricing_history_dynamic" CHECK("pricing_history"."dynamic" IN (0, 1) AND ("pricing_history"."price" IS NULL) = ("pricing_history"."dynamic" = 1)),
	CONSTRAINT "pricing_history_price" CHECK("pricing_history"."price" IS NULL OR ("pricing_history"."price" GLOB '[0-9]*' AND "pricing_history"."price" NOT GLOB '*[^0-9.]*'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `pricing_history_model` ON `pricing_history` (`model_id`);--> statement-breakpoint
CREATE INDEX `pricing_history_to` ON `pricing_history` (`valid_to`);--> statement-breakpoint
CREATE TABLE `provider_limits` (
	`id` integer PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`context_length` integer,
	`top_provider_context_length` integer,
	`max_completion_tokens` integer,
	`is_moderated` integer,
	`request_prompt_tokens` integer,
	`request_completion_tokens` integer,
	`valid_from` text NOT NULL,
	`valid_to` text,
	`opened_by` integer NOT NULL,
	`closed_by` integer,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opened_by`) REFERENCES `sync_runs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`closed_by`) REFERENCES `sync_runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "provider_limits_interval" CHECK("provider_limits"."valid_from" LIKE '____-__-__T__:__:__.___Z' AND ("provider_limits"."valid_to" IS NULL OR ("provider_limits"."valid_to" LIKE '____-__-__T__:__:__.___Z' AND "provider_limits"."valid_from" < "provider_limits"."valid_to")) AND ("provider_limits"."valid_to" IS NULL) = ("provider_limits"."closed_by" IS NULL)),
	CONSTRAINT "provider_limits_moderated" CHECK("provider_limits"."is_moderated" IS NULL OR "provider_limits"."is_moderated" IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE INDEX `provider_limits_model` ON `provider_limits` (`model_id`);--> statement-breakpoint
CREATE TABLE `quarantine` (
	`id` integer PRIMARY KEY NOT NULL,
	`run_id` integer NOT NULL,
	`position` integer NOT NULL,
	`model_id` text,
	`issues` text NOT NULL,
	`document` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `sync_runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "quarantine_issues" CHECK(json_valid("quarantine"."issues"))
) STRICT;
--> statement-breakpoint
CREATE TABLE `schema_drift` (
	`id` integer PRIMARY KEY NOT NULL,
	`run_id` integer NOT NULL,
	`key_path` text NOT NULL,
	`kind` text NOT NULL,
	`models` integer NOT NULL,
	`compared` integer NOT NULL,
	`observed_at` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `sync_runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "schema_drift_kind" CHECK("schema_drift"."kind" IN ('appeared', 'vanished', 'retyped')),
	CONSTRAINT "schema_drift_models" CHECK("schema_drift"."models" BETWEEN 1 AND "schema_drift"."compared")
) STRICT;
--> statement-breakpoint
CREATE TABLE `sync_runs` (
	`id` integer PRIMARY KEY NOT NULL,
	`trigger` text NOT NULL,
	`source` text NOT NULL,
	`scope` text NOT NULL,
	`started_at` text NOT NULL,
	`finished_at` text NOT NULL,
	`observed_at` text,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`http_status` integer,
	`etag` text,
	`body_sha256` text,
	`body_bytes` integer,
	`model_count` integer,
	`added` integer DEFAULT 0 NOT NULL,
	`removed` integer DEFAULT 0 NOT NULL,
	`restored` integer DEFAULT 0 NOT NULL,
	`repriced` integer DEFAULT 0 NOT NULL,
	`limits_changed` integer DEFAULT 0 NOT NULL,
	`updated` integer DEFAULT 0 NOT NULL,
	`quarantined` integer DEFAULT 0 NOT NULL,
	`error_code` text,
	`error_message` text,
	CONSTRAINT "sync_runs_trigger" CHECK("sync_runs"."trigger" IN ('manual', 'cron', 'daemon', 'import')),
	CONSTRAINT "sync_runs_status" CHECK("sync_runs"."status" IN ('changed', 'unchanged', 'held', 'rejected', 'failed')),
	CONSTRAINT "sync_runs_observed_at" CHECK("sync_runs"."observed_at" IS NULL OR "sync_runs"."observed_at" LIKE '____-__-__T__:__:__.___Z'),
	CONSTRAINT "sync_runs_body" CHECK("sync_runs"."status" = 'failed' OR ("sync_runs"."observed_at" IS NOT NULL AND coalesce(length("sync_runs"."body_sha256"), 0) = 64 AND coalesce("sync_runs"."body_bytes", -1) >= 0)),
	CONSTRAINT "sync_runs_error" CHECK("sync_runs"."status" IN ('changed', 'unchanged') OR "sync_runs"."error_code" IS NOT NULL)
) STRICT;
--> statement-breakpoint
CREATE INDEX `sync_runs_observed` ON `sync_runs` (`observed_at`);