"""The questionnaire "what am I entitled to": four short steps, every question but the region optional."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.claims.queries import rulebook
from kaogong.rules import CERTIFICATE_KINDS, LEVELS
from kaogong.rules.measures import full_years
from kaogong.web.parts.forms import DateField, TidyField
from kaogong.web.parts.values import in_english, region_names

YES_NO = [("yes", _("是")), ("no", _("否")), ("", _("不知道"))]
NONE_OF_THEM = "none"
OLDEST = timedelta(days=366 * 120)


class YesNo(forms.ChoiceField):
    """Yes, no, or not known; not known is the default."""

    def __init__(self, **kwargs):
        super().__init__(choices=YES_NO, widget=forms.RadioSelect, required=False, initial="", **kwargs)


class PastDate(DateField):
    """A day that is not still to come, nor longer ago than a life."""

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def clean_on(self, value: date | None, today: date) -> date | None:
        """The day, or a refusal that says what is wrong."""
        if value is None:
            return None
        if value > today:
            raise forms.ValidationError(gettext("这一天还没有到，请检查年月日。"))
        if value < today - OLDEST:
            raise forms.ValidationError(gettext("请检查年份。"))
        return value


class Step(forms.Form):
    """One step; ``today`` is the day the questions are about."""

    title = ""

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self):
        given = super().clean()
        for name, field in self.fields.items():
            if isinstance(field, PastDate) and given.get(name):
                try:
                    field.clean_on(given[name], self.today)
                except forms.ValidationError as wrong:
                    self.add_error(name, wrong)
        return given


class AboutYou(Step):
    """Where, how old, and which groups."""

    title = _("您的基本情况")

    region = forms.ChoiceField(label=_("在哪里申领"), help_text=_("一般是户籍、常住或工作所在的地区"))
    birth_on = PastDate(label=_("出生日期"), help_text=_("不想写日期，可以只写年龄"))
    age = forms.IntegerField(
        label=_("年龄（周岁）"),
        required=False,
        min_value=0,
        max_value=120,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    sex = forms.ChoiceField(
        label=_("性别"),
        required=False,
        initial="",
        choices=[("female", _("女")), ("male", _("男")), ("", _("不回答"))],
        widget=forms.RadioSelect,
    )
    groups = forms.MultipleChoiceField(
        label=_("您属于下面哪几类人"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("可以选几项；由认定部门确认为准"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        side = in_english()
        book = rulebook()
        self.fields["region"].choices = region_names()
        self.fields["groups"].choices = [
            *((code, group.label_en if side else group.label) for code, group in book.groups.items()),
            (NONE_OF_THEM, _("都不属于")),
        ]

    def clean(self):
        given = super().clean()
        born, age = given.get("birth_on"), given.get("age")
        if born and age is not None and full_years(born, self.today) != age:
            years = full_years(born, self.today)
            self.add_error(
                "age", gettext("与出生日期不符：按出生日期今天 {years} 周岁。").format(years=years)
            )
        chosen = given.get("groups") or []
        if NONE_OF_THEM in chosen and len(chosen) > 1:
            self.add_error("groups", gettext("既选了人员类别，又选了“都不属于”，请去掉其中一个。"))
        return given


class Work(Step):
    """Work, insurance, pension."""

    title = _("工作和社会保险")

    receives_pension = YesNo(label=_("是否按月领取养老金（退休金）"))
    unemployed = YesNo(label=_("现在是否处于失业状态"))
    insured = YesNo(label=_("现在是否缴纳职工社会保险"))
    insured_months = forms.IntegerField(
        label=_("职工社会保险累计缴了多少个月"), required=False, min_value=0, max_value=800,
        help_text=_("可以在社保网站或窗口查到"), widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    hired_on = PastDate(label=_("到现在的单位上班的日期"))
    works_in_occupation = YesNo(label=_("是否在证书的职业（工种）岗位上工作"))
    graduated_on = PastDate(label=_("毕业日期"), help_text=_("应届和近几年毕业的请填写"))
    discharged_on = PastDate(label=_("退役日期"), help_text=_("退役军人请填写"))

    def clean(self):
        given = super().clean()
        if given.get("insured_months") == 0 and given.get("insured") == "yes":
            self.add_error("insured_months", gettext("正在参保，累计月数不应是 0；刚参保请写 1。"))
        return given


class Certificate(Step):
    """The certificate held, or the one planned."""

    title = _("职业技能证书")

    has_certificate = forms.ChoiceField(
        label=_("您的证书"),
        required=False,
        initial="",
        choices=[
            ("held", _("已经取得")),
            ("planned", _("准备培训、考证")),
            ("none", _("没有，也没有打算")),
            ("", _("还不知道")),
        ],
        widget=forms.RadioSelect,
        help_text=_("已经取得的，按取证那一天的政策判断"),
    )
    kind = forms.ChoiceField(label=_("证书种类"), required=False)
    level = forms.ChoiceField(label=_("等级"), required=False)
    occupation = TidyField(
        label=_("职业（工种）"),
        max_length=60,
        required=False,
        help_text=_("例如：养老护理员、焊工，或职业代码"),
    )
    issued_on = PastDate(label=_("发证日期"), help_text=_("已经取得的请填写"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        side = in_english()
        blank = [("", _("不知道"))]
        self.fields["kind"].choices = blank + [
            (code, word[side]) for code, word in CERTIFICATE_KINDS.items() if code != "none"
        ]
        self.fields["level"].choices = blank + [
            (str(number), word[side]) for number, word in sorted(LEVELS.items(), reverse=True)
        ]

    def clean_occupation(self):
        text = self.cleaned_data["occupation"]
        if not text:
            return ""
        found = catalog.occupations_matching(text, limit=6)
        exact = [one for one in found if text in (one.name, one.code)]
        if exact or len(found) == 1:
            return (exact or found)[0].name
        if not found:
            raise forms.ValidationError(
                gettext("职业分类大典里没有“{text}”，换个说法再试，或留空。").format(text=text)
            )
        names = gettext("、").join(one.name for one in found[:5])
        raise forms.ValidationError(gettext("请写明是哪一个：{names}。").format(names=names))

    def clean(self):
        given = super().clean()
        if given.get("has_certificate") in ("held", "planned") and not given.get("kind"):
            self.add_error("kind", gettext("请选择证书种类。"))
        if (
            given.get("has_certificate") == "held"
            and not given.get("issued_on")
            and "issued_on" not in self.errors
        ):
            self.add_error("issued_on", gettext("请填写发证日期。"))
        return given


class Before(Step):
    """Places, and what was received before."""

    title = _("地点和以前的补贴")

    household_here = YesNo(label=_("户籍是否在申领的地区"))
    residence_here = YesNo(label=_("是否常住在申领的地区"))
    job_here = YesNo(label=_("是否在申领的地区工作或找工作"))
    ever_received = YesNo(
        label=_("以前享受过职业培训方面的补贴吗"), help_text=_("学校替您申领的也算；没有就不用答后面三题")
    )
    received_this_year = forms.TypedChoiceField(
        label=_("今年已经享受过几次培训补贴"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("不知道")), ("0", "0"), ("1", "1"), ("2", "2"), ("3", _("3 次或更多"))],
    )
    same_level_before = YesNo(label=_("这个职业的同一等级，以前享受过补贴吗"))
    higher_level_before = YesNo(label=_("这个职业的更高等级，以前享受过补贴吗"))

    def clean(self):
        given = super().clean()
        told = (given.get("received_this_year") or 0, given.get("same_level_before"))
        if given.get("ever_received") == "no" and (
            told[0] or "yes" in (told[1], given.get("higher_level_before"))
        ):
            self.add_error("ever_received", gettext("后面写了享受过补贴，与“否”不符。"))
        return given


STEPS: tuple[type[Step], ...] = (AboutYou, Work, Certificate, Before)
