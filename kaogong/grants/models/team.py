"""Whom a team grant is about: the team that somebody leads (L13)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import frozen

from .grant import Grant


class TeamMember(models.Model):
    """One person of the team one grant is asked for; ``although`` says why, where another team has them too."""

    personal = {"although": "free_text"}

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="team", verbose_name=_("奖补申请"))
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("人员"))
    leads = models.BooleanField(_("带头人"), default=False)
    although = models.CharField(_("列入两个团队的理由"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("团队成员")
        constraints = [
            models.UniqueConstraint(fields=["grant", "person"], name="team_member_once"),
            models.UniqueConstraint(fields=["grant"], condition=Q(leads=True), name="team_has_one_leader"),
        ]
        triggers = [frozen("grant", "person", "leads", "although")]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.person_id}"
