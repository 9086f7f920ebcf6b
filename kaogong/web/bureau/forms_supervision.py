"""Forms of draws, inspections and inspectors."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.supervision.queries import INSPECTOR_KINDS, STRATIFIERS
from kaogong.web.parts.forms import DateField, TidyField
from kaogong.web.parts.values import in_english

FINDINGS = 3


class PrepareDrawForm(forms.Form):
    """What is drawn from, in which strata, how much of each."""

    purpose = TidyField(label=_("抽查事项"), max_length=200, help_text=_("例如：四季度在训班次现场检查"))
    objects_kind = forms.ChoiceField(
        label=_("抽查对象"), choices=[("class", _("在训班次")), ("provider", _("认定机构"))]
    )
    stratify_by = forms.ChoiceField(label=_("分层"), choices=list(STRATIFIERS.items()), required=False)
    percent = forms.IntegerField(label=_("每层抽取百分之几"), min_value=0, max_value=100)
    at_least = forms.IntegerField(label=_("每层至少抽几个"), min_value=0, max_value=1000, initial=1)
    inspectors_per_object = forms.IntegerField(
        label=_("每个对象派几名检查员"), min_value=2, max_value=9, initial=2
    )
    only_uninspected = forms.BooleanField(
        label=_("只抽还没有检查过的"), required=False, help_text=_("用来做到每个班次至少检查一次。")
    )
    exclusions = forms.CharField(
        label=_("排除的对象"),
        required=False,
        max_length=20_000,
        help_text=_("每行一个：班期编号或信用代码，空格后写理由。排除的对象和理由留在名册里，一并公开。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_exclusions(self):
        found = {}
        for line in self.cleaned_data["exclusions"].splitlines():
            if not line.strip():
                continue
            reference, _blank, why = line.strip().partition(" ")
            if not why.strip():
                raise forms.ValidationError(gettext("“{reference}”没有写理由。").format(reference=reference))
            found[reference] = why.strip()
        return found


class Photographs(forms.FileInput):
    """Several photographs at once, from the camera or the album."""

    allow_multiple_selected = True


class PhotographsField(forms.FileField):
    """A list of uploads."""

    widget = Photographs(attrs={"accept": "image/jpeg,image/png", "multiple": True})

    def clean(self, value, initial=None):
        return [super(PhotographsField, self).clean(one, initial) for one in value or []]


class InspectionForm(forms.Form):
    """One sheet as filled in on the spot."""

    inspected_on = DateField(label=_("检查日期"))
    attended = forms.MultipleChoiceField(
        label=_("到场的检查员"), widget=forms.CheckboxSelectMultiple, help_text=_("至少两名，包括填表人。")
    )
    expected = forms.IntegerField(label=_("应到人数"), min_value=0, max_value=10_000)
    present = forms.IntegerField(label=_("实到人数"), min_value=0, max_value=10_000)

    def __init__(self, *args, items, sent, of_class, **kwargs):
        super().__init__(*args, **kwargs)
        self.items, english = items, in_english()
        self.fields["attended"].choices = [(str(one.inspector_id), str(one.inspector)) for one in sent]
        for name in ("expected", "present"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"
            if not of_class:
                del self.fields[name]
        for item in items:
            label = item.label_en if english else item.label
            self.fields[f"item_{item.key}"] = self._field(item.kind, label)
        self.fields["notes"] = forms.CharField(
            label=_("检查记录"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
        )
        self.fields["photos"] = PhotographsField(
            label=_("现场照片"),
            required=False,
            help_text=_("JPEG 或 PNG，每张不超过 5 MB，最多 6 张。照片不进草稿，发送成功前请留在相册里。"),
        )
        for n in range(1, FINDINGS + 1):
            self.fields[f"finding_{n}"] = forms.CharField(
                label=gettext("发现的问题 {n}").format(n=n),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"days_{n}"] = forms.IntegerField(
                label=gettext("问题 {n} 的整改期限（工作日）").format(n=n),
                required=False,
                min_value=1,
                max_value=90,
            )

    @staticmethod
    def _field(kind: str, label: str) -> forms.Field:
        if kind == "yes_no":
            choices = [("yes", _("是")), ("no", _("否")), ("na", _("不适用"))]
            return forms.ChoiceField(
                label=label, choices=choices, widget=forms.RadioSelect(attrs={"class": "in-a-row"})
            )
        if kind == "score60":
            return forms.IntegerField(label=label, min_value=0, max_value=60)
        return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self):
        given = super().clean()
        for n in range(1, FINDINGS + 1):
            if bool(given.get(f"finding_{n}")) != bool(given.get(f"days_{n}")):
                self.add_error(f"finding_{n}", gettext("问题和整改期限要一起填写。"))
        return given

    @property
    def answers(self) -> dict:
        return {item.key: self.cleaned_data[f"item_{item.key}"] for item in self.items}

    @property
    def found(self) -> list[tuple[str, int]]:
        pairs = [
            (self.cleaned_data[f"finding_{n}"], self.cleaned_data[f"days_{n}"])
            for n in range(1, FINDINGS + 1)
        ]
        return [(content, days) for content, days in pairs if content]


class RejectForm(forms.Form):
    """Why an answer is not enough, and how long there is now."""

    working_days = forms.IntegerField(label=_("再整改几个工作日"), min_value=1, max_value=90)
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class EnlistForm(forms.Form):
    """One more inspector."""

    name = TidyField(label=_("姓名"), max_length=60)
    kind = forms.ChoiceField(label=_("来源"), choices=INSPECTOR_KINDS)
    username = TidyField(
        label=_("登录名"),
        required=False,
        max_length=60,
        help_text=_("本区已开设的账号；没有账号的检查员不能自己填表。"),
    )
    employer = TidyField(
        label=_("所在单位的信用代码"),
        required=False,
        max_length=18,
        help_text=_("受聘于某个机构的专家必填；与该机构及其上级、下属一律回避。"),
    )


class InterestForm(forms.Form):
    """An institution the inspector may not inspect."""

    institution = TidyField(label=_("回避机构的信用代码"), max_length=18)
    reason = TidyField(label=_("回避事由"), max_length=200)


class AffiliationForm(forms.Form):
    """Which institution belongs to which."""

    institution = TidyField(label=_("机构的信用代码"), max_length=18)
    parent = TidyField(label=_("上级机构的信用代码"), max_length=18)
    source = TidyField(label=_("依据"), max_length=200)
