"""Claims drawn out of a review of many at once, to be looked at one by one."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only

from .claim import Claim


class ReviewSample(models.Model):
    """One claim drawn out of a batch review: from then on somebody reviews it by itself."""

    append_only = True
    personal = {"drawn_by_name": "name"}

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="sample", verbose_name=_("申领"))
    seed = models.CharField(_("随机种子"), max_length=64)
    drawn_of = models.PositiveIntegerField(_("从多少份中抽取"))
    drawn_at = models.DateTimeField(_("抽取时间"))
    drawn_by_name = models.CharField(_("审核人"), max_length=100)

    class Meta:
        verbose_name = _("抽审")
        constraints = [models.CheckConstraint(condition=Q(drawn_of__gt=0), name="sample_of_some")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.claim_id}"
