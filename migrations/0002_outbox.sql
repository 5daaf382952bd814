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
CREATE INDEX `outbox_due` ON `outbox` (`next_try_at`) WHERE "outbox"."sent_at" IS NULL AND "outbox"."given_up_at" IS NULL;