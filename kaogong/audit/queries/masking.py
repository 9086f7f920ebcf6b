"""What of a row a masked pack shows. Each model says itself which of its fields are personal, and of what kind."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import models

from kaogong.kernel.writing import mask_name

HIDDEN = "〔已遮蔽〕"
# Facts of a decision that would tell who it is, or what group of people they belong to.
_FACTS = (
    "birth_on", "sex", "groups", "certificate_number", "household_region_code", "residence_region_code",
    "job_region_code",
)  # fmt: skip
# Whoever acts for a bureau or a body is named: that they did it is what an audit is about.
_OFFICIAL = ("by_name", "_by_name", "_by")
# Marks made from a secret, useless outside, or files that are not part of a pack.
_NEVER = (models.BinaryField, models.FileField)
# What can stand in a trail entry's label without telling who a person is.
LABELS_SHOWN = {
    "account", "adjustment", "audit_pack", "audit_sample", "bank_return", "batch", "case", "claim",
    "claim_line", "class", "conflict", "contract", "draw", "fund", "grant", "inspection", "institution",
    "instalment", "ledger", "ledger_account", "list", "notice", "payment", "payment_hold", "period",
    "recovery", "risk_finding", "risk_pass", "rulebook", "sanction", "simulation", "voucher_issue",
    "waterfall",
}  # fmt: skip


def fields_of(model: type[models.Model], *, is_full: bool) -> list[str]:
    """The columns of a model that a pack may hold; sealed ones only where the whole is shown."""
    personal = getattr(model, "personal", {})
    kept = []
    for field in model._meta.concrete_fields:
        kind = personal.get(field.name, "")
        is_sealed = hasattr(field, "purpose")
        if kind in {"file", "photo"} or (isinstance(field, _NEVER) and not is_sealed):
            continue
        if is_sealed and not is_full:
            continue
        kept.append(field.attname)
    return kept


def mask_of(model: type[models.Model]) -> Callable[[dict[str, Any]], None]:
    """What takes the personal part out of one row of this model, in place."""
    personal = getattr(model, "personal", {})
    acts: list[tuple[str, Callable[[Any], Any]]] = []
    for name, kind in personal.items():
        field = model._meta.get_field(name)
        if kind == "name" and name.endswith(_OFFICIAL):
            continue
        if kind == "birth_date" and isinstance(field, models.JSONField):
            acts.append((field.attname, _facts))
        elif kind == "name":
            acts.append((field.attname, _name))
        elif kind in {"published", "training_record", "institution", "employer"} or name.endswith("_masked"):
            continue
        else:
            acts.append((field.attname, _hide))

    def mask(row: dict[str, Any]) -> None:
        for name, hide in acts:
            if row.get(name) not in (None, ""):
                row[name] = hide(row[name])

    return mask


def _hide(value: Any) -> str:
    return HIDDEN


def _name(value: str) -> str:
    return mask_name(value)


def _facts(value: Any) -> Any:
    if not isinstance(value, dict):
        return HIDDEN
    return {key: HIDDEN if key in _FACTS and told is not None else told for key, told in value.items()}


def digest_of(value: Any) -> str:
    """SHA-256 of a value written the one way: keys in order, no blanks, Chinese as it is."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
