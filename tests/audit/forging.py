"""A forger: takes a pack apart, changes rows, and puts it together again with fresh sheets and a fresh manifest."""

import csv
import hashlib
import io
import json
import zipfile

from kaogong.audit import verifier
from kaogong.audit.operations.archive import cell_of, line_of
from kaogong.audit.queries import legs_of


class Forger:
    """``rows(name)`` are the rows of one file, to be changed in place; ``pack(path)`` writes all again."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.loaded = {}

    def rows(self, name):
        if name not in self.loaded:
            lines = self.files[f"data/{name}.jsonl"].decode().splitlines()
            self.loaded[name] = [json.loads(line) for line in lines]
        return self.loaded[name]

    def one(self, name, **is_):
        return next(
            row for row in self.rows(name) if all(row.get(key) == value for key, value in is_.items())
        )

    def pack(self, path, *, signed=True):
        manifest = json.loads(self.files["manifest.json"])
        for name, rows in self.loaded.items():
            self.files[f"data/{name}.jsonl"] = "".join(f"{line_of(row)}\n" for row in rows).encode()
            if f"data/{name}.csv" in self.files:
                flat = [leg for row in rows for leg in legs_of(row)] if name == "ledger/entries" else rows
                self.files[f"data/{name}.csv"] = _sheet(flat)
        if signed:
            for name, told in manifest["files"].items():
                data = self.files.get(name, b"")
                told["sha256"], told["bytes"] = hashlib.sha256(data).hexdigest(), len(data)
                if name.endswith(".jsonl"):
                    rows = [json.loads(line) for line in data.decode().splitlines()]
                    told["rows"] = len(rows)
                    for column in told.get("sums", {}):
                        told["sums"][column] = sum(row.get(column) or 0 for row in rows)
            whole = {k: v for k, v in manifest.items() if k not in ("content_digest", "stamped")}
            manifest["content_digest"] = verifier.sha256(verifier.canonical(whole))
            self.files["manifest.json"] = json.dumps(manifest, ensure_ascii=False).encode()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.files.items():
                archive.writestr(name, data)
        return path


def _sheet(rows):
    written = io.StringIO(newline="")
    table = csv.writer(written)
    if rows:
        table.writerow(list(rows[0]))
    for row in rows:
        table.writerow([cell_of(value) for value in row.values()])
    return written.getvalue().encode("utf-8-sig")


def faults_of(path):
    """What the verifier says of a pack."""
    return verifier.Verifier(path).run()
