"""The guide of wages: added up from a closed round, reviewed by another person, published."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.demand import queries
from kaogong.demand.models import WageGuide, WageGuideCell, WageGuideForm
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import begin, move, require_may


class WageRoundOpen(Refused):
    """工资分配调查截止以后才能汇总。"""


class WageSizesUnset(Refused):
    """本区没有规定公布工资价位至少要几家企业、多少人，不能汇总公布。请先在办理要求“需求与供给”里规定。"""


class WagesMissing(Refused):
    """这次调查没有企业填报工资。"""


@transaction.atomic
def propose_wage_guide(round_id: int, *, by: Actor, at: datetime, reason: str = "") -> WageGuide:
    """Add a closed round up and hand it to another person; a hidden cell keeps its reason and no number."""
    require_may(by, Permission.PROPOSE_WAGE_GUIDE, "汇总工资价位")
    asked = queries.demand_round_for_update(round_id, by=by)
    if asked.kind != "wages" or asked.status != "closed":
        raise WageRoundOpen()
    sizes = queries.cell_sizes(asked.region_code, timezone.localdate(at))
    if not sizes.are_set:
        raise WageSizesUnset()
    cells = queries.cells_of_round(asked.pk, sizes)
    if not cells:
        raise WagesMissing()
    guide = WageGuide.objects.create(
        round=asked, region_code=asked.region_code, sizes=asdict(sizes), created_at=at
    )
    begin(guide, "drafted", by=by, at=at, reason=reason)
    WageGuideCell.objects.bulk_create(
        WageGuideCell(
            guide=guide,
            sequence=sequence,
            occupation_code=occupation,
            level_code=level,
            **({"hidden_because": cell.hidden_because} if cell.hidden_because else asdict(cell)),
        )
        for (sequence, occupation, level), cell in cells.items()
    )
    WageGuideForm.objects.bulk_create(
        WageGuideForm(guide=guide, sequence=sequence, form=form, **asdict(used))
        for (sequence, form), used in queries.forms_of_round(asked.pk, sizes).items()
    )
    shown = sum(not cell.hidden_because for cell in cells.values())
    move(guide, "propose", by=by, at=at, reason=reason, shown=shown, hidden=len(cells) - shown)
    return guide


@transaction.atomic
def publish_wage_guide(guide_id: int, *, by: Actor, at: datetime, reason: str = "") -> WageGuide:
    """Let anyone read and take away the guide."""
    require_may(by, Permission.PUBLISH_WAGE_GUIDE, "发布工资价位")
    guide = queries.wage_guide_for_update(guide_id, by=by)
    if guide.status == "proposed":
        guide.published_at = at
        guide.save(update_fields=["published_at"])
    move(guide, "publish", by=by, at=at, reason=reason)
    return guide


@transaction.atomic
def withdraw_wage_guide(guide_id: int, *, by: Actor, at: datetime, reason: str) -> WageGuide:
    """Take a guide back; the portal shows it no longer."""
    guide = queries.wage_guide_for_update(guide_id, by=by)
    move(guide, "withdraw", by=by, at=at, reason=reason)
    return guide
