"""Grants on the pages of every door: the form a scheme asks for, where a grant stands, what comes next."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.grants import queries as grants
from kaogong.grants.operations import label_of
from kaogong.grants.states import PAPER_KINDS, RHYTHMS
from kaogong.kernel.levels import level_of
from kaogong.rules import Decision
from kaogong.rules.facts import DAYS, FLAGS, HOURS, NUMBERS, hundredths
from kaogong.rules.measures import MEASURES
from kaogong.rules.vocabulary import STAGES, TIERS
from kaogong.web.parts.decisions import told
from kaogong.web.parts.forms import DateField, MoneyField, TidyField
from kaogong.web.parts.policy import told as told_scheme
from kaogong.web.parts.values import fact_words, in_english, measure_label, payee_name, scheme_name

NEXT = {
    "drafted": _("下一步：填好情况、交齐材料后提交。"),
    "submitted": _("已提交，等经办部门审核。"),
    "returned": _("下一步：按退回的理由修改、补交材料后重新提交。"),
    "withdrawn": _("申请已撤回，可以重新申请。"),
    "reviewed": _("已审核，等另一人决定。"),
    "refused": _("没有批准，理由见经过；可以申诉。"),
    "approved": _("已批准，资金已预留，等公示。"),
    "published": _("公示中，期满没有异议即转入拨付。"),
    "cleared": _("公示已满，按期拨付。"),
    "paid": _("各期都已拨付。"),
    "ended": _("已终止，不再拨付。"),
}
_STEPS = [_("填写"), _("提交"), _("审核"), _("批准"), _("公示"), _("拨付")]
# By status, the step a grant waits at: what is submitted waits to be reviewed.
_WAITS_AT = {
    "drafted": 0, "returned": 0, "withdrawn": 0, "submitted": 2, "reviewed": 3, "refused": 3,
    "approved": 4, "published": 4, "cleared": 5, "paid": 5, "ended": 5,
}  # fmt: skip
ELSEWHERE = "000000"  # a place that lies in no region
_YES_NO = [("yes", _("是")), ("no", _("否"))]


def steps(status: str) -> list[tuple[str, str, str]]:
    """The step bar of a grant: where it waits."""
    here = _WAITS_AT[status]
    return [
        (str(label), "", "done" if n < here or status == "paid" else "here" if n == here else "later")
        for n, label in enumerate(_STEPS)
    ]


def fact_label(fact: str) -> str:
    """What a fact is called, in the reader's language."""
    return measure_label(fact) if fact in MEASURES else gettext(label_of(fact))


def _field(fact: str) -> forms.Field:
    label = fact_label(fact)
    if fact in ("tier", "stage"):
        words = TIERS if fact == "tier" else STAGES
        side = in_english()
        return forms.ChoiceField(label=label, choices=[(code, word[side]) for code, word in words.items()])
    if fact == "job_region_code":
        return forms.ChoiceField(
            label=gettext("就业创业地是否在本地"), choices=_YES_NO, widget=forms.RadioSelect
        )
    if fact in FLAGS:
        return forms.ChoiceField(label=label, choices=_YES_NO, widget=forms.RadioSelect)
    if fact in DAYS:
        hint = gettext("合同期满后的第一天") if fact == "contract_ended_on" else ""
        return DateField(label=label, help_text=hint)
    if fact.endswith("_fen"):
        return MoneyField(label=label)
    if fact in NUMBERS:
        return forms.IntegerField(label=label, min_value=0)
    return TidyField(label=label, max_length=100)


class GrantForm(forms.Form):
    """What one scheme asks of its applicant, in the scheme's own words."""

    def __init__(self, *args, terms: grants.Terms, region_code: str, names_person: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.terms, self.region_code = terms, region_code
        if names_person:
            self.fields["person_name"] = TidyField(label=_("为谁申请：姓名"), max_length=60)
            self.fields["person_id_number"] = TidyField(label=_("证件号码"), max_length=18, min_length=15)
        for fact in terms.asks:
            self.fields[fact] = _field(fact)

    @property
    def facts(self) -> dict[str, Any]:
        """The answers as facts."""
        return {
            fact: plain(fact, self.cleaned_data[fact], self.region_code)
            for fact in self.terms.asks
            if self.cleaned_data.get(fact) not in (None, "")
        }


def plain(fact: str, value: Any, region_code: str = "") -> Any:
    """One answer of a form as the fact it means."""
    if fact == "job_region_code":
        return region_code[:6] if value == "yes" else ELSEWHERE
    if fact in FLAGS:
        return value == "yes"
    return value.isoformat() if isinstance(value, date) else value


def as_typed(fact: str, value: Any, region_code: str = "") -> Any:
    """A kept fact as its field shows it."""
    if fact == "job_region_code":
        return "yes" if value == region_code[:6] else "no"
    if fact in FLAGS:
        return "yes" if value else "no"
    return f"{value // 100}.{value % 100:02d}" if fact.endswith("_fen") else value


class DeterminationForm(forms.Form):
    """One fact only the bureau can say, and what it rests on."""

    source = forms.CharField(
        label=_("认定依据"), max_length=200, help_text=_("文件名称、文号和日期，或核查记录")
    )

    field_order = ("value", "source")

    def __init__(self, *args, fact: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fact = fact
        self.fields["value"] = _field(fact)
        self.order_fields(self.field_order)

    @property
    def value(self) -> Any:
        return plain(self.fact, self.cleaned_data["value"])


class GrantPaperForm(forms.Form):
    """One file handed in as proof."""

    kind = forms.ChoiceField(label=_("材料种类"))
    paper = forms.FileField(
        label=_("材料"),
        help_text=_("PDF、JPEG 或 PNG，不超过 10 MB。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, gettext(PAPER_KINDS[kind])) for kind in kinds]


class AppealForm(forms.Form):
    """Why a refusal is thought wrong."""

    text = forms.CharField(label=_("申诉理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))


def offers(region_code: str, on: date, *, by_institution: bool) -> list[dict[str, Any]]:
    """What somebody may apply for here today, with the money and what is asked."""
    found = []
    for one in grants.terms(region_code, on):
        if one.by_institution != by_institution or one.about == "list":
            continue
        scheme = one.scheme
        found.append(
            {
                "code": scheme.code,
                "label": scheme.label_en if in_english() else scheme.label,
                "rhythm": gettext(RHYTHMS[one.rhythm]),
                "payee": payee_name(scheme.payee),
                "parts": told_scheme(scheme).parts,
                "papers": [gettext(PAPER_KINDS[kind]) for kind in one.paper_kinds],
                "unset": bool(scheme.unset),
                "in_bulk": one.names_person and not one.asks,
            }
        )
    return found


def by_month_list(region_code: str, on: date) -> list[dict[str, Any]]:
    """What a body may hand in a month's list of people for."""
    return [
        {"code": one.scheme.code, "label": scheme_name(one.scheme.code), "unset": bool(one.scheme.unset)}
        for one in grants.month_list_terms(region_code, on)
    ]


def context(grant, today: date) -> dict[str, Any]:
    """What every door shows of one grant."""
    decision = grants.decision(grant.pk)
    facts = grants.facts_told(grant.pk)
    handed_in: dict[str, list] = {}
    for paper in grants.papers(grant.pk):
        handed_in.setdefault(paper.kind, []).append(paper)
    terms = terms_of(grant)
    kinds = [*(terms.paper_kinds if terms else ()), *(k for k in handed_in if terms is None)]
    kinds += [kind for kind in handed_in if kind not in kinds]
    bought = list(grants.items(grant.pk))
    for one in bought:
        one.occupation = catalog.occupation_name(one.occupation_code) if one.occupation_code else ""
    appeals = list(grants.appeals_of(grant.pk))
    team = team_told(grant)
    last_day = (
        grants.appeal_deadline(grant.region_code, grant.decided_on) if grant.status == "refused" else None
    )
    return {
        "grant": grant,
        "scheme_label": scheme_name(grant.scheme_code),
        "next": NEXT[grant.status],
        "steps": steps(grant.status),
        "terms": terms,
        "rhythm": gettext(RHYTHMS[grant.rhythm]),
        "facts": [_fact_row(fact, row) for fact, row in facts.items()],
        "papers": [(kind, gettext(PAPER_KINDS[kind]), handed_in.get(kind, [])) for kind in kinds],
        "decision": decision,
        "told": told(Decision.from_dict(decision.decision), decision) if decision else None,
        "instalments": list(grants.instalments(grant.pk)),
        "appeals": appeals,
        "has_items": bool(bought) or bool(terms and terms.by_items),
        "items": bought,
        "has_team": bool(team) or bool(terms and terms.by_team),
        "team": team,
        "items_fen": sum(one.total_fen for one in bought),
        "appeal_last_day": last_day,
        "may_appeal_now": grant.status == "refused"
        and not any(one.status == "filed" for one in appeals)
        and (last_day is None or today <= last_day),
    }


def team_told(grant) -> list:
    """The people of a team, each with the highest certificate that stood on the grant's day."""
    team = list(grants.team_of(grant.pk))
    for one in team:
        held = grants.certificate_held(one.person_id, grant.event_on)
        one.held = (
            f"{catalog.occupation_name(held.occupation_code)} · {gettext(level_of(held.level_code).label)}"
            if held
            else ""
        )
    return team


def _fact_row(fact: str, row) -> dict[str, Any]:
    value = row.value
    words = words_of(fact, value) if fact != "job_region_code" else _place(value, row)
    return {"label": fact_label(fact), "words": words, "row": row}


def words_of(fact: str, value: Any) -> str:
    """A kept fact in words; days and hours are kept as decimals."""
    return fact_words(fact, hundredths(value) if fact in HOURS else value)


def _place(value: str, row) -> str:
    return gettext("在本地") if value == row.grant.region_code[:6] else gettext("不在本地")


def terms_of(grant):
    """How the grant's scheme is applied for; None where the rulebook no longer has it."""
    try:
        return grants.terms_of(grant.region_code, grant.scheme_code, grant.event_on)
    except grants.GrantSchemeUnknown:
        return None


def typed(grant) -> dict[str, Any]:
    """What was declared, as the form shows it."""
    return {
        fact: as_typed(fact, row.value, grant.region_code)
        for fact, row in grants.facts_told(grant.pk).items()
    }
