"""Forms of the pages of funds: transfers, freezes, carry-over, the surcharge, and who pays what."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.funds import queries as funds
from kaogong.funds.states import SURCHARGE_KINDS, TRANSFER_KINDS
from kaogong.ledger.states import PUBLIC_LEVELS
from kaogong.web.parts.forms import DateField, MoneyField, TidyField

TIERS = 5


class PotForm(forms.Form):
    """One source of one programme of a fund."""

    programme = forms.ChoiceField(label=_("项目"))
    source_level = forms.ChoiceField(label=_("资金来源"), choices=list(PUBLIC_LEVELS.items()))

    def __init__(self, *args, programmes: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = programmes


class TransferForm(PotForm):
    """What a level of government announced, or what came."""

    kind = forms.ChoiceField(label=_("类别"), choices=list(TRANSFER_KINDS.items()), widget=forms.RadioSelect)
    amount_fen = MoneyField(label=_("金额"))
    document = TidyField(label=_("文号或凭证号"), max_length=200)
    told_on = DateField(label=_("下达或到账日期"))
    reason = TidyField(label=_("说明"), max_length=300, required=False)


class KeepBackForm(PotForm):
    """How much to keep back, or to let go."""

    amount_fen = MoneyField(label=_("金额"))
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class CarryOverForm(PotForm):
    """What goes on to the next year; all that is left where no sum is given."""

    amount_fen = MoneyField(
        label=_("金额"), required=False, help_text=_("单位：元；留空就把可用余额全部结转")
    )
    document = TidyField(label=_("依据文件"), max_length=200)
    reason = TidyField(label=_("说明"), max_length=300, required=False)


class SurchargeForm(forms.Form):
    """Education surcharge collected, or used for vocational education."""

    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    source_level = forms.ChoiceField(label=_("级次"), choices=list(PUBLIC_LEVELS.items()))
    kind = forms.ChoiceField(label=_("类别"), choices=list(SURCHARGE_KINDS.items()), widget=forms.RadioSelect)
    amount_fen = MoneyField(label=_("金额"))
    purpose = TidyField(label=_("用途"), max_length=200, required=False, help_text=_("支出才填"))
    document = TidyField(label=_("依据文件"), max_length=200)
    told_on = DateField(label=_("日期"))


class WaterfallForm(forms.Form):
    """Who pays a programme from a day on: up to five tiers in order."""

    programme = forms.ChoiceField(label=_("项目"))
    starts_on = DateField(label=_("起始日"), help_text=_("认定日期在这一天或以后的申领按新顺序列支"))
    document = TidyField(label=_("依据文件"), max_length=200)
    reason = TidyField(label=_("说明"), max_length=300, required=False)

    def __init__(
        self,
        *args,
        programmes: list[tuple[str, str]],
        codes: list[tuple[str, str]],
        fixed: bool = False,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = programmes
        self.fields["programme"].disabled = fixed
        for place in range(1, TIERS + 1):
            self._add_tier(place, codes)

    def _add_tier(self, place: int, codes: list[tuple[str, str]]) -> None:
        of = gettext("第{place}档").format(place=place)
        label = gettext("资金")
        self.fields[f"fund_{place}"] = forms.ChoiceField(
            label=f"{of} {label}", choices=[("", "—"), *codes], required=False,
            widget=forms.Select(attrs={"aria-label": f"{of} {label}"}),
        )  # fmt: skip
        for level, source in PUBLIC_LEVELS.items():
            self.fields[f"{level}_{place}"] = forms.DecimalField(
                label=f"{of} {source}", required=False, min_value=0, max_value=100, decimal_places=1,
                widget=forms.NumberInput(
                    attrs={"class": "in-cell", "step": "0.1", "aria-label": f"{of} {source} %"}
                ),
            )  # fmt: skip
        cap = gettext("年度上限")
        self.fields[f"most_{place}"] = MoneyField(label=f"{of} {cap}", required=False, help_text="")
        self.fields[f"most_{place}"].widget.attrs |= {"aria-label": f"{of} {cap}", "class": "in-cell wide"}

    def plain(self) -> list[forms.BoundField]:
        """The fields above the table."""
        return [self[name] for name in ("programme", "starts_on", "document", "reason")]

    def rows(self) -> list[tuple[int, list[tuple[str, forms.BoundField]]]]:
        """Each tier with its labelled cells."""
        heads = [
            gettext("资金"),
            *(str(label) for label in PUBLIC_LEVELS.values()),
            gettext("年度上限（元）"),
        ]
        return [
            (place, list(zip(heads, [self[name] for name in self._names(place)], strict=True)))
            for place in range(1, TIERS + 1)
        ]

    def heads(self) -> list[str]:
        return [label for label, _cell in self.rows()[0][1]]

    @staticmethod
    def _names(place: int) -> list[str]:
        return [f"fund_{place}", *(f"{level}_{place}" for level in PUBLIC_LEVELS), f"most_{place}"]

    def clean(self):
        given = super().clean()
        tiers = []
        for place in range(1, TIERS + 1):
            fund, *shares, most = (given.pop(name, None) for name in self._names(place))
            parts = {
                level: int(share * 10) for level, share in zip(PUBLIC_LEVELS, shares, strict=True) if share
            }
            if not fund and not parts and most is None:
                continue
            if not fund:
                self.add_error(f"fund_{place}", gettext("请选择第{place}档的资金。").format(place=place))
                continue
            if sum(parts.values()) != 1000:
                said = gettext("第{place}档各级分担合计应为 100%，现为 {total}%。").format(
                    place=place, total=f"{Decimal(sum(parts.values())) / 10:f}"
                )
                self.add_error(f"district_{place}", said)
            tiers.append(funds.Tier(fund, parts, most))
        if not tiers and not self.errors:
            self.add_error("fund_1", gettext("请至少填写一档。"))
        given["tiers"] = tiers
        return given


def initial_tiers(tiers) -> dict:
    """What the table shows of tiers already kept."""
    found = {}
    for place, tier in enumerate(tiers[:TIERS], start=1):
        found[f"fund_{place}"] = tier.fund_code
        found[f"most_{place}"] = "" if tier.most_fen is None else f"{Decimal(tier.most_fen) / 100:.2f}"
        for level, share in tier.shares.items():
            found[f"{level}_{place}"] = f"{Decimal(share) / 10:f}"
    return found
