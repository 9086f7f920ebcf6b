"""Forms of the bureau's door about what is subsidised, from which fund, and what was subsidised elsewhere."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.ledger.states import PUBLIC_LEVELS
from kaogong.rules import LEVELS
from kaogong.web.parts.forms import DateField, MoneyField, TidyField

from .judged import is_english
from .views.catalog import level_choices


class FundForm(forms.Form):
    """A fund of one year, and which level of government bears how much of each programme paid from it."""

    code = forms.RegexField(
        r"^[A-Za-z0-9-]{2,40}$",
        label=_("资金代码"),
        help_text=_("财政给这个专账的代码，字母、数字和短横线；每年可以相同"),
        error_messages={"invalid": _("应为 2 至 40 位字母、数字或短横线。")},
    )
    name = TidyField(label=_("资金名称"), max_length=100, help_text=_("不必写年度"))
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    kind_code = forms.ChoiceField(
        label=_("资金种类"), help_text=_("文件限定了用途的种类，只能列支清单里的项目")
    )
    department = TidyField(label=_("使用单位"), max_length=100, help_text=_("预算执行率按使用单位考核"))

    def __init__(self, *args, programmes: list[tuple[str, str]], kinds=(), **kwargs):
        super().__init__(*args, **kwargs)
        side = is_english()
        self.fields["kind_code"].choices = [
            (kind.code, kind.label_en if side else kind.label) for kind in kinds
        ]
        self.programmes = programmes
        for programme, label in programmes:
            for level, source in PUBLIC_LEVELS.items():
                self.fields[f"{programme}:{level}"] = forms.DecimalField(
                    label=f"{label} {source}",
                    required=False,
                    min_value=0,
                    max_value=100,
                    decimal_places=1,
                    widget=forms.NumberInput(
                        attrs={"class": "in-cell", "step": "0.1", "aria-label": f"{label} {source} %"}
                    ),
                )

    def plain(self) -> list[forms.BoundField]:
        """The fields above the table."""
        return [self[name] for name in ("code", "name", "year", "kind_code", "department")]

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each programme with its four shares."""
        return [
            (label, [self[f"{programme}:{level}"] for level in PUBLIC_LEVELS])
            for programme, label in self.programmes
        ]

    def clean(self):
        given = super().clean()
        given["shares"] = {}
        for programme, label in self.programmes:
            parts = {
                level: int(share * 10)
                for level in PUBLIC_LEVELS
                if (share := given.pop(f"{programme}:{level}", None))
            }
            if not parts:
                continue
            if sum(parts.values()) != 1000:
                said = gettext("“{programme}”各级分担合计应为 100%，现为 {total}%。").format(
                    programme=label, total=f"{Decimal(sum(parts.values())) / 10:f}"
                )
                self.add_error(f"{programme}:{next(iter(PUBLIC_LEVELS))}", said)
            given["shares"][programme] = parts
        if not given["shares"] and not self.errors:
            self.add_error(None, gettext("请至少为一个项目填写分担比例。"))
        return given


class ListingForm(forms.Form):
    """One occupation to subsidise; it is picked above the form."""

    level_codes = forms.MultipleChoiceField(
        label=_("等级"), choices=level_choices, widget=forms.CheckboxSelectMultiple
    )
    starts_on = DateField(label=_("起始日期"))
    ends_on = DateField(label=_("终止日期"), required=False, help_text=_("这一天起不再补贴；长期有效就留空"))
    reference_text = TidyField(label=_("依据"), max_length=120, help_text=_("公布目录的文件名称和文号"))


class EndListingForm(forms.Form):
    """The first day an occupation is no longer subsidised, and why."""

    ends_on = DateField(label=_("终止日期"), help_text=_("这一天起不再补贴；此前开班的不受影响"))
    reason = forms.CharField(
        label=_("依据"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("调整目录的文号或会议纪要"),
    )


class OutsideSubsidyForm(forms.Form):
    """A subsidy someone had elsewhere, as the other bureau's record shows it; its occupation is picked above."""

    region_code = forms.RegexField(
        r"^\d{6}$",
        label=_("发放地区划代码"),
        help_text=_("六位，例如 370211"),
        error_messages={"invalid": _("应为六位区划代码。")},
    )
    level = forms.TypedChoiceField(label=_("等级"), coerce=int)
    event_on = DateField(label=_("认定日期"), help_text=_("对方据以补贴的证书或结业日期"))
    paid_on = DateField(label=_("拨付日期"), required=False)
    amount_fen = MoneyField(label=_("补贴金额"))
    reference = TidyField(label=_("原编号"), max_length=60, help_text=_("对方系统里这笔补贴的编号"))
    source = TidyField(
        label=_("来源"), max_length=200, help_text=_("例如：邻区人社局协查函及文号、省平台比对")
    )
    reason = TidyField(label=_("登记说明"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        side = is_english()
        self.fields["level"].choices = [
            (number, LEVELS[number].label_en if side else LEVELS[number].label)
            for number in sorted(LEVELS, reverse=True)
        ]

    def clean_amount_fen(self):
        amount = self.cleaned_data["amount_fen"]
        if amount is not None and amount < 0:
            raise forms.ValidationError(gettext("金额不能为负数。"))
        return amount

    def clean(self):
        given = super().clean()
        event, paid = given.get("event_on"), given.get("paid_on")
        if event and paid and paid < event:
            self.add_error("paid_on", gettext("拨付日期不应早于认定日期。"))
        return given
