"""What is bought with a grant for facilities: the lines of the application, and their way into the inventory."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.institutions import operations as institutions
from kaogong.institutions import queries as institution_queries
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused, WrongState
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import BoughtItem
from ..states import BOUGHT, GRANT
from .applying import own_draft, terms_of_grant

MOST_ITEMS = 200


class NotByItems(Refused):
    """“{scheme}”不按购置明细申请。"""


class ItemIncomplete(Refused):
    """请写明用途、设备名称、数量和单价；设施设备还要写明用于哪个培训职业。"""


class TooManyItems(Refused):
    """一份申请最多{most}行购置明细。"""


class ItemInInventory(Refused):
    """“{title}”已经登记进设备清单。"""


class NotForInventory(Refused):
    """“{title}”是无障碍改造，不进设备清单；请在教室和场地上标明无障碍。"""


class EquipmentOfAnother(Refused):
    """设备清单中的“{title}”与购置的不是同一职业、同一名称，或数量不足{quantity}，不能关联。"""


@dataclass(frozen=True, slots=True)
class NewItem:
    """One line to be bought."""

    kind: str
    title: str
    quantity: int
    unit_fen: int
    model: str = ""
    occupation_code: str = ""


@transaction.atomic
def add_item(grant_id: int, new: NewItem, *, by: Actor, at: datetime) -> BoughtItem:
    """Write one line of what is bought into a draft; the cost of the application is the sum of its lines."""
    grant = own_draft(grant_id, "填写购置明细", by=by)
    terms = terms_of_grant(grant)
    if not terms.by_items:
        raise NotByItems(scheme=terms.scheme.label)
    occupation = catalog.occupation(new.occupation_code) if new.occupation_code else None
    is_whole = new.kind in BOUGHT and tidy(new.title) and new.quantity > 0 and new.unit_fen > 0
    if not is_whole or (new.kind == "equipment" and (occupation is None or occupation.tier != 4)):
        raise ItemIncomplete()
    if queries.items(grant.pk).count() >= MOST_ITEMS:
        raise TooManyItems(most=MOST_ITEMS)
    kept = BoughtItem.objects.create(
        grant=grant, kind=new.kind, title=tidy(new.title)[:80], model=tidy(new.model)[:80],
        occupation_code=occupation.code if occupation else "", quantity=new.quantity, unit_fen=new.unit_fen,
    )  # fmt: skip
    record("grant.item_added", grant, by=by, at=at, title=kept.title, total_fen=kept.total_fen)
    return kept


@transaction.atomic
def remove_item(item_id: int, *, by: Actor, at: datetime, reason: str = "") -> BoughtItem:
    """Take one line out of a draft again."""
    require_may(by, Permission.SUBMIT_GRANT, "填写购置明细")
    found = queries.item(item_id, by=by)
    grant = own_draft(found.grant_id, "填写购置明细", by=by)
    found.delete()
    record("grant.item_removed", grant, by=by, at=at, reason=reason, title=found.title)
    return found


@transaction.atomic
def enter_in_inventory(
    item_id: int, *, by: Actor, at: datetime, equipment_id: int | None = None, reason: str = ""
) -> BoughtItem:
    """Put equipment bought with a paid grant into its body's inventory, or name the row that it is already.

    The inventory row names the grant from then on, and one row is bought once.
    """
    require_may(by, Permission.EDIT_OWN_INSTITUTION, "登记设备")
    grant = queries.grant_for_update(queries.item(item_id, by=by).grant_id, by=by)
    found = BoughtItem.objects.select_for_update(of=("self",)).get(pk=item_id)
    if grant.status != "paid":
        raise WrongState(state=GRANT.label(grant.status), label="登记进设备清单")
    if found.kind != "equipment":
        raise NotForInventory(title=found.title)
    if found.equipment_id is not None:
        raise ItemInInventory(title=found.title)
    if equipment_id is None:
        found.equipment = institutions.add_equipment(
            grant.institution_id, occupation_code=found.occupation_code, title=found.title,
            model=found.model, quantity=found.quantity, by=by, at=at,
        )  # fmt: skip
    else:
        found.equipment = institution_queries.piece_of_equipment(equipment_id, by=by)
        _require_same(found, grant.institution_id)
    found.save(update_fields=["equipment"])
    record("grant.item_in_inventory", grant, by=by, at=at, reason=reason, title=found.title)
    return found


def _require_same(found: BoughtItem, institution_id: int) -> None:
    """Refuse an inventory row of another body, occupation or name, one with too few pieces, or one bought before."""
    row = found.equipment
    is_same = (
        row.institution_id == institution_id
        and row.left_on is None
        and (row.occupation_code, row.title) == (found.occupation_code, found.title)
        and row.quantity >= found.quantity
    )
    if not is_same:
        raise EquipmentOfAnother(title=row.title, quantity=found.quantity)
    if row.bought_with.exists():
        raise ItemInInventory(title=row.title)
