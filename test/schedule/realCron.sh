#!/usr/bin/env bash
# Has a real cron run the installed line: NODE CLI FOLDER. Runs as root in a mount namespace of its own, with an empty
# spool over the machine's, so that the machine's crontabs are neither seen nor changed.
set -euo pipefail
node=$1 cli=$2 folder="$3/cron %d \\%h \$HOME 'q'"
mount -t tmpfs -o "mode=1730,gid=$(getent group crontab | cut -d: -f3)" tmpfs /var/spool/cron/crontabs
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /etc/cron.d
printf '# empty\n' >"$3/crontab"
mount --bind "$3/crontab" /etc/crontab
mkdir -p "$folder"
cd "$folder"
cp "$(dirname "$cli")/../data/sample/2026-05-01T06-00-00Z.json" list.json

# What cron would mail goes to whatever stands where sendmail does.
printf '#!/bin/sh\ncat >> "%s/mail"\n' "$3" >"$3/sendmail"
chmod 755 "$3/sendmail"
[ -e /usr/sbin/sendmail ] || { echo 'no /usr/sbin/sendmail to stand in for' >&2; exit 1; }
mount --bind "$3/sendmail" "$(readlink -f /usr/sbin/sendmail)"

ledger() { "$node" "$cli" "$@"; }
runs() {
  "$node" -e '
    const Database = require(process.argv[1] + "/../../node_modules/better-sqlite3");
    const rows = new Database(process.argv[2], { readonly: true }).prepare("SELECT trigger, status FROM sync_runs ORDER BY id").all();
    console.log(rows.map(({ trigger, status }) => `${trigger} ${status}`).join(", "));
  ' "$cli" 'my ledger.db'
}
ledger sync --db 'my ledger.db' --source list.json >/dev/null 2>&1
echo "runs before cron: $(runs)"
schedule=(schedule cron --db 'my ledger.db' --source list.json --every '* * * * *')
ledger "${schedule[@]}" --install >/dev/null 2>&1
ledger "${schedule[@]}" --install >/dev/null 2>&1

cron -f &
cron=$!
trap 'kill $cron' EXIT
await() { for _ in $(seq 70); do "$@" && return; sleep 1; done; return 1; }
has_run() { [[ $(runs) == *cron* ]]; }
await has_run
sleep 1
echo "runs after cron: $(runs)"
if [ -e "$3/mail" ]; then echo 'mail: some'; else echo 'mail: none'; fi
rm list.json
has_mail() { grep -qs 'the source cannot be read' "$3/mail"; }
await has_mail "$@"
echo "mail of a failure: $(grep -o -m1 'the source cannot be read' "$3/mail")"
ledger schedule cron --db 'my ledger.db' --remove >/dev/null 2>&1
[ -z "$(crontab -l)" ]
