"""What a body buys with a grant for its facilities, line by line."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import frozen

from ..states import BOUGHT
from .grant import Grant


class BoughtItem(models.Model):
    """One line bought for a grant: what it is, how many at which price, and the inventory row it became."""

    personal: dict[str, str] = {}

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="items", verbose_name=_("奖补申请"))
    kind = models.CharField(_("用途"), max_length=15, choices=list(BOUGHT.items()))
    title = models.CharField(_("设备名称"), max_length=80)
    model = models.CharField(_("设备型号"), max_length=80, blank=True, default="")
    occupation_code = models.CharField(_("培训职业"), max_length=12, blank=True, default="")
    quantity = models.PositiveIntegerField(_("数量"))
    unit_fen = models.BigIntegerField(_("单价"))
    equipment = models.ForeignKey(
        "institutions.Equipment",
        models.PROTECT,
        null=True,
        related_name="bought_with",
        verbose_name=_("设施设备"),
    )

    class Meta:
        verbose_name = _("购置明细")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_fen__gt=0) & ~Q(title=""), name="bought_item_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(kind="accessibility") | ~Q(occupation_code=""),
                name="bought_equipment_names_its_occupation",
            ),
            models.UniqueConstraint(
                fields=["equipment"], condition=Q(equipment__isnull=False), name="equipment_bought_once"
            ),
        ]
        triggers = [frozen("grant", "kind", "title", "model", "occupation_code", "quantity", "unit_fen")]

    @property
    def total_fen(self) -> int:
        return self.quantity * self.unit_fen

    def __str__(self) -> str:
        return f"{self.grant_id} {self.title}"
