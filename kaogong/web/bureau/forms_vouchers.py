"""Forms of vouchers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kaogong.vouchers.queries import KINDS, WORTHS
from kaogong.web.parts.forms import DateField, MoneyField, SheetField, TidyField


class VoucherIssueForm(forms.Form):
    """What every voucher of an issue says, and the list of people."""

    title = TidyField(label=_("名称"), max_length=120, help_text=_("学员在券面上看到的名称。"))
    scheme_code = forms.ChoiceField(label=_("补贴项目"))
    kind = forms.ChoiceField(label=_("券种"), choices=KINDS)
    worth = forms.ChoiceField(
        label=_("计价方式"),
        choices=WORTHS,
        help_text=_("按面值：兑付面值。抵扣：兑付实际培训费，不超过面值。"),
    )
    face_fen = MoneyField(label=_("每张面值"))
    starts_on = DateField(label=_("有效期起"))
    expires_on = DateField(label=_("有效期止"), help_text=_("班次的开班日期须在有效期内。"))
    occupation_codes = TidyField(
        label=_("限定职业"),
        required=False,
        max_length=200,
        help_text=_("只用于定向券；职业代码，多个用逗号分开。"),
    )
    group_code = forms.ChoiceField(label=_("限定人员类别"), required=False, help_text=_("只用于定向券。"))
    file = SheetField(
        label=_("发放名单"), help_text=_("姓名和身份证号码两列；有问题的行会逐行列出，其余照常。")
    )

    def __init__(self, *args, schemes=(), groups=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scheme_code"].choices = list(schemes)
        self.fields["group_code"].choices = [("", _("不限定")), *groups]

    def clean_occupation_codes(self) -> tuple[str, ...]:
        text = self.cleaned_data["occupation_codes"].replace("，", ",").replace("、", ",")
        return tuple(dict.fromkeys(code.strip() for code in text.split(",") if code.strip()))
