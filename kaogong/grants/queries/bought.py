"""What is bought with a grant, and what it comes to."""

from django.db.models import F, QuerySet, Sum

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

from ..models import BoughtItem
from .fetching import grants


def items(grant_id: int) -> QuerySet[BoughtItem]:
    """The lines bought for one grant, in the order they were written."""
    return BoughtItem.objects.filter(grant_id=grant_id).select_related("equipment").order_by("id")


def items_fen(grant_id: int) -> int | None:
    """What all lines come to; None where there is none."""
    return BoughtItem.objects.filter(grant_id=grant_id).aggregate(fen=Sum(F("quantity") * F("unit_fen")))[
        "fen"
    ]


def item(item_id: int, *, by: Actor) -> BoughtItem:
    """One line of a grant in reach, or NotFound."""
    rows = BoughtItem.objects.filter(grant__in=grants(by).order_by().values("pk"))
    found = rows.select_related("grant__institution", "equipment").filter(pk=item_id).first()
    if found is None:
        raise NotFound()
    return found


def inventory_bought(institution_id: int) -> dict[int, BoughtItem]:
    """Equipment id of one body → the grant line it was bought with."""
    rows = BoughtItem.objects.filter(equipment__institution_id=institution_id).select_related("grant")
    return {row.equipment_id: row for row in rows}
