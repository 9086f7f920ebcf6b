"""Evidence as a table a person reads: keys become people, sessions and classes, looked up all at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from kaogong.institutions.models import Institution, Site, Trainer
from kaogong.people.models import Person
from kaogong.training.models import Enrolment, Session, TrainingClass

from ..models import RiskEvidence, RiskFinding

# Columns by their key, in the order they are shown; what is not named comes after, under its own name.
LABELS = {
    "person": _("学员"),
    "class": _("班次"),
    "class_b": _("另一班次"),
    "session": _("课次"),
    "session_b": _("另一课次"),
    "on": _("日期"),
    "at": _("时间"),
    "starts_at": _("开始"),
    "ends_at": _("结束"),
    "trainer": _("教师"),
    "site": _("场地"),
    "site_b": _("另一场地"),
    "institution": _("机构"),
    "kind": _("事项"),
    "key": _("共用的"),
    "home": _("住址"),
    "minutes": _("重叠分钟"),
    "count": _("签到人数"),
    "bulk_s": _("多少秒内"),
    "gap_s": _("间隔秒"),
    "repeated": _("与另一天相同的人数"),
    "present": _("到课人数"),
    "capacity": _("容纳人数"),
    "rooms": _("教室数"),
    "at_once": _("同时上课"),
    "hours": _("学时"),
    "sessions": _("课次数"),
    "night_minutes": _("夜间分钟"),
    "theory": _("理论成绩"),
    "practice": _("实操成绩"),
    "exam": _("考核场次"),
    "answers": _("答卷"),
    "died_on": _("死亡登记日期"),
    "start_on": _("登记起"),
    "end_on": _("登记止"),
    "starts_on": _("开班日期"),
    "ends_on": _("结业日期"),
    "claimed_on": _("申领日期"),
    "busy_from": _("在别处自"),
    "busy_until": _("在别处至"),
    "latitude": _("纬度"),
    "longitude": _("经度"),
    "photo": _("照片"),
}
# Opaque numbers: equal ones are the same thing, and nothing else can be told of them.
OPAQUE = {"key", "home", "hash", "answers", "device", "picture"}
HIDDEN = {"enrolment", "hash"}
KINDS = {
    "work": _("上班"),
    "hospital": _("住院"),
    "exam": _("考试"),
    "class": _("另一个班"),
    "account": _("银行账户"),
    "phone": _("手机号"),
    "device": _("签到手机"),
    "photo": _("人像照片"),
    "address": _("住址"),
}
CLASSES, SESSIONS = ("class", "class_b"), ("session", "session_b")


@dataclass(frozen=True, slots=True)
class EvidenceTable:
    """The columns and rows of one finding's evidence, with the things its keys name."""

    columns: list[tuple[str, str]]
    rows: list[list[tuple[str, Any]]]
    links: list[tuple[int, int]] = field(default_factory=list)  # person, opaque number: who shares what


def evidence_table(finding: RiskFinding, *, institution_id: int | None = None) -> EvidenceTable:
    """The evidence of a finding; for one institution only the rows of its own classes and learners."""
    rows = [_told(one.row) for one in RiskEvidence.objects.filter(finding=finding).order_by("sequence")]
    things = _things(rows)
    if institution_id is not None:
        rows = [row for row in rows if _is_of(row, things, institution_id)]
    present = {name for row in rows for name, value in row.items() if value is not None} - HIDDEN
    names = [name for name in LABELS if name in present]
    names += sorted(present - set(LABELS))
    marks = _marks(rows)
    return EvidenceTable(
        columns=[(name, LABELS.get(name, name)) for name in names],
        rows=[[(name, _value(name, row.get(name), things, marks)) for name in names] for row in rows],
        links=[(row["person"], row["key"]) for row in rows if "person" in row and "key" in row],
    )


def _told(row: dict) -> dict:
    """A row without the home of who has no known address: the detectors give them one of their own."""
    return row | {"home": None} if row.get("home") == -1 - row.get("person", 0) else row


def _things(rows: Iterable[dict]) -> dict[str, dict[int, Any]]:
    def keys(*names: str) -> set[int]:
        return {row[name] for row in rows for name in names if isinstance(row.get(name), int)}

    sessions = Session.objects.select_related("training_class").in_bulk(keys(*SESSIONS))
    return {
        "person": Person.objects.in_bulk(keys("person")),
        "class": TrainingClass.objects.select_related("institution").in_bulk(keys(*CLASSES)),
        "session": sessions,
        "trainer": Trainer.objects.select_related("institution").in_bulk(keys("trainer")),
        "site": Site.objects.in_bulk(keys("site", "site_b")),
        "institution": Institution.objects.in_bulk(keys("institution")),
        "own": _institutions_of(keys("person")),
    }


def _institutions_of(person_ids: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    rows = Enrolment.objects.filter(person__in=person_ids, status="enrolled")
    for person_id, institution_id in rows.values_list("person_id", "training_class__institution_id"):
        found.setdefault(person_id, set()).add(institution_id)
    return found


def _is_of(row: dict, things: dict[str, dict[int, Any]], institution_id: int) -> bool:
    """Whether a row is about the institution's own: its session or class, else one of its learners."""
    for name in (*SESSIONS, *CLASSES):
        thing = things["session" if name in SESSIONS else "class"].get(row.get(name))
        if thing is not None:
            owner = thing.training_class if name in SESSIONS else thing
            return owner.institution_id == institution_id
    if row.get("institution") is not None:
        return row["institution"] == institution_id
    return institution_id in things["own"].get(row.get("person"), set())


def _marks(rows: Iterable[dict]) -> dict[tuple[str, int], str]:
    """A short letter for each opaque number of a column, as they first appear: A is the same A everywhere."""
    marks: dict[tuple[str, int], str] = {}
    counts: dict[str, int] = {}
    for row in rows:
        for name in sorted(OPAQUE & set(row)):
            number = row[name]
            if isinstance(number, int) and (name, number) not in marks:
                marks[name, number] = _letters(counts.get(name, 0))
                counts[name] = counts.get(name, 0) + 1
    return marks


def _letters(number: int) -> str:
    word = ""
    number += 1
    while number:
        number, place = divmod(number - 1, 26)
        word = chr(65 + place) + word
    return word


def _value(
    name: str, value: Any, things: dict[str, dict[int, Any]], marks: dict[tuple[str, int], str]
) -> Any:
    if value is None:
        return None
    if name in OPAQUE:
        return marks.get((name, value), value)
    if name == "kind":
        return KINDS.get(value, value)
    kind = {"class_b": "class", "session_b": "session", "site_b": "site"}.get(name, name)
    if kind in things and isinstance(value, int):
        return things[kind].get(value, value)
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, str):
        return _moment(value)
    return value


def _moment(text: str) -> str:
    """A date or an instant as it is shown; other words as they stand."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            found = read(text)
        except ValueError:
            continue
        return f"{found:%Y-%m-%d %H:%M}" if isinstance(found, datetime) else f"{found:%Y-%m-%d}"
    return text
