"""Deciding what a department's own words stand for here."""

from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import DepartmentWord


class MeaningUnknown(Refused):
    """没有代码为“{code}”的项目或职业，请从列表中选择。"""


@transaction.atomic
def map_word(
    *,
    department_code: str,
    region_code: str,
    kind: str,
    word: str,
    code: str,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> DepartmentWord:
    """Decide what one word of one department stands for from now on; "" is nothing here."""
    require_may(by, Permission.ACCEPT_DEPARTMENT_FILE, "指定用语对照")
    if not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotFound()
    known = queries.scheme_codes().values() if kind == "programme" else [code]
    if code and (code not in known or (kind == "occupation" and catalog.occupation(code) is None)):
        raise MeaningUnknown(code=code)
    kept, _made = DepartmentWord.objects.update_or_create(
        department_code=department_code,
        region_code=region_code,
        kind=kind,
        word=word[:120],
        defaults={"code": code, "decided_at": at, "decided_by": by.name},
    )
    record("department_word.mapped", kept, by=by, at=at, reason=reason, word=kept.word, code=code)
    return kept
