"""Two ledgers nobody here wrote add a day's books again. Where one is not installed, it says so."""

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .export import DayOfBooks, beancount_text, books_of_day, hledger_text


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one of them found: ``agrees`` is None where it is not installed."""

    program: str
    agrees: bool | None
    problems: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        return {True: "agrees", False: "differs", None: "absent"}[self.agrees]


def second_opinions(on: date, books: DayOfBooks | None = None) -> list[Opinion]:
    """Both opinions on one day."""
    books = books or books_of_day(on)
    with tempfile.TemporaryDirectory(prefix="kaogong-books-") as folder:
        return [_beancount(Path(folder), books), _hledger(Path(folder), books)]


def _beancount(folder: Path, books: DayOfBooks) -> Opinion:
    if importlib.util.find_spec("beancount") is None:
        return Opinion("beancount", None)
    file = _written(folder / "books.beancount", beancount_text(books))
    return _asked(
        "beancount", [sys.executable, "-m", "beancount.scripts.check", "--no-cache", str(file)], folder
    )


def _hledger(folder: Path, books: DayOfBooks) -> Opinion:
    program = shutil.which("hledger")
    if program is None:
        return Opinion("hledger", None)
    file = _written(folder / "books.journal", hledger_text(books))
    return _asked("hledger", [program, "check", "--strict", "-f", str(file)], folder)


def _written(file: Path, lines: Iterable[str]) -> Path:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)
    return file


def _asked(program: str, words: list[str], folder: Path) -> Opinion:
    """Ask one of them; anything but a silent success is a problem."""
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
        env={"PATH": str(Path(words[0]).parent), "HOME": str(folder), "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
    )  # fmt: skip
    told = [
        line.replace(str(folder), "") for line in (done.stdout + done.stderr).splitlines() if line.strip()
    ]
    return Opinion(program, done.returncode == 0 and not told, tuple(told[:40]))
