"""Filters of the bureau's lists. Words typed in ``q`` are searched by the app's own query."""

import re
from datetime import datetime, time, timedelta

import django_filters as filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from kaogong.access import queries as access
from kaogong.access.roles import ROLES
from kaogong.catalog import queries as catalog
from kaogong.certificates.states import CERTIFICATE
from kaogong.institutions import queries as institutions
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.training.states import TRAINING_CLASS
from kaogong.web.parts.forms import DateField
from kaogong.web.parts.verbs import VERBS
from kaogong.web.parts.wording import TOLD


class DayFilter(filters.DateFilter):
    """A day from the browser's picker."""

    field_class = DateField


class InstantFilter(DayFilter):
    """Instants from the beginning of a day on (``gte``) or up to its end (``lte``), so that an index serves."""

    def filter(self, rows, value):
        if not value:
            return rows
        if self.lookup_expr == "lte":
            value += timedelta(days=1)
        begins = timezone.make_aware(datetime.combine(value, time.min))
        return rows.filter(**{f"{self.field_name}__{'lt' if self.lookup_expr == 'lte' else 'gte'}": begins})


class WordsFilter(filters.CharFilter):
    """Words the page's query already searched for."""

    def filter(self, rows, value):
        return rows


def _occupation(rows, _name, value):
    return rows.filter(occupation_code__in=[o.code for o in catalog.occupations_matching(value, limit=300)])


_ALL = _("全部")


class InstitutionFilter(filters.FilterSet):
    q = WordsFilter(label=_("名称或信用代码"))
    kind = filters.ChoiceFilter(label=_("类型"), choices=institutions.INSTITUTION_KINDS, empty_label=_ALL)
    duty = filters.ChoiceFilter(
        label=_("承担"),
        choices=[("provider", _("培训")), ("assessor", _("评价"))],
        empty_label=_ALL,
        method="by_duty",
    )
    recognised = filters.ChoiceFilter(
        label=_("今日是否认定"),
        choices=[("yes", _("已认定")), ("no", _("未认定"))],
        empty_label=_ALL,
        method="by_recognition",
    )

    on = DayFilter(label=_("截至哪一天的培训机构"), method="by_day")
    held = filters.ChoiceFilter(
        label=_("那天是否认定"), choices=[("yes", _("已认定"))], empty_label=_ALL, method="by_held"
    )

    def by_day(self, rows, _name, value):
        counted = institutions.providers_as_of(self.request.actor.region_code, value)
        return rows.filter(pk__in=counted.values("pk"))

    def by_held(self, rows, _name, value):
        day = self.form.cleaned_data.get("on") or self.request.today
        return rows.filter(pk__in=institutions.contracts_in_force(day).values("institution_id"))

    def by_duty(self, rows, _name, value):
        return rows.filter(**{f"is_{value}": True})

    def by_recognition(self, rows, _name, value):
        there = Q(pk__in=institutions.contracts_in_force(self.request.today).values("institution_id"))
        return rows.filter(there) if value == "yes" else rows.filter(~there)


class ClassFilter(filters.FilterSet):
    q = WordsFilter(label=_("编号或名称"))
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(k, _(v)) for k, v in TRAINING_CLASS.choices], empty_label=_ALL
    )
    institution = filters.CharFilter(
        label=_("培训机构"), field_name="institution__name", lookup_expr="icontains"
    )
    occupation = filters.CharFilter(label=_("职业"), method="by_occupation")
    from_on = DayFilter(label=_("开班不早于"), field_name="starts_on", lookup_expr="gte")
    until_on = DayFilter(label=_("开班不晚于"), field_name="starts_on", lookup_expr="lte")

    by_occupation = staticmethod(_occupation)


class PeopleFilter(filters.FilterSet):
    q = WordsFilter(label=_("姓名"))
    number = WordsFilter(label=_("班次编号"))


class CertificateFilter(filters.FilterSet):
    q = WordsFilter(label=_("证书编号或姓名"))
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(k, _(v)) for k, v in CERTIFICATE.choices], empty_label=_ALL
    )
    kind = filters.ChoiceFilter(
        label=_("证书种类"), choices=[(str(k), _(k.label)) for k in CertificateKind], empty_label=_ALL
    )
    occupation = filters.CharFilter(label=_("职业"), method="by_occupation")
    from_on = DayFilter(label=_("发证不早于"), field_name="issued_on", lookup_expr="gte")
    until_on = DayFilter(label=_("发证不晚于"), field_name="issued_on", lookup_expr="lte")

    by_occupation = staticmethod(_occupation)


def _verb_choices() -> list[tuple[str, str]]:
    return [(verb, re.sub(r"\{\w+\}", "…", pgettext(TOLD, sentence))) for verb, sentence in VERBS.items()]


class TrailFilter(filters.FilterSet):
    who = filters.CharFilter(label=_("经办人"), method="by_account")
    verb = filters.ChoiceFilter(label=_("事项"), choices=_verb_choices, empty_label=_ALL)
    subject = filters.CharFilter(label=_("对象"), field_name="subject_label", lookup_expr="startswith")
    from_on = InstantFilter(label=_("自"), field_name="at", lookup_expr="gte")
    until_on = InstantFilter(label=_("至"), field_name="at", lookup_expr="lte")

    def by_account(self, rows, _name, value):
        accounts = access.accounts(self.request.actor).filter(Q(name__icontains=value) | Q(username=value))
        return rows.filter(
            Q(actor_account_id__in=list(accounts.values_list("pk", flat=True)))
            | Q(actor_account_id__isnull=True, actor_name=value)
        )


class AccountFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("登录名或姓名"), method="by_words")
    role = filters.ChoiceFilter(
        label=_("岗位"), choices=[(r.code, _(r.label)) for r in ROLES.values()], empty_label=_ALL
    )
    is_active = filters.ChoiceFilter(
        label=_("状态"),
        choices=[("true", _("启用")), ("false", _("已停用"))],
        empty_label=_ALL,
        method="by_state",
    )

    def by_words(self, rows, _name, value):
        return rows.filter(Q(username__icontains=value) | Q(name__icontains=value))

    def by_state(self, rows, _name, value):
        return rows.filter(is_active=value == "true")


class ListingFilter(filters.FilterSet):
    occupation = filters.CharFilter(label=_("职业"), method=_occupation)
    in_force_on = DayFilter(label=_("这一天有效"), method="on_day")

    def on_day(self, rows, _name, day):
        return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)
