CREATE TABLE `endpoint_answers` (
	`id` integer PRIMARY KEY NOT NULL,
	`sweep_id` integer NOT NULL,
	`model_id` text NOT NULL,
	`kind` text NOT NULL,
	`text_id` integer,
	FOREIGN KEY (`sweep_id`) REFERENCES `endpoint_sweeps`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`model_id`) REFERENCES `endpoint_models`(`model_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`text_id`) REFERENCES `endpoint_texts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "endpoint_answers_kind" CHECK("endpoint_answers"."kind" IN ('endpoints', 'none', 'unlisted')),
	CONSTRAINT "endpoint_answers_text" CHECK(("endpoint_answers"."text_id" IS NOT NULL) = ("endpoint_answers"."kind" = 'endpoints'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `endpoint_answers_sweep` ON `endpoint_answers` (`sweep_id`,`model_id`);--> statement-breakpoint
CREATE INDEX `endpoint_answers_model` ON `endpoint_answers` (`model_id`);--> statement-breakpoint
CREATE TABLE `endpoint_events` (
	`id` integer PRIMARY KEY NOT NULL,
	`sweep_id` integer NOT NULL,
	`endpoint_id` integer NOT NULL,
	`model_id` text NOT NULL,
	`type` text NOT NULL,
	`field` text,
	`old_value` text,
	`new_value` text,
	`cause` text,
	`change_pct` real,
	`observed_at` text NOT NULL,
	`previous_observed_at` text,
	FOREIGN KEY (`sweep_id`) REFERENCES `endpoint_sweeps`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`endpoint_id`) REFERENCES `endpoints`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "endpoint_events_type" CHECK("endpoint_events"."type" IN ('added', 'removed', 'restored', 'repriced', 'limits_changed', 'updated')),
	CONSTRAINT "endpoint_events_cause" CHECK("endpoint_events"."cause" IS NULL OR "endpoint_events"."cause" IN ('zero', 'clock', 'alias', 'drift', 'ambiguous')),
	CONSTRAINT "endpoint_events_field" CHECK(("endpoint_events"."field" IS NULL) = ("endpoint_events"."type" IN ('added', 'removed', 'restored'))),
	CONSTRAINT "endpoint_events_values" CHECK(("endpoint_events"."field" IS NULL AND "endpoint_events"."old_value" IS NULL AND "endpoint_events"."new_value" IS NULL) OR ("endpoint_events"."field" IS NOT NULL AND ("endpoint_events"."old_value" IS NOT NULL OR "endpoint_events"."new_value" IS NOT NULL))),
	CONSTRAINT "endpoint_events_observed_at" CHECK("endpoint_events"."observed_at" LIKE '____-__-__T__:__:__.___Z'),
	CONSTRAINT "endpoint_events_order" CHECK("endpoint_events"."previous_observed_at" IS NULL OR "endpoint_events"."previous_observed_at" < "endpoint_events"."observed_at")
) STRICT;
--> statement-breakpoint
CREATE INDEX `endpoint_events_sweep` ON `endpoint_events` (`sweep_id`);--> statement-breakpoint
CREATE INDEX `endpoint_events_model` ON `endpoint_events` (`model_id`);--> statement-breakpoint
CREATE INDEX `endpoint_events_endpoint` ON `endpoint_events` (`endpoint_id`);--> statement-breakpoint
CREATE TABLE `endpoint_limits` (
	`id` integer PRIMARY KEY NOT NULL,
	`endpoint_id` integer NOT NULL,
	`context_length` integer,
	`max_prompt_tokens` integer,
	`max_completion_tokens` integer,
	`valid_from` text NOT NULL,
	`valid_to` text,
	`opened_by` integer NOT NULL,
	`closed_by` integer,
	FOREIGN KEY (`endpoint_id`) REFERENCES `endpoints`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opened_by`) REFERENCES `endpoint_sweeps`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`closed_by`) REFERENCES `endpoint_sweeps`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "endpoint_limits_interval" CHECK("endpoint_limits"."valid_from" LIKE '____-__-__T__:__:__.___Z' AND ("endpoint_limits"."valid_to" IS NULL OR ("endpoint_limits"."valid_to" LIKE '____-__-__T__:__:__.___Z' AND "endpoint_limits"."valid_from" < "endpoint_limits"."valid_to")) AND ("endpoint_limits"."valid_to" IS NULL) = ("endpoint_limits"."closed_by" IS NULL))
) STRICT;
--> statement-breakpoint
CREATE INDEX `endpoint_limits_endpoint` ON `endpoint_limits` (`endpoint_id`);--> statement-breakpoint
CREATE TABLE `endpoint_models` (
	`number` integer PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `endpoint_models_model` ON `endpoint_models` (`model_id`);--> statement-breakpoint
CREATE TABLE `endpoint_prices` (
	`id` integer PRIMARY KEY NOT NULL,
	`endpoint_id` integer NOT NULL,
	`component` text NOT NULL,
	`condition` text NOT NULL,
	`price` text,
	`price_usd` real GENERATED ALWAYS AS ((CAST(price AS REAL))) VIRTUAL,
	`dynamic` integer NOT NULL,
	`valid_from` text NOT NULL,
	`valid_to` text,
	`opened_by` integer NOT NULL,
	`closed_by` integer,
	FOREIGN KEY (`endpoint_id`) REFERENCES `endpoints`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opened_by`) REFERENCES `endpoint_sweeps`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`closed_by`) REFERENCES `endpoint_sweeps`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "endpoint_prices_interval" CHECK("endpoint_prices"."valid_from" LIKE '____-__-__T__:__:__.___Z' AND ("endpoint_prices"."valid_to" IS NULL OR ("endpoint_prices"."valid_to" LIKE '____-__-__T__:__:__.___Z' AND "endpoint_prices"."valid_from" < "endpoint_prices"."valid_to")) AND ("endpoint_prices"."valid_to" IS NULL) = ("endpoint_prices"."closed_by" IS NULL)),
	CONSTRAINT "endpoint_prices_dynamic" CHECK("endpoint_prices"."dynamic" IN (0, 1) AND ("endpoint_prices"."price" IS NULL) = ("endpoint_prices"."dynamic" = 1)),
	CONSTRAINT "endpoint_prices_price" CHECK("endpoint_prices"."price" IS NULL OR ("endpoint_prices"."price" GLOB '[0-9]*' AND "endpoint_prices"."price" NOT GLOB '*[^0-9.]*'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `endpoint_prices_endpoint` ON `endpoint_prices` (`endpoint_id`);--> statement-breakpoint
CREATE TABLE `endpoint_quarantine` (
	`id` integer PRIMARY KEY NOT NULL,
	`sweep_id` integer NOT NULL,
	`model_id` text NOT NULL,
	`position` integer NOT NULL,
	`issues` text NOT NULL,
	`document` text NOT NULL,
	FOREIGN KEY (`sweep_id`) REFERENCES `endpoint_sweeps`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "endpoint_quarantine_issues" CHECK(json_valid("endpoint_quarantine"."issues"))
) STRICT;
--> statement-breakpoint
CREATE TABLE `endpoint_sweeps` (
	`id` integer PRIMARY KEY NOT NULL,
	`trigger` text NOT NULL,
	`source` text NOT NULL,
	`started_at` text NOT NULL,
	`finished_at` text,
	`status` text NOT NULL,
	`models_asked` integer DEFAULT 0 NOT NULL,
	`models_answered` integer DEFAULT 0 NOT NULL,
	`models_without` integer DEFAULT 0 NOT NULL,
	`models_failed` integer DEFAULT 0 NOT NULL,
	`endpoints_seen` integer DEFAULT 0 NOT NULL,
	`requests` integer DEFAULT 0 NOT NULL,
	`added` integer DEFAULT 0 NOT NULL,
	`removed` integer DEFAULT 0 NOT NULL,
	`restored` integer DEFAULT 0 NOT NULL,
	`repriced` integer DEFAULT 0 NOT NULL,
	`limits_changed` integer DEFAULT 0 NOT NULL,
	`updated` integer DEFAULT 0 NOT NULL,
	`error_code` text,
	`error_message` text,
	`narrowed_to` text,
	`is_whole` integer DEFAULT 0 NOT NULL,
	`answers` text DEFAULT '[]' NOT NULL,
	CONSTRAINT "endpoint_sweeps_trigger" CHECK("endpoint_sweeps"."trigger" IN ('manual', 'cron', 'daemon', 'import')),
	CONSTRAINT "endpoint_sweeps_status" CHECK("endpoint_sweeps"."status" IN ('complete', 'partial', 'failed')),
	CONSTRAINT "endpoint_sweeps_instants" CHECK("endpoint_sweeps"."started_at" LIKE '____-__-__T__:__:__.___Z' AND ("endpoint_sweeps"."finished_at" IS NULL OR ("endpoint_sweeps"."finished_at" LIKE '____-__-__T__:__:__.___Z' AND "endpoint_sweeps"."started_at" <= "endpoint_sweeps"."finished_at"))),
	CONSTRAINT "endpoint_sweeps_end" CHECK("endpoint_sweeps"."finished_at" IS NOT NULL OR "endpoint_sweeps"."status" = 'partial'),
	CONSTRAINT "endpoint_sweeps_whole" CHECK("endpoint_sweeps"."is_whole" IN (0, 1)),
	CONSTRAINT "endpoint_sweeps_answers" CHECK(json_valid("endpoint_sweeps"."answers"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `endpoint_sweeps_started` ON `endpoint_sweeps` (`started_at`);--> statement-breakpoint
CREATE TABLE `endpoint_telemetry` (
	`id` integer PRIMARY KEY NOT NULL,
	`sweep_id` integer NOT NULL,
	`model_id` text NOT NULL,
	`provider` text NOT NULL,
	`tag` text NOT NULL,
	`quantization` text,
	`twin` integer NOT NULL,
	`observed_at` text NOT NULL,
	`status` integer,
	`uptime_last_5m` real,
	`uptime_last_30m` real,
	`uptime_last_1d` real,
	FOREIGN KEY (`sweep_id`) REFERENCES `endpoint_sweeps`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "endpoint_telemetry_observed_at" CHECK("endpoint_telemetry"."observed_at" LIKE '____-__-__T__:__:__.___Z')
) STRICT;
--> statement-breakpoint
CREATE INDEX `endpoint_telemetry_sweep` ON `endpoint_telemetry` (`sweep_id`);--> statement-breakpoint
CREATE TABLE `endpoint_texts` (
	`id` integer PRIMARY KEY NOT NULL,
	`sha256` text NOT NULL,
	`bytes` integer NOT NULL,
	`base` integer,
	`depth` integer NOT NULL,
	`data` blob NOT NULL,
	FOREIGN KEY (`base`) REFERENCES `endpoint_texts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "endpoint_texts_base" CHECK(("endpoint_texts"."base" IS NULL) = ("endpoint_texts"."depth" = 0) AND "endpoint_texts"."base" IS NOT "endpoint_texts"."id")
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `endpoint_texts_sha256` ON `endpoint_texts` (`sha256`);--> statement-breakpoint
CREATE TABLE `endpoints` (
	`id` integer PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`provider` text NOT NULL,
	`tag` text NOT NULL,
	`quantization` text,
	`twin` integer NOT NULL,
	`first_seen_at` text NOT NULL,
	`last_seen_at` text,
	`missing_since` text,
	`removed_at` text,
	`continues` integer,
	`document` text NOT NULL,
	FOREIGN KEY (`continues`) REFERENCES `endpoints`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "endpoints_first_seen_at" CHECK("endpoints"."first_seen_at" LIKE '____-__-__T__:__:__.___Z'),
	CONSTRAINT "endpoints_missing" CHECK(("endpoints"."last_seen_at" IS NULL) = ("endpoints"."missing_since" IS NULL)),
	CONSTRAINT "endpoints_removed" CHECK("endpoints"."removed_at" IS NULL OR "endpoints"."removed_at" = "endpoints"."missing_since"),
	CONSTRAINT "endpoints_life" CHECK("endpoints"."last_seen_at" IS NULL OR ("endpoints"."first_seen_at" <= "endpoints"."last_seen_at" AND "endpoints"."last_seen_at" < "endpoints"."missing_since")),
	CONSTRAINT "endpoints_twin" CHECK("endpoints"."twin" >= 0),
	CONSTRAINT "endpoints_document" CHECK(json_valid("endpoints"."document"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `endpoints_label` ON `endpoints` (`model_id`,`provider`,`tag`,`quantization`,`twin`);--> statement-breakpoint
CREATE UNIQUE INDEX `endpoints_label_unquantized` ON `endpoints` (`model_id`,`provider`,`tag`,`twin`) WHERE "endpoints"."quantization" IS NULL;