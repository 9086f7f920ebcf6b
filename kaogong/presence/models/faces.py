"""The photographs learners take of their own face."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.gateways.registers import KNOWN, NOT_CONNECTED, NOT_FOUND, UNAVAILABLE
from kaogong.trail.guards import kept_but_sealed_anew

from .records import CheckIn


class FacePhoto(models.Model):
    """One photograph a learner took of their own face at one check-in, and what its comparison said."""

    personal = {"photo": "face", "digest": "face", "look": "face", "likeness": "face"}

    WAITING = "waiting"
    SAID = [
        (WAITING, _("等待比对")),
        (KNOWN, _("已比对")),
        (NOT_FOUND, _("登记中没有可比对的照片")),
        (UNAVAILABLE, _("比对服务没有回答")),
        (NOT_CONNECTED, _("没有接入比对服务")),
    ]

    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="faces", verbose_name=_("签到"))
    number = models.PositiveSmallIntegerField(_("第几张"))
    received_at = models.DateTimeField(_("收到时间"))
    photo = SealedTextField(purpose="presence.facephoto.photo")  # a small JPEG, in base64
    digest = models.CharField(_("摘要"), max_length=64)  # of the file as the phone sent it
    look = models.BigIntegerField(_("图像特征"))
    is_used_before = models.BooleanField(_("以前用过的照片"))
    said = models.CharField(_("比对结果"), max_length=14, choices=SAID, default=WAITING)
    likeness = models.PositiveSmallIntegerField(_("人脸比对分"), null=True)
    source = models.CharField(_("来源"), max_length=60, blank=True, default="")
    compared_at = models.DateTimeField(_("比对时间"), null=True)

    class Meta:
        verbose_name = _("签到照片")
        triggers = kept_but_sealed_anew(
            "check_in", "number", "received_at", "digest", "look", "is_used_before"
        )
        constraints = [
            models.UniqueConstraint("check_in", "number", name="face_photo_numbered_once"),
            models.CheckConstraint(
                condition=Q(said=KNOWN, likeness__isnull=False, likeness__lte=100)
                | (~Q(said=KNOWN) & Q(likeness__isnull=True)),
                name="face_photo_likeness_when_compared",
            ),
            models.CheckConstraint(
                condition=Q(said="waiting", compared_at__isnull=True)
                | (~Q(said="waiting") & Q(compared_at__isnull=False)),
                name="face_photo_compared_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["digest"], name="face_photo_by_digest"),
            models.Index(
                fields=["received_at"],
                name="face_photo_to_compare",
                condition=Q(said__in=["waiting", UNAVAILABLE]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_in_id}-{self.number} {self.said}"
