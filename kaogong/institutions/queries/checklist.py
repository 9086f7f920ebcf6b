"""Judging the conditions of recognition by the figures on record. The body's kind is not a figure (C5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum

from ..models import Equipment, Room, Site, Trainer


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition with the figure found, the figure asked for, and what follows."""

    code: str
    label: str
    label_en: str
    figure: int | None
    required: int | None
    verdict: str  # ok | no | ask


def judge(rows: Iterable[Mapping[str, Any]], figures: Mapping[str, int], kind: str) -> list[Condition]:
    """Judge each row by its figure; without a figure or a number asked for, a person must.

    ``kind`` matters only to a row that names ``kinds``: the data may tell kinds apart, the code does not.
    """
    found = []
    for row in rows:
        if row.get("kinds") and kind not in row["kinds"]:
            continue
        figure = figures.get(row.get("measure") or "")
        required = row.get("at_least")
        verdict = "ask" if figure is None or required is None else "ok" if figure >= required else "no"
        found.append(Condition(row["code"], row["label"], row.get("label_en", ""), figure, required, verdict))
    return found


def figures_of(institution_id: int, occupation_codes: Iterable[str], on: date) -> dict[str, int]:
    """What the product itself knows of a body on a day, by the names the checklist uses."""
    standing = Q(left_on__isnull=True) | Q(left_on__gt=on)
    rooms = Room.objects.filter(standing, site__institution_id=institution_id)
    seated = rooms.aggregate(
        n=Count("pk"), seats=Sum("capacity"), open=Count("pk", filter=Q(accessible=True))
    )
    staff = Trainer.objects.filter(standing, institution_id=institution_id).aggregate(
        full=Count("pk", filter=Q(employment="full")), managers=Count("pk", filter=Q(is_manager=True))
    )
    kinds = dict(
        Equipment.objects.filter(standing, institution_id=institution_id)
        .values_list("occupation_code")
        .annotate(n=Count("pk"))
    )
    return {
        "sites": Site.objects.filter(institution_id=institution_id).count(),
        "rooms": seated["n"],
        "capacity": seated["seats"] or 0,
        "accessible_rooms": seated["open"],
        "full_time_trainers": staff["full"],
        "managers": staff["managers"],
        "equipment_of_each": min((kinds.get(code, 0) for code in occupation_codes), default=0),
    }
