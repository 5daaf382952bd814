-- Bodies as they are, in packs. What an older file holds is moved over in code, in the same transaction: see
-- src/ledger/store/migration/repack.ts, which also drops the two tables that are renamed here.
ALTER TABLE `archive` RENAME TO `archive_deltas`;--> statement-breakpoint
ALTER TABLE `archive_packs` RENAME TO `archive_delta_packs`;--> statement-breakpoint
DROP INDEX `archive_sha256`;--> statement-breakpoint
DROP INDEX `archive_packs_single`;--> statement-breakpoint
DROP TABLE `archive_head`;--> statement-breakpoint
CREATE TABLE `archive_packs` (
	`id` integer PRIMARY KEY NOT NULL,
	`bodies` integer NOT NULL,
	`bytes` integer NOT NULL,
	`data` blob NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `archive` (
	`id` integer PRIMARY KEY NOT NULL,
	`sha256` text NOT NULL,
	`bytes` integer NOT NULL,
	`cut` integer NOT NULL,
	`pack` integer NOT NULL,
	`start` integer NOT NULL,
	FOREIGN KEY (`pack`) REFERENCES `archive_packs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "archive_cut" CHECK("archive"."cut" IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `archive_sha256` ON `archive` (`sha256`);
