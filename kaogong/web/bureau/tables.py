"""Columns of the bureau's lists."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.access.roles import ROLES
from kaogong.catalog import queries as catalog
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.levels import level_of
from kaogong.web.parts.columns import (
    DateColumn,
    LabelColumn,
    MomentColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag
from kaogong.web.parts.verbs import happened

# Whose page a trail entry's subject opens.
SUBJECT_PAGES = {
    "class": "bureau:classes:detail",
    "person": "bureau:people:detail",
    "institution": "bureau:institutions:detail",
    "certificate": "bureau:certificates:detail",
    "claim": "bureau:claims:detail",
    "conflict": "bureau:conflicts:detail",
    "notice": "bureau:notices:detail",
    "objection": "bureau:objections:detail",
    "payment": "bureau:payments:detail",
    "batch": "bureau:batches:detail",
}


def opens(name: str):
    """The address of a record's page."""
    return lambda record: reverse(f"bureau:{name}:detail", args=[record.pk])


def level_label(code: str) -> str:
    """五级/初级工, or that there is no level."""
    return gettext(level_of(code).label) if code else gettext("不分等级")


class OccupationColumn(tables.Column):
    """Occupation and level by name."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("accessor", "occupation_code")
        kwargs.setdefault("verbose_name", _("职业与等级"))
        super().__init__(*args, **kwargs)

    def render(self, record):
        return f"{catalog.occupation_name(record.occupation_code)} · {level_label(record.level_code)}"

    def value(self, record):
        return self.render(record)


class RegionColumn(tables.Column):
    """A division by name."""

    def render(self, value):
        return catalog.region_name(value)


_NOWRAP = {"td": {"class": "nowrap"}}


class InstitutionTable(ListTable):
    name = OpenColumn(to=opens("institutions"), verbose_name=_("机构名称"))
    credit_code = tables.Column(verbose_name=_("统一社会信用代码"))
    kind = tables.Column(accessor="get_kind_display", verbose_name=_("类型"))
    duties = tables.Column(empty_values=(), verbose_name=_("承担"))
    region_code = RegionColumn(verbose_name=_("所在区域"))
    recognised = tables.Column(empty_values=(), verbose_name=_("今日是否认定"))

    def render_duties(self, record):
        duties = [gettext("培训")] * record.is_provider + [gettext("评价")] * record.is_assessor
        return gettext("、").join(duties) or "—"

    def render_recognised(self, record):
        if record.is_recognised:
            return tag("ok", gettext("已认定"))
        return tag("off", gettext("未认定")) if record.is_provider else "—"

    def value_recognised(self, record):
        return gettext("已认定") if record.is_recognised else gettext("未认定")


class ClassTable(ListTable):
    number = OpenColumn(to=opens("classes"), verbose_name=_("班次编号"), attrs=_NOWRAP)
    title = tables.Column(verbose_name=_("班次名称"))
    institution = tables.Column(accessor="institution__name", verbose_name=_("培训机构"))
    occupation = OccupationColumn()
    starts_on = DateColumn(verbose_name=_("开班"), orderable=True)
    ends_on = DateColumn(verbose_name=_("结业"))
    learner_count = NumberColumn(verbose_name=_("学员"))
    status = StatusColumn(verbose_name=_("状态"))


class PeopleTable(ListTable):
    name = OpenColumn(to=opens("people"), verbose_name=_("姓名"))
    id_number_masked = tables.Column(verbose_name=_("身份证号码"), attrs={"td": {"class": "mask"}})
    sex = tables.Column(accessor="get_sex_display", verbose_name=_("性别"))
    groups = tables.Column(empty_values=(), verbose_name=_("今日人员类别"))
    phone_masked = tables.Column(verbose_name=_("联系电话"), attrs={"td": {"class": "mask"}})
    region_code = RegionColumn(verbose_name=_("建档区域"))

    def render_groups(self, record):
        labels = catalog.code_labels("group")
        return gettext("、").join(labels.get(code, code) for code in record.groups_today) or "—"


class CertificateTable(ListTable):
    number = OpenColumn(to=opens("certificates"), verbose_name=_("证书编号"), attrs=_NOWRAP)
    holder_name = tables.Column(verbose_name=_("姓名"))
    holder_id_masked = tables.Column(verbose_name=_("证件号码"), attrs={"td": {"class": "mask"}})
    kind = LabelColumn(
        labels={kind.value: kind.label for kind in CertificateKind}, verbose_name=_("证书种类")
    )
    occupation = OccupationColumn()
    issuer_name = tables.Column(verbose_name=_("发证机构"))
    issued_on = DateColumn(verbose_name=_("发证日期"))
    status = StatusColumn(verbose_name=_("状态"))


class TrailTable(ListTable):
    at = MomentColumn(shown="%Y-%m-%d %H:%M:%S", verbose_name=_("时间"))
    actor_name = tables.Column(verbose_name=_("经办人"), attrs=_NOWRAP)
    actor_role = LabelColumn(
        labels={code: role.label for code, role in ROLES.items()}
        | {"system": _("系统"), "public": _("公众")},
        verbose_name=_("岗位"),
    )
    verb = tables.Column(verbose_name=_("事项"))
    subject_label = tables.Column(verbose_name=_("对象"))
    reason = tables.Column(verbose_name=_("理由"))

    def render_subject_label(self, value, record):
        page = SUBJECT_PAGES.get(record.subject_kind)
        if page is None or not self.request.actor.may(Permission.VIEW_PEOPLE):
            return value
        return format_html('<a href="{}">{}</a>', reverse(page, args=[record.subject_id]), value)

    def value_subject_label(self, value):
        return value

    def render_verb(self, record):
        return happened(record.verb, record.detail)


class AccountTable(ListTable):
    username = tables.Column(verbose_name=_("登录名"))
    name = tables.Column(verbose_name=_("姓名"))
    role = LabelColumn(labels={code: role.label for code, role in ROLES.items()}, verbose_name=_("岗位"))
    region_code = RegionColumn(verbose_name=_("管辖区域"))
    organisation = tables.Column(empty_values=(), verbose_name=_("所属机构"))
    last_login = MomentColumn(verbose_name=_("上次登录"))
    is_active = tables.Column(verbose_name=_("状态"))
    act = tables.TemplateColumn(
        template_name="bureau/accounts/close.html", verbose_name=_("办理"), attrs={"screen_only": True}
    )

    def render_organisation(self, record):
        return record.organisation_name or "—"

    def render_is_active(self, value):
        return tag("ok", gettext("启用")) if value else tag("off", gettext("已停用"))

    def value_is_active(self, value):
        return gettext("启用") if value else gettext("已停用")


class ListingTable(ListTable):
    occupation_code = tables.Column(verbose_name=_("职业"))
    level_codes = tables.Column(verbose_name=_("等级"))
    region_code = tables.Column(verbose_name=_("区域"))
    starts_on = DateColumn(verbose_name=_("起"))
    ends_on = DateColumn(verbose_name=_("止"), default="—")
    state = tables.Column(verbose_name=_("状态"))
    reference = tables.Column(verbose_name=_("依据"))
    may_end = tables.Column(verbose_name="", attrs={"screen_only": True})

    def render_occupation_code(self, value):
        name = catalog.occupation_name(value)
        return format_html('<span>{} <span class="hint nowrap">{}</span></span>', name, value)

    def value_occupation_code(self, value):
        return f"{catalog.occupation_name(value)} {value}"

    def render_level_codes(self, value):
        return gettext("、").join(level_label(code) for code in sorted(value, reverse=True))

    def render_region_code(self, value):
        return catalog.region_name(value)

    def render_state(self, value):
        return tag(*_LISTING_STATES[value]())

    def value_state(self, value):
        return _LISTING_STATES[value]()[1]

    def render_may_end(self, record):
        if not record.may_end:
            return ""
        return format_html(
            '<a class="btn2 small" href="{}">{}</a>',
            reverse("bureau:subsidised:end", args=[record.pk]),
            gettext("移出"),
        )


_LISTING_STATES = {
    "now": lambda: ("ok", gettext("有效")),
    "later": lambda: ("now", gettext("尚未开始")),
    "over": lambda: ("off", gettext("已终止")),
}
