"""Forms about one's own institution: applying, rooms, equipment, staff, appeals."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.institutions import queries as institutions
from kaogong.institutions.operations import Wish
from kaogong.kernel.errors import Malformed
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.kernel.levels import parse_level
from kaogong.web.parts.forms import DateField, MoneyField, SheetField, TidyField

_LEVELS = [("", _("无")), *((code, _(label)) for code, label in LEVEL_CHOICES)]


class ApplicationForm(forms.Form):
    """What an institution asks to be recognised for."""

    purpose = forms.ChoiceField(label=_("事项"), choices=institutions.PURPOSES)
    earlier_id = forms.TypedChoiceField(
        label=_("原协议"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("续签或变更范围时选择。续签从原协议期满那天开始；变更范围在原协议期限之内。"),
    )
    tender_id = forms.TypedChoiceField(
        label=_("凭哪个招标结果"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("没有参加招标的，按申报签约办理，不用选择。"),
    )
    starts_on = DateField(label=_("从哪天起"))
    ends_on = DateField(label=_("到哪天止（不含当天）"))
    head_count = forms.IntegerField(label=_("计划培训人数"), min_value=1, max_value=1_000_000)
    area = TidyField(label=_("培训地域"), max_length=120, required=False)
    audience = forms.ChoiceField(
        label=_("培训对象"),
        choices=institutions.AUDIENCES,
        help_text=_("企业职工培训中心可以培训本企业职工，也可以面向关联企业、中小微企业和社会。"),
    )
    scopes = forms.CharField(
        label=_("培训职业和等级"),
        max_length=8000,
        help_text=_("每行一个职业：职业名称或代码，空格，等级。例如：中式烹调师 五级。不分等级的只写职业。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    statement = forms.CharField(
        label=_("申请说明"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, contracts=(), tenders=(), is_new=True, **kwargs):
        super().__init__(*args, **kwargs)
        if is_new:
            self.fields["earlier_id"].choices = [("", gettext("首次认定，没有原协议")), *contracts]
            self.fields["tender_id"].choices = [("", gettext("申报签约")), *tenders]
        else:
            for name in ("purpose", "earlier_id", "tender_id"):
                del self.fields[name]

    def clean_scopes(self):
        found = []
        for line in filter(None, (part.strip() for part in self.cleaned_data["scopes"].splitlines())):
            name, _blank, level = line.replace("　", " ").rpartition(" ")
            code = _level(level) if name else ""
            if not code:
                name = line
            found.append((_occupation(name.strip()), code))
        return tuple(dict.fromkeys(found))

    @property
    def wish(self) -> Wish:
        names = ("starts_on", "ends_on", "head_count", "area", "audience", "scopes", "statement")
        return Wish(**{name: self.cleaned_data[name] for name in names})


def _level(word: str) -> str:
    """The code of a level as people write it; nothing when it is part of the occupation's name."""
    try:
        return parse_level(word).code
    except Malformed:
        return ""


def _occupation(word: str) -> str:
    one = catalog.occupation(word)
    if one is not None and one.tier == 4:
        return one.code
    named = [row.code for row in catalog.occupations_matching(word, limit=20) if row.name == word]
    if len(named) != 1:
        raise forms.ValidationError(
            gettext("“{word}”在职业分类大典里没有找到，请写职业的全称或代码。").format(word=word)
        )
    return named[0]


class PaperForm(forms.Form):
    """One file for one condition."""

    condition_code = forms.ChoiceField(label=_("证明哪一项条件"))
    paper = forms.FileField(
        label=_("材料"),
        help_text=_("PDF、JPEG 或 PNG，不超过 10 MB。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )

    def __init__(self, *args, conditions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["condition_code"].choices = conditions


class RoomForm(forms.Form):
    """One room of a site."""

    site_id = forms.TypedChoiceField(label=_("在哪个培训地点"), coerce=int)
    name = TidyField(label=_("名称"), max_length=80, help_text=_("如“302 教室”“焊接车间”"))
    kind = forms.ChoiceField(label=_("类型"), choices=institutions.ROOM_KINDS)
    capacity = forms.IntegerField(label=_("容纳人数"), min_value=1, max_value=5000)
    accessible = forms.BooleanField(
        label=_("无障碍"), required=False, help_text=_("轮椅可以进出，有无障碍卫生间。")
    )

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site_id"].choices = sites


class EquipmentForm(forms.Form):
    """So many pieces of one model for one occupation."""

    occupation = TidyField(label=_("培训职业"), max_length=120, help_text=_("职业全称或代码"))
    title = TidyField(label=_("设备名称"), max_length=80)
    model = TidyField(label=_("设备型号"), max_length=80, required=False)
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=100_000)

    def clean_occupation(self):
        return _occupation(self.cleaned_data["occupation"])


class StaffSheetForm(forms.Form):
    """A whole sheet of staff or equipment."""

    sheet = SheetField(label=_("表格文件"), help_text=_("Excel 或 CSV；标题与模板一致即可，顺序不限。"))


class QualificationForm(forms.Form):
    """One certificate of a trainer."""

    name = TidyField(label=_("职业资格名称"), max_length=120)
    number = TidyField(label=_("证书编号"), max_length=60)
    level_code = forms.ChoiceField(label=_("资格等级"), required=False, choices=_LEVELS)
    issued_on = DateField(label=_("发证日期"), required=False)
    valid_until = DateField(label=_("有效期至"), required=False, help_text=_("长期有效的不填。"))


class DevelopmentForm(forms.Form):
    """What a trainer did to teach better."""

    form = forms.ChoiceField(label=_("方式"), choices=institutions.DEVELOPMENT_FORMS)
    topic = TidyField(label=_("内容"), max_length=120)
    organiser = TidyField(label=_("组织单位"), max_length=120)
    starts_on = DateField(label=_("起"))
    ends_on = DateField(label=_("止"))
    hours = forms.IntegerField(label=_("学时"), min_value=1, max_value=2000)
    result = TidyField(label=_("结果"), max_length=120, required=False)


class TeachingForm(forms.Form):
    """Which days, and what surplus, to report teachers' hours for."""

    since = DateField(label=_("从"), required=False)
    until = DateField(label=_("到（不含）"), required=False)
    surplus = MoneyField(label=_("培训收入结余"), required=False)


class AppealForm(forms.Form):
    """Why a grade is wrong."""

    content = forms.CharField(
        label=_("申诉内容"),
        max_length=4000,
        help_text=_("写明对哪一项得分不服、为什么，有什么依据。一个年度申诉一次。"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
