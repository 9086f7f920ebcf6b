"""Looking: what was asked for, the look itself, and what it found kept in one piece."""

import logging
import time
from datetime import datetime

from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.detection import Detection, detect
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import record, require_may
from kaogong.training.models import TrainingClass

from .. import queries
from ..models import RiskPass
from .keeping import keep_findings
from .picturing import see_pictures

log = logging.getLogger(__name__)


@transaction.atomic
def ask_risk_check(
    *, by: Actor, at: datetime, region_code: str = "", training_class_id: int | None = None
) -> RiskPass:
    """Take up a look over a region, or over one class and what lies around it; ``run_risk_check`` makes it."""
    if by.role != "system":
        require_may(by, Permission.RUN_RISK_CHECK, "风险核查")
    chosen = None
    if training_class_id is not None:
        chosen = in_reach(TrainingClass.objects.all(), by).filter(pk=training_class_id).first()
        if chosen is None:
            raise NotFound()
        region_code = chosen.region_code
    region_code = region_code or by.region_code
    if by.role != "system" and not RegionCode(by.region_code).covers(region_code):
        raise NotPermitted(label="风险核查")
    look = RiskPass.objects.create(
        scope="class" if chosen else "region",
        region_code=region_code,
        training_class=chosen,
        on=timezone.localdate(at),
        asked_at=at,
        asked_by_account_id=by.account_id,
        asked_by_name=by.name,
    )
    record("risk.asked", look, by=by, at=at, subject_kind="risk_pass", scope=look.scope)
    return look


def run_risk_check(pass_id: int, *, by: Actor, at: datetime) -> RiskPass:
    """Make a look and keep what it finds; one that is finished stays as it is.

    Reading and looking happen outside any transaction, each step written by itself so that it is seen. All
    that was found, whatever it holds back, and the end of the look are kept in one transaction: a look that
    dies leaves nothing but itself, unfinished, and may be made again.
    """
    if by.role != "system":
        require_may(by, Permission.RUN_RISK_CHECK, "风险核查")
    look = queries.risk_pass(pass_id, by=by)
    if look.finished_at is not None:
        return look
    began = time.perf_counter()
    try:
        detection, facts = _look(look)
    except Refused as refusal:
        RiskPass.objects.filter(pk=look.pk).update(refusal=refusal.message, finished_at=at)
        look.refresh_from_db()
        return look
    with transaction.atomic():
        look = queries.risk_pass_for_update(pass_id)
        if look.finished_at is not None:
            return look
        kept = keep_findings(look, detection, at=at)
        for name, value in {**facts, **kept}.items():
            setattr(look, name, value)
        look.looked = list(detection.looked)
        look.not_looked = {
            one.kind: {"lacks": list(one.lacks), "unset": list(one.unset), "failed": one.error is not None}
            for one in detection.not_looked
        }
        look.steps_done = look.steps_total
        look.finished_at = at
        look.duration_ms = int((time.perf_counter() - began) * 1000)
        look.save()
        record(
            "risk.looked", look, by=by, at=at, subject_kind="risk_pass", new=look.found_new,
            again=look.found_again, classes=look.classes,
        )  # fmt: skip
        if failed := [one for one in detection.not_looked if one.error is not None]:
            record(
                "risk.failed", look, by=by, at=at, subject_kind="risk_pass", failed=len(failed),
                kinds=[one.kind for one in failed], errors=[type(one.error).__name__ for one in failed],
            )  # fmt: skip
    return look


def _look(look: RiskPass) -> tuple[Detection, dict]:
    """Read the records and look at them; the detection and what was read."""
    since = queries.looks_back_to(look.region_code, look.on)
    if look.scope == "class":
        class_ids = queries.classes_around(look.training_class_id, since)
    else:
        class_ids = queries.classes_of_region(look.region_code, since)

    def progress(step: str, done: int, total: int) -> None:
        RiskPass.objects.filter(pk=look.pk).update(step=step, steps_done=done, steps_total=total + 1)

    see_pictures(class_ids, at=look.asked_at)
    allowed = queries.allowances(look.region_code, look.on)
    with queries.gathered(class_ids, allowed, progress) as records:
        progress("looking", look.steps_total, max(look.steps_total, 1))
        # Without a class there is nothing to compare: no detector is asked.
        detection = Detection((), (), ())
        if class_ids:
            detection = detect(records.frames, queries.settings(look.region_code, look.on))
        for one in detection.not_looked:
            if one.error is not None:
                log.error("risk look %s: detector %s failed", look.pk, one.kind, exc_info=one.error)
        facts = {
            "classes": records.classes,
            "people": records.people,
            "data_digest": records.digest,
            "settings_digest": queries.settings_digest(look.region_code, look.on),
        }
    return detection, facts


def own_region() -> str:
    """The region this installation serves."""
    return django_settings.REGION_CODE
