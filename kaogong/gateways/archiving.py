"""The write-ahead log's way out of the embedded server: each finished segment, packed, into one folder.

The server asks ``archive.sh`` for every segment. As long as no folder is named in ``archive_to`` the script
lets segments go, so an installation that never made a backup keeps none.
"""

from pathlib import Path

from kaogong.gateways.machine import WINDOWS, SystemUser

SECONDS_AT_MOST = 60
_ARCHIVE = """#!/bin/sh
# PostgreSQL asks: $1 the segment's path, $2 its name. It asks again until this ends well.
set -eu
here=$(dirname "$0")
[ -f "$here/archive_to" ] || exit 0
folder=$(cat "$here/archive_to")
if [ -f "$folder/$2.gz" ]; then
    # Asked twice after a crash: only the very same segment counts as kept.
    gunzip -c "$folder/$2.gz" | cmp -s - "$1"
    exit $?
fi
gzip -1 -n -c "$1" > "$folder/$2.part"
sync "$folder/$2.part" 2>/dev/null || sync
mv "$folder/$2.part" "$folder/$2.gz"
"""
_FETCH = """#!/bin/sh
# PostgreSQL asks while it recovers: $1 the segment's name, $2 where it wants it.
here=$(dirname "$0")
for folder in "$(cat "$here/archive_from")" "$here/recent"; do
    [ -f "$folder/$1.gz" ] && { gunzip -c "$folder/$1.gz" > "$2"; exit $?; }
done
exit 1
"""


def archive_settings(home: Path, user: SystemUser) -> dict[str, str]:
    """What the server's configuration says about archiving; writes the two scripts it runs.

    Nothing on Windows, where the scripts' shell is missing.
    """
    if WINDOWS:
        return {}
    for name, text in (("archive.sh", _ARCHIVE), ("fetch.sh", _FETCH)):
        script = home / name
        if not script.exists() or script.read_text() != text:
            script.write_text(text)
        script.chmod(0o700)
        user.own(script)
    return {
        "wal_level": "replica",
        "archive_mode": "on",
        "archive_command": quoted(f'sh "{home}/archive.sh" "%p" "%f"'),
        "archive_timeout": f"'{SECONDS_AT_MOST}s'",
    }


def quoted(text: str) -> str:
    """A value as PostgreSQL's configuration files write it."""
    return "'" + text.replace("'", "''") + "'"
