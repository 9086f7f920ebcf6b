"""What the pictures of the records look like, so that a look need not open each of them again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only

SOURCES = [("evidence", _("申报材料")), ("inspection", _("检查照片"))]


class SeenPicture(models.Model):
    """One picture of one record and its look: 64 bits by which the same picture is known again."""

    append_only = True
    personal: dict[str, str] = {}

    source = models.CharField(_("来源"), max_length=12, choices=SOURCES)
    source_id = models.BigIntegerField()
    look = models.BigIntegerField(_("图像特征"), null=True)  # null: it could not be read
    seen_at = models.DateTimeField(_("读取时间"))

    class Meta:
        verbose_name = _("图像指纹")
        triggers = append_only()
        constraints = [models.UniqueConstraint("source", "source_id", name="picture_seen_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}"
