"""Importing a roster: read, every check, saved, beside django-import-export and bare reading with COPY."""

import argparse
import io
from pathlib import Path

from bench import rig
from bench.rig import AT, Stopwatch

PEER = "django-import-export"


def product(path: Path, rows: int) -> None:
    """The product itself: received, checked and taken through the operations a page calls."""
    rig.setup()
    from bench.stage import a_class, a_provider
    from kaogong.training import operations

    provider = a_provider(places=rows)
    class_id, clerk = a_class(provider, rows), provider[0]
    data = path.read_bytes()
    whole = Stopwatch()
    upload = operations.receive_roster(class_id, data, path.name, by=clerk, at=AT)
    received = whole.read()
    upload = operations.check_uploaded_roster(upload.pk, by=clerk, at=AT)
    checked = whole.read()
    upload = operations.take_roster(upload.pk, by=clerk, at=AT)
    spent = whole.read()
    rig.answer(
        wall=spent.wall, cpu=spent.cpu, server_cpu=spent.server_cpu, rows=upload.rows_total, wrong=upload.rows_problem,
        saved=upload.rows_added, mib=rig.peak_mib(), receive=received.wall,
        check=checked.wall - received.wall, take=spent.wall - checked.wall,
    )  # fmt: skip


def peer(path: Path, rows: int) -> None:
    """The same file through an import_export Resource with the same checks, row by row."""
    rig.setup()
    from bench.roster_peer import import_file
    from bench.stage import a_class, a_provider

    provider = a_provider(places=rows)
    class_id = a_class(provider, rows)
    watch = Stopwatch()
    total, wrong, saved = import_file(path, class_id, provider[0])
    spent = watch.read()
    rig.answer(
        wall=spent.wall,
        cpu=spent.cpu,
        server_cpu=spent.server_cpu,
        rows=total,
        wrong=wrong,
        saved=saved,
        mib=rig.peak_mib(),
    )


def bare(path: Path, rows: int) -> None:
    """The floor: the sheet read, and its cells copied as they are into a table without an index."""
    rig.setup()
    import fastexcel
    from django.db import connection

    watch = Stopwatch()
    frame = fastexcel.read_excel(path).load_sheet(0, header_row=1, dtypes="string").to_polars()
    text = io.BytesIO()
    frame.write_csv(text, include_header=False)
    with connection.cursor() as cursor:
        columns = ", ".join(f"c{place} text" for place in range(frame.width))
        cursor.execute(f"CREATE TABLE bare ({columns})")
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
            copy.write(text.getbuffer())
    spent = watch.read()
    rig.answer(
        wall=spent.wall, cpu=spent.cpu, server_cpu=spent.server_cpu, rows=frame.height, wrong=0,
        saved=frame.height, mib=rig.peak_mib(),
    )  # fmt: skip


def measure(*, rows: int, peer_rows: int, times: int) -> dict:
    """Every part in a process and a database of its own, in turn, ``times`` over; the best of each."""
    from bench.roster_file import write_roster

    with rig.rig() as here:
        files = {}
        for count in sorted({rows, peer_rows}):
            path = here.folder / f"roster-{count}.xlsx"
            files[count] = (path, write_roster(path, count))
        best: dict[str, dict] = {}
        for _ in range(times):
            for part, name, count in (
                ("product", "product", rows), ("bare", "bare", rows),
                ("product", "product_same", peer_rows), ("peer", "peer", peer_rows),
            ):  # fmt: skip
                here.fresh("bench_roster")
                found = here.child("bench.roster", part, files[count][0], count, database="bench_roster")
                if name not in best or found["wall"] < best[name]["wall"]:
                    best[name] = found
        for found in best.values():
            found["rate"] = found["rows"] / found["wall"]
        return best | {"wrong": files[rows][1]}


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("part", choices=["product", "peer", "bare"])
    words.add_argument("path", type=Path)
    words.add_argument("rows", type=int)
    chosen = words.parse_args()
    {"product": product, "peer": peer, "bare": bare}[chosen.part](chosen.path, chosen.rows)


if __name__ == "__main__":
    main()
