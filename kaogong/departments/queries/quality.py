"""How good what each department sends is: four shares and their mean, every number open to its rows."""

from collections import defaultdict
from dataclasses import dataclass

from kaogong.kernel.actor import Actor

from ..models import DepartmentFile
from .files import department_files, records
from .names import department_name

CLEARLY = 100  # thousandths: a tenth of the rows
LISTS_BEFORE = 4  # a year of quarters


@dataclass(frozen=True, slots=True)
class Quality:
    """One sender's figures. Shares are in thousandths; None where there is nothing to divide by."""

    department_code: str
    files: int
    rows: int
    good: int
    taken: int
    matched: int
    due: int
    on_time: int
    twice: int

    @property
    def department(self) -> str:
        return department_name(self.department_code)

    @property
    def good_share(self) -> int | None:
        """Rows without an error, of all rows sent."""
        return _share(self.good, self.rows)

    @property
    def matched_share(self) -> int | None:
        """Records that belong to a person, of all accepted records."""
        return _share(self.matched, self.taken)

    @property
    def on_time_share(self) -> int | None:
        """Files that came by their day, of those that have one."""
        return _share(self.on_time, self.due)

    @property
    def once_share(self) -> int | None:
        """Records not told twice, of all accepted records."""
        return _share(self.taken - self.twice, self.taken)

    @property
    def score(self) -> int | None:
        """The mean of the shares there are, in thousandths."""
        shares = (self.good_share, self.matched_share, self.on_time_share, self.once_share)
        known = [share for share in shares if share is not None]
        return round(sum(known) / len(known)) if known else None


def quality(by: Actor) -> list[Quality]:
    """Each sender in reach, the best first; withdrawn files are left out, replaced ones count as sent."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for file in department_files(by).exclude(status__in=("withdrawn", "received")).order_by("id"):
        told = sums[file.department_code]
        told["files"] += 1
        told["rows"] += file.rows_total
        told["good"] += file.rows_good
        if file.due_on is not None:
            told["due"] += 1
            told["on_time"] += bool(file.is_on_time)
    taken = records(by).order_by().values_list("department_code", "person_id", "is_duplicate")
    for department, person_id, twice in taken.iterator():
        told = sums[department]
        told["taken"] += 1
        told["matched"] += person_id is not None
        told["twice"] += bool(twice)
    names = ("files", "rows", "good", "taken", "matched", "due", "on_time", "twice")
    found = [Quality(code, *(told[name] for name in names)) for code, told in sums.items()]
    return sorted(found, key=lambda one: (-(one.score or 0), one.department_code))


@dataclass(frozen=True, slots=True)
class Falling:
    """A sender whose last list is clearly worse than those before it; shares of fit rows in thousandths."""

    department_code: str
    file: DepartmentFile
    last_share: int
    before_share: int


def falling(by: Actor) -> list[Falling]:
    """Senders in reach of whose last list a tenth fewer rows were fit and matched than of the four before it."""
    lists: dict[tuple[str, str], list[DepartmentFile]] = defaultdict(list)
    rows = department_files(by).filter(status__in=("checked", "accepted", "replaced"), rows_total__gt=0)
    for file in rows.order_by("to_on", "id"):
        lists[file.department_code, file.region_code].append(file)
    found = []
    for (code, _region), files in lists.items():
        *before, last = files[-1 - LISTS_BEFORE :]
        if not before:
            continue
        share, usual = _fit(last), round(sum(map(_fit, before)) / len(before))
        if usual - share >= CLEARLY:
            found.append(Falling(code, last, share, usual))
    return found


def _fit(file: DepartmentFile) -> int:
    """Rows without an error that belong to a person, of all rows of one list."""
    return round(1000 * (file.rows_good - file.rows_unmatched) / file.rows_total)


def _share(part: int, whole: int) -> int | None:
    return round(1000 * part / whole) if whole else None
