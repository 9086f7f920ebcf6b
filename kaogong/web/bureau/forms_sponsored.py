"""Forms about a sponsor's money."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.kernel.errors import Refused
from kaogong.kernel.id_number import tidy_id_number
from kaogong.kernel.money import parse_yuan, yuan
from kaogong.people import queries as people
from kaogong.web.bureau.views.grant_projects import ByInstitution, InstitutionField
from kaogong.web.parts.forms import DateField, MoneyField, TidyField
from kaogong.web.parts.wording import told

MOST_USES = 20
_PAPER = forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"})


class SponsorshipForm(ByInstitution):
    """One agreement as its paper tells it; its uses one a line."""

    event = TidyField(label=_("赞助事项"), max_length=80, help_text=_("为哪项赛事或活动"))
    document = TidyField(label=_("赞助协议"), max_length=200, help_text=_("协议名称和编号"))
    agreed_on = DateField(label=_("签订日期"))
    agreed_fen = MoneyField(label=_("协议金额"))
    uses = forms.CharField(
        label=_("用途清单"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("一行一项，先写用途再写金额（元），例如：奖金 200000。各项合计等于协议金额。"),
    )  # fmt: skip
    paper = forms.FileField(
        label=_("协议文件"), help_text=_("PDF、JPEG 或 PNG，不超过 10 MB。"), widget=_PAPER
    )

    field_order = ("institution", "event", "document", "agreed_on", "agreed_fen", "uses", "paper")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].label = gettext("赞助方")

    def clean_uses(self) -> list[tuple[str, int]]:
        found = []
        lines = [line.strip() for line in self.cleaned_data["uses"].splitlines() if line.strip()]
        if len(lines) > MOST_USES:
            raise forms.ValidationError(gettext("用途最多 {most} 项。").format(most=MOST_USES))
        for nth, line in enumerate(lines, 1):
            name, _blank, amount = line.replace("\u3000", " ").rpartition(" ")
            try:
                fen = parse_yuan(amount)
            except Refused as refusal:
                raise forms.ValidationError(
                    gettext("第{nth}行“{line}”看不出金额：{why}").format(
                        nth=nth, line=line, why=told(refusal)
                    )
                ) from None
            found.append((name.strip(), fen))
        return found


class ReceiptForm(forms.Form):
    """What came, use by use, under one paper of the bank."""

    on = DateField(label=_("到账日期"))
    document = TidyField(label=_("凭证"), max_length=200, help_text=_("银行回单号"))

    def __init__(self, *args, standing, **kwargs):
        super().__init__(*args, **kwargs)
        self.uses = {f"use_{row.use.pk}": row.use.name for row in standing}
        for row in standing:
            self.fields[f"use_{row.use.pk}"] = MoneyField(
                label=row.use.name,
                required=False,
                help_text=gettext("协议 {agreed}，已到账 {received}").format(
                    agreed=yuan(row.use.most_fen), received=yuan(row.received_fen)
                ),
            )

    def clean(self):
        given = super().clean()
        given["amounts"] = {name: given.pop(field, None) or 0 for field, name in self.uses.items()}
        if not any(given["amounts"].values()) and not self.errors:
            self.add_error(None, gettext("请至少填写一个用途的到账金额。"))
        return given


class SpendingForm(forms.Form):
    """One sum for one use, to a body or a person."""

    use = forms.ChoiceField(label=_("用途"), widget=forms.RadioSelect)
    what = TidyField(label=_("事由"), max_length=80)
    amount_fen = MoneyField(label=_("金额"))
    institution = InstitutionField(
        label=_("付给单位"), max_length=120, required=False, help_text=_("完整名称或统一社会信用代码")
    )
    id_number = TidyField(
        label=_("付给个人"), max_length=18, required=False, help_text=_("身份证号码；与单位只填一个")
    )
    document = TidyField(label=_("凭证"), max_length=200, help_text=_("合同、发票或名单的名称和编号"))

    def __init__(self, *args, by, standing, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["use"].choices = [
            (row.use.name, gettext("{use}（可用 {left}）").format(use=row.use.name, left=yuan(row.left_fen)))
            for row in standing
        ]

    def clean_institution(self):
        value = self.cleaned_data["institution"]
        return self.fields["institution"].found(value, self.by) if value else None

    def clean_id_number(self):
        number = tidy_id_number(self.cleaned_data["id_number"])
        if not number:
            return None
        found = list(people.people(self.by, number)[:2])
        if len(found) != 1:
            raise forms.ValidationError(gettext("没有找到这个人，请先在人员档案中登记。"))
        return found[0]

    def clean(self):
        given = super().clean()
        if not self.errors and bool(given.get("institution")) == bool(given.get("id_number")):
            self.add_error("institution", gettext("付给单位和付给个人填且只填一个。"))
        return given

    def asked(self) -> dict[str, object]:
        """The operation's own words."""
        given = dict(self.cleaned_data)
        body, person = given.pop("institution"), given.pop("id_number")
        return given | ({"institution_id": body.pk} if body else {"person_id": person.pk})


class GiveBackForm(forms.Form):
    """On what paper the rest goes back."""

    document = TidyField(label=_("凭证"), max_length=200, help_text=_("退款函或协议条款"))


class CorrectionForm(forms.Form):
    """Why a receipt is corrected."""

    reason = forms.CharField(label=_("更正原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
