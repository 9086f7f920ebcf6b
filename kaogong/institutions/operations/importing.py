"""Whole sheets of staff and equipment: good rows are kept, bad rows are named."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.sheets.provider_layouts import EQUIPMENT, TRAINERS
from kaogong.trail.operations import record

from .. import queries
from ..models import Trainer
from .facilities import add_equipment
from .reach import require_any
from .trainers import Qualification, add_qualification, add_trainer

_EMPLOYMENTS = {
    "专职": "full", "兼职": "part", "企业专家": "expert", "外聘专家": "expert", "外聘": "expert",
}  # fmt: skip
_LEVELS = {
    "一级": "1", "高级技师": "1", "二级": "2", "技师": "2", "三级": "3", "高级工": "3", "高级": "3",
    "四级": "4", "中级工": "4", "中级": "4", "五级": "5", "初级工": "5", "初级": "5",
}  # fmt: skip
ROWS_AT_ONCE = 5000


class ColumnsMissing(Refused):
    """没有找到“{labels}”列，请用模板的标题。"""


class RowRefused(Refused):
    """{problem}"""


@dataclass(frozen=True, slots=True)
class SheetTaken:
    """What came of a sheet: rows kept, the problems of each row that was not, and what was left out."""

    kept: int
    problems: dict[int, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@transaction.atomic
def import_trainers(
    institution_id: int, data: bytes, filename: str, *, by: Actor, at: datetime
) -> SheetTaken:
    """Take a 教师花名册: each good row becomes a trainer, each bad one is named and left out."""
    require_any(by, "导入教师花名册", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    own = queries.institution_for_update(institution_id, by=by)

    def keep(row: dict) -> None:
        employment = _EMPLOYMENTS.get(row["employment"] or "")
        if employment is None:
            raise RowRefused(problem="专职/兼职应填专职、兼职或企业专家")
        trainer = add_trainer(
            own.pk,
            name=row["name"] or "",
            id_number=row["id_number"] or "",
            employment=employment,
            qualification=row.get("qualification") or row.get("title") or "",
            level_code=_level(row.get("level")),
            is_manager=row.get("manager") == "是",
            education=row.get("education") or "",
            major=row.get("major") or "",
            title=row.get("title") or "",
            courses=row.get("courses") or "",
            by=by,
            at=at,
        )
        if row.get("number"):
            _qualify(trainer, row, by=by, at=at)

    return _take(own, data, filename, TRAINERS, keep, "trainers.imported", by=by, at=at)


@transaction.atomic
def import_equipment(
    institution_id: int, data: bytes, filename: str, *, by: Actor, at: datetime
) -> SheetTaken:
    """Take a 主要设施设备清单: each good row becomes a line of equipment, each bad one is named."""
    require_any(by, "导入设备清单", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    own = queries.institution_for_update(institution_id, by=by)

    def keep(row: dict) -> None:
        add_equipment(
            own.pk,
            occupation_code=_occupation(row["occupation"] or ""),
            title=row["title"] or "",
            model=row.get("model") or "",
            quantity=int(row["quantity"]) if row["quantity"] else 0,
            by=by,
            at=at,
        )

    return _take(own, data, filename, EQUIPMENT, keep, "equipment.imported", by=by, at=at)


def _take(own, data, filename, layout, keep, verb, *, by, at) -> SheetTaken:
    taken = take_sheet(data, filename, layout, keep)
    refused = len(taken.problems)
    record(verb, own, by=by, at=at, subject_kind="institution", kept=taken.kept, refused=refused)
    return taken


def take_sheet(
    data: bytes,
    filename: str,
    layout: sheets.Layout,
    keep: Callable[[dict], None],
    *,
    writes: bool = True,
    row_limit: int = ROWS_AT_ONCE,
) -> SheetTaken:
    """Read the sheet and give each good row to ``keep``, which may refuse it by name.

    A ``keep`` that only reads (not ``writes``) needs no savepoint for each row.
    """
    table = sheets.read(data, filename, layout=layout, row_limit=row_limit)
    if table.missing_labels:
        raise ColumnsMissing(labels="、".join(table.missing_labels))
    problems = {row: list(said) for row, said in table.cell_problems.items()}
    kept = 0
    for row in table.frame.iter_rows(named=True):
        number = row["row_number"]
        if number in problems:
            continue
        try:
            with transaction.atomic() if writes else nullcontext():
                keep(row)
            kept += 1
        except Refused as refusal:
            problems[number] = [refusal.message]
    return SheetTaken(kept, dict(sorted(problems.items())), list(table.notes))


def _level(word: str | None) -> str:
    if not word:
        return ""
    found = next((code for name, code in _LEVELS.items() if word.startswith(name)), None)
    if found is None:
        raise RowRefused(problem=f"资格等级“{word}”不认识")
    return found


def _occupation(word: str) -> str:
    """A code of the 大典, or a name that means one occupation only."""
    one = catalog.occupation(word)
    if one is not None and one.tier == 4:
        return one.code
    named = [row.code for row in catalog.occupations_matching(word, limit=20) if row.name == word]
    if len(named) != 1:
        raise RowRefused(problem=f"培训职业“{word}”在职业分类大典里没有找到，请填全称或代码")
    return named[0]


def _qualify(trainer: Trainer, row: dict, *, by: Actor, at: datetime) -> None:
    until = row.get("valid_until")
    add_qualification(
        trainer.pk,
        Qualification(
            name=row.get("qualification") or "",
            number=row["number"],
            level_code=_level(row.get("level")),
            valid_until=date.fromisoformat(until) if until else None,
        ),
        by=by,
        at=at,
    )
