"""Pages of figures over a province's snapshot: the first visit after a refresh, and every later one."""

import argparse
import statistics
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

from bench import rig
from bench.rig import processor_seconds

PROVINCE, YEAR = "370000", "2021"
PAGES = (
    ("The leader's picture", "bureau:picture:home", (), {"period": YEAR}),
    ("People trained, by district", "bureau:figures:table", ("training.persons",), {"period": YEAR, "by": "region"}),
    ("A district's people", "bureau:figures:rows", ("training.persons",), {"period": YEAR, "region": "370202"}),
)  # fmt: skip


def taken(folder: Path):
    """The folder as the latest snapshot of the database, nothing asked of it yet."""
    from kaogong.statistics.models import Snapshot
    from kaogong.statistics.operations.writing import files_in, rows_in
    from kaogong.statistics.queries import latest_snapshot

    last, files = latest_snapshot(), files_in(folder, None)
    return Snapshot.objects.create(
        number=last.number + 1 if last else 1, taken_at=rig.AT, as_of=rig.AT, watermark=0, recipe="bench",
        folder=folder.name, files=files, rows=rows_in(files), digest="bench",
    )  # fmt: skip


def visit(folder: Path, times: int) -> None:
    """Each page once when nothing is counted yet, then ``times`` over."""
    rig.setup()
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    import kaogong.config.wsgi  # noqa: F401  (loads the pages once and for all, as a server does)
    from bench.stage import an_account
    from kaogong.access.queries import accounts
    from kaogong.kernel.actor import system_actor

    settings.ALLOWED_HOSTS, settings.SNAPSHOTS_DIR = ["testserver"], str(folder.parent)
    client = Client()
    leader = accounts(system_actor()).get(pk=an_account("leader", region_code=PROVINCE).account_id)
    client.force_login(leader, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("bureau:indicators:list"))  # templates compiled, before the snapshot is there
    taken(folder)
    found = []
    for label, name, words, asked in PAGES:
        address = f"{reverse(name, args=words)}?{urlencode(asked)}"
        spent, worked = [], []
        for _ in range(times + 1):
            began, cpu = perf_counter(), processor_seconds()
            response = client.get(address)
            spent.append((perf_counter() - began) * 1000)
            worked.append((processor_seconds() - cpu) * 1000)
            if response.status_code != 200:
                raise SystemExit(f"{address}: {response.status_code}")
        found.append({
            "label": label, "first_ms": spent[0], "first_cpu_ms": worked[0], "ms": statistics.median(spent[1:]),
            "slowest_ms": max(spent[1:]), "cpu_ms": statistics.median(worked[1:]),
        })  # fmt: skip
    rig.answer(pages=found)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("folder", type=Path)
    words.add_argument("--times", type=int, default=20)
    chosen = words.parse_args()
    visit(chosen.folder, chosen.times)


if __name__ == "__main__":
    main()
