"""Forms of vouchers, months of employment, and what proves who paid first."""

from datetime import date

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.claims.queries import FEE_DOCUMENT_KINDS
from kaogong.web.parts.forms import DateField, MoneyField, SheetField, TidyField


class BindForm(forms.Form):
    """Whose voucher, and its number."""

    enrolment_id = forms.TypedChoiceField(label=_("学员"), coerce=int)
    number = TidyField(
        label=_("券号"), max_length=20, help_text=_("学员手机上显示的 12 位券号，空格可以不填。")
    )

    def __init__(self, *args, learners=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enrolment_id"].choices = [("", gettext("请选择")), *learners]


class MonthForm(forms.Form):
    """Which month, the list of heads, and the proof of their wages."""

    scheme_code = forms.ChoiceField(label=_("补贴项目"))
    month = forms.CharField(
        label=_("用工月份"),
        widget=forms.TextInput(attrs={"type": "month"}),
        help_text=_("当月结束后才能申领。"),
    )
    file = SheetField(
        label=_("人员名单"), help_text=_("姓名、身份证号码、当月工资、发放日期；有问题的行会逐行列出。")
    )
    proof = forms.FileField(label=_("工资发放凭证"), help_text=_("银行代发回单或工资表，PDF、图片或 Excel。"))

    def __init__(self, *args, schemes=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scheme_code"].choices = list(schemes)

    def clean_month(self) -> date:
        return _month_of(self.cleaned_data["month"])


class MonthListForm(forms.Form):
    """Which month of which class, and the list of its people."""

    scheme_code = forms.ChoiceField(label=_("项目"))
    month = forms.CharField(
        label=_("月份"),
        widget=forms.TextInput(attrs={"type": "month"}),
        help_text=_("这个月结束后才能交；班级已结业的不用等到月底。"),
    )
    class_id = forms.TypedChoiceField(
        label=_("班级"), coerce=int, required=False, empty_value=None,
        help_text=_("天数和学时以本班考勤为准，名单写得不同的会列出差别。"),
    )  # fmt: skip
    class_name = TidyField(
        label=_("不在系统里的班级"), max_length=120, required=False,
        help_text=_("写明学校班级名称；天数和学时以名单为准，由经办部门核实开班核准文件。"),
    )  # fmt: skip
    sheet = SheetField(
        label=_("生活费补贴发放名单"),
        help_text=_("姓名、身份证号码、培训天数或培训学时；有问题的行会逐行列出。"),
    )

    def __init__(self, *args, schemes=(), classes=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scheme_code"].choices = list(schemes)
        self.fields["class_id"].choices = [("", gettext("请选择")), *classes]

    def clean_month(self) -> date:
        return _month_of(self.cleaned_data["month"])


def _month_of(text: str) -> date:
    try:
        return date.fromisoformat(f"{text.strip()}-01")
    except ValueError:
        raise forms.ValidationError(gettext("请按“2026-10”填写月份。")) from None


class ApprenticeYearForm(forms.Form):
    """How many hours each mentor gave in a year."""

    firm_hours = forms.DecimalField(label=_("企业导师课时"), min_value=0, max_value=9999, decimal_places=2)
    school_hours = forms.DecimalField(label=_("学校导师课时"), min_value=0, max_value=9999, decimal_places=2)

    def clean(self) -> dict:
        """Hours as hundredths."""
        return {name: int(value * 100) for name, value in super().clean().items()}


class FeeDocumentForm(forms.Form):
    """One invoice or proof of payment."""

    kind = forms.ChoiceField(label=_("票据种类"), choices=list(FEE_DOCUMENT_KINDS.items()))
    enrolment_id = forms.TypedChoiceField(label=_("属于"), coerce=int, required=False, empty_value=None)
    number = TidyField(
        label=_("号码"), max_length=40, help_text=_("发票号码或转账流水号。同一张发票只能用一次。")
    )
    issued_on = DateField(label=_("开具日期"))
    amount_fen = MoneyField(label=_("票面金额"))
    file = forms.FileField(label=_("文件"), help_text=_("PDF、JPEG 或 PNG。"))

    def __init__(self, *args, learners=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enrolment_id"].choices = [("", gettext("全班")), *learners]
