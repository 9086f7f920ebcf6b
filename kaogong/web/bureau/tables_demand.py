"""Columns of demand: rounds, replies, vacancies, wishes, shortages, lists, majors, guides."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.web.parts.columns import (
    DateColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.demand import level_name
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import permille

from .tables import opens


class OccupationColumn(tables.Column):
    """An occupation's code by its name."""

    def render(self, value):
        return catalog.occupation_name(value)

    def value(self, value):
        return catalog.occupation_name(value)


class RegionColumn(tables.Column):
    """A district's code by its name, on one line."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", {"td": {"class": "nowrap"}})
        super().__init__(*args, **kwargs)

    def render(self, value):
        return catalog.region_name(value)

    def value(self, value):
        return catalog.region_name(value)


class IndexColumn(tables.Column):
    """The shortage index as a share; a dash where it is unknown."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", {"td": {"class": "num"}, "th": {"class": "num"}})
        super().__init__(*args, default="—", **kwargs)

    def render(self, value):
        return permille(value)

    def value(self, value):
        return permille(value)


class PersonsColumn(NumberColumn):
    """Hundredths of a person, to one place."""

    def render(self, value):
        return f"{value / 100:,.1f}"

    def value(self, value):
        return value / 100


class RoundTable(ListTable):
    title = OpenColumn(to=opens("demand_rounds"), verbose_name=_("调查名称"))
    kind = tables.Column(accessor="get_kind_display", verbose_name=_("调查种类"))
    region_code = RegionColumn(verbose_name=_("区域"))
    opens_on = DateColumn(verbose_name=_("开始"))
    closes_on = DateColumn(verbose_name=_("截止"))
    asked = NumberColumn(verbose_name=_("调查企业"))
    answered = NumberColumn(verbose_name=_("已填报"))
    status = StatusColumn(verbose_name=_("状态"))


class ReplyTable(ListTable):
    name = OpenColumn(to=opens("demand_replies"), verbose_name=_("企业名称"))
    credit_code = tables.Column(verbose_name=_("统一社会信用代码"))
    region_code = RegionColumn(verbose_name=_("区域"))
    phone = tables.Column(accessor="institution__phone", verbose_name=_("联系电话"), default="—")
    account = tables.Column(accessor="institution_id", verbose_name=_("填报方式"), empty_values=())
    link = tables.Column(accessor="link", verbose_name=_("填报链接"), default="—")
    reminded_at = MomentColumn(verbose_name=_("提醒时间"), default="—")
    submitted_at = MomentColumn(verbose_name=_("填报时间"), default="—")
    status = StatusColumn(verbose_name=_("状态"))

    def render_link(self, value):
        return format_html('<a href="{}">{}</a>', value, gettext("打开，可复制")) if value else "—"

    def value_link(self, value):
        return value

    def render_account(self, value):
        return gettext("机构账号或链接") if value else gettext("链接")

    value_account = render_account


class VacancyListTable(ListTable):
    source = OpenColumn(to=opens("vacancies"), verbose_name=_("来源"))
    filename = tables.Column(verbose_name=_("文件名"))
    as_of = DateColumn(verbose_name=_("数据截至"))
    rows_kept = NumberColumn(verbose_name=_("计入行数"))
    repeated = NumberColumn(verbose_name=_("重复行数"))
    wanted = NumberColumn(verbose_name=_("招聘人数"))
    status = StatusColumn(verbose_name=_("状态"))


class WishTable(ListTable):
    name = tables.Column(accessor="person__name", verbose_name=_("姓名"), attrs={"td": {"class": "nowrap"}})
    id_number = tables.Column(accessor="person__id_number_masked", verbose_name=_("身份证号码"))
    is_willing = tables.Column(verbose_name=_("培训意愿"))
    occupation_codes = tables.Column(verbose_name=_("意愿培训工种"), default="—")
    level_code = tables.Column(verbose_name=_("意愿工种等级"), default="—")
    wished_on = DateColumn(verbose_name=_("意愿培训日期"), default="—")
    wished_place = tables.Column(verbose_name=_("意愿培训地点"), default="—")
    source = tables.Column(accessor="get_source_display", verbose_name=_("来源"))
    stated_at = MomentColumn(verbose_name=_("填写时间"))

    def render_is_willing(self, value):
        return gettext("是") if value else gettext("否")

    value_is_willing = render_is_willing

    def render_occupation_codes(self, value):
        return "、".join(catalog.occupation_name(code) for code in value) or "—"

    value_occupation_codes = render_occupation_codes

    def render_level_code(self, record):
        return level_name(record.level_code)

    value_level_code = render_level_code


class WishedTable(ListTable):
    occupation = OccupationColumn(accessor="0", verbose_name=_("职业（工种）"))
    people = NumberColumn(accessor="1", verbose_name=_("想学的人"))


class RunTable(ListTable):
    as_of = OpenColumn(to=opens("shortage"), verbose_name=_("截至"))
    region_code = RegionColumn(verbose_name=_("区域"))
    counted = NumberColumn(verbose_name=_("职业×区"))
    computed_by = tables.Column(verbose_name=_("计算人"))
    computed_at = MomentColumn(verbose_name=_("计算时间"))


class _MeasuredTable(ListTable):
    """What a shortage was counted from, for an occupation in a district or one level of it."""

    occupation_code = tables.Column(verbose_name=_("职业（工种）"))
    region_code = RegionColumn(verbose_name=_("区"))
    index_permille = IndexColumn(verbose_name=_("紧缺指数"))
    demand_hundredths = PersonsColumn(verbose_name=_("需求"), default="—")
    supply_hundredths = PersonsColumn(verbose_name=_("供给"), default="—")
    needed_now = NumberColumn(verbose_name=_("现在缺人"))
    needed_in_year = NumberColumn(verbose_name=_("未来12个月还要招"))
    certified = NumberColumn(verbose_name=_("近12个月新发证"))
    pipeline = NumberColumn(verbose_name=_("在培和已批准"))
    holders = NumberColumn(verbose_name=_("持证人数"))
    employers = NumberColumn(verbose_name=_("用人单位数"))
    is_small = tables.Column(verbose_name=_("样本"), empty_values=(), attrs={"td": {"class": "nowrap"}})

    def row_id(self, record) -> int:
        """The counted row whose working the line opens."""
        return record.pk

    def render_occupation_code(self, value, record):
        url = reverse("bureau:shortage:row", args=[self.row_id(record)])
        return format_html('<a href="{}">{}</a>', url, catalog.occupation_name(value))

    def value_occupation_code(self, value):
        return catalog.occupation_name(value)

    def render_is_small(self, value):
        return gettext("样本少") if value else ""

    value_is_small = render_is_small


class ShortageTable(_MeasuredTable):
    wishes = NumberColumn(verbose_name=_("想学的人"))

    class Meta:
        sequence = ("...", "wishes", "employers", "is_small")


class LevelTable(_MeasuredTable):
    occupation_code = tables.Column(accessor="row__occupation_code", verbose_name=_("职业（工种）"))
    region_code = RegionColumn(accessor="row__region_code", verbose_name=_("区"))
    level_code = tables.Column(verbose_name=_("技能等级"), empty_values=(), attrs={"td": {"class": "nowrap"}})

    class Meta:
        sequence = ("occupation_code", "region_code", "level_code", "...")

    def row_id(self, record) -> int:
        return record.row_id

    def render_level_code(self, record):
        return level_name(record.level_code) if record.level_code else gettext("没有写等级")

    value_level_code = render_level_code


class OpeningTable(ListTable):
    occupation = OccupationColumn(accessor="row__occupation_code", verbose_name=_("职业（工种）"))
    region = RegionColumn(accessor="row__region_code", verbose_name=_("区"))
    index = IndexColumn(accessor="row__index_permille", verbose_name=_("紧缺指数"))
    missing = NumberColumn(verbose_name=_("缺口人数"))
    levels = tables.Column(verbose_name=_("缺哪几级"), empty_values=())
    wishes = NumberColumn(accessor="row__wishes", verbose_name=_("想学的人"))
    places_left = NumberColumn(verbose_name=_("协议剩余人数"))
    proposed = NumberColumn(verbose_name=_("建议开班人数"))
    providers = tables.Column(verbose_name=_("可以开班的机构（剩余人数）"), empty_values=())

    def render_levels(self, value):
        return "、".join(f"{level_name(code)} {n}" for code, n in value) or "—"

    value_levels = render_levels

    def render_providers(self, value):
        if not value:
            return gettext("没有机构签约这个职业，先签约或引进机构")
        return "；".join(f"{name}（{left}）" for name, _number, left in value)

    value_providers = render_providers


class ListTableOfShortage(ListTable):
    kind = OpenColumn(to=opens("shortage_lists"), accessor="get_kind_display", verbose_name=_("目录种类"))
    region_code = RegionColumn(verbose_name=_("区域"))
    version = NumberColumn(verbose_name=_("版次"))
    starts_on = DateColumn(verbose_name=_("起"))
    ends_on = DateColumn(verbose_name=_("止"), default="—")
    entries = NumberColumn(verbose_name=_("条目"))
    status = StatusColumn(verbose_name=_("状态"))


class MarketTable(ListTable):
    title = OpenColumn(to=opens("market_bulletins"), verbose_name=_("季度"))
    region_code = RegionColumn(verbose_name=_("区域"))
    seekers_source = tables.Column(verbose_name=_("求职人数来源"), default="—")
    published_at = MomentColumn(verbose_name=_("发布时间"), default="—")
    status = StatusColumn(verbose_name=_("状态"))


class TalentTable(ListTable):
    name = tables.Column(accessor="person__name", verbose_name=_("姓名"), attrs={"td": {"class": "nowrap"}})
    employer = tables.Column(verbose_name=_("引进单位"))
    status = StatusColumn(verbose_name=_("状态"))
    change = tables.Column(
        verbose_name=_("操作"), accessor="pk", attrs={"screen_only": True, "td": {"class": "nowrap"}}
    )
    mode = tables.Column(accessor="get_mode_display", verbose_name=_("引进方式"))
    tier = tables.Column(accessor="get_tier_display", verbose_name=_("领军人才级别"), default="—")
    occupation_code = OccupationColumn(verbose_name=_("职业（工种）"))
    level = tables.Column(accessor="pk", verbose_name=_("技能等级"))
    channel = tables.Column(accessor="get_channel_display", verbose_name=_("引进渠道"), default="—")
    came_from = tables.Column(verbose_name=_("来自"), default="—")
    introduced_on = DateColumn(verbose_name=_("引进日期"))
    contract_ends_on = DateColumn(verbose_name=_("合同到期日"), default="—")
    granted_fen = MoneyColumn(verbose_name=_("引进补贴"), default="—")
    affirmed_year = tables.Column(verbose_name=_("单位确认年度"), default="—", orderable=False)
    left_on = DateColumn(verbose_name=_("离开日期"), default="—")

    def render_level(self, record):
        return level_name(record.level_code)

    value_level = render_level

    def render_change(self, record):
        if record.may_confirm:
            url = reverse("bureau:talents:judge", args=[record.pk])
            return format_html('<a href="{}">{}</a>', url, gettext("核对"))
        if not record.may_leave:
            return "—"
        url = reverse("bureau:talents:leave", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, gettext("登记离开"))


class UnitTable(ListTable):
    unit = tables.Column(verbose_name=_("引进单位"))
    credit_code = tables.Column(verbose_name=_("统一社会信用代码"))
    people = NumberColumn(verbose_name=_("引进人数"))
    full_time = NumberColumn(verbose_name=_("全职引进"))
    flexible = NumberColumn(verbose_name=_("柔性引进"))
    alliance = NumberColumn(verbose_name=_("经引进E联盟"))
    station = NumberColumn(verbose_name=_("经海外引进工作站"))
    here = NumberColumn(verbose_name=_("在岗"))


class MajorTable(ListTable):
    institution = tables.Column(accessor="institution__name", verbose_name=_("学校"))
    code = tables.Column(verbose_name=_("专业代码"))
    name = tables.Column(verbose_name=_("专业名称"))
    chain_code = tables.Column(verbose_name=_("产业链"), empty_values=())
    students = NumberColumn(verbose_name=_("在校生"), default="—")
    senior_students = NumberColumn(verbose_name=_("高级工及以上"), default="—")
    starts_on = DateColumn(verbose_name=_("起"))
    ends_on = DateColumn(verbose_name=_("止"), default="—")
    change = tables.Column(
        verbose_name=_("操作"), accessor="pk", attrs={"screen_only": True, "td": {"class": "nowrap"}}
    )

    def render_chain_code(self, value):
        return catalog.code_labels("industry_chain").get(value, value) if value else gettext("未标注")

    value_chain_code = render_chain_code

    def render_change(self, record):
        if not record.may_change:
            return "—"
        return format_html(
            '<a href="{}">{}</a> <a href="{}">{}</a>',
            reverse("bureau:majors:tag", args=[record.pk]), gettext("标注"),
            reverse("bureau:majors:end", args=[record.pk]), gettext("停办"),
        )  # fmt: skip


class GuideTable(ListTable):
    title = OpenColumn(to=opens("wage_guides"), accessor="round__title", verbose_name=_("调查名称"))
    region_code = RegionColumn(verbose_name=_("区域"))
    shown = NumberColumn(verbose_name=_("公布价位"))
    hidden = NumberColumn(verbose_name=_("不公布"))
    published_at = MomentColumn(verbose_name=_("发布时间"), default="—")
    status = StatusColumn(verbose_name=_("状态"))
