"""Which schemes are applied for one by one, what each asks of its applicant, and which papers prove it."""

from dataclasses import dataclass
from datetime import date

from kaogong.claims.queries import rulebook
from kaogong.kernel.errors import Refused
from kaogong.kernel.working_days import add_working_days
from kaogong.rules import Facts, Scheme
from kaogong.rules.amounts import AMOUNT_KINDS
from kaogong.rules.conduct import conduct_said
from kaogong.rules.measures import MEASURES
from kaogong.rules.registry import Reader

from ..states import DETERMINED, PROVES

TOPIC = "grants"
# The facts a figure is reckoned from, where the names differ.
_FACTS_OF = {
    "within_contract": ("contract_started_on", "contract_ended_on"),
    "contract_months": ("contract_started_on", "contract_ended_on"),
    "months_since_graduated": ("graduated_on",),
    "months_since_hired": ("hired_on",),
    "job_here": ("job_region_code",),
    "household_here": ("household_region_code",),
    "residence_here": ("residence_region_code",),
}
# What an applicant may say themselves; everything else is on file or determined by the bureau.
DECLARABLE = (
    "tier",
    "stage",
    "upper_grant_fen",
    "contract_signed",
    "contract_started_on",
    "contract_ended_on",
    "full_time",
    "annual_pay_fen",
    "cost_fen",
    "graduated_on",
    "hired_on",
    "job_region_code",
    "works_in_occupation",
)


class GrantSchemeUnknown(Refused):
    """{region}没有可以逐项申请的“{scheme}”。"""


@dataclass(frozen=True, slots=True)
class Terms:
    """How one scheme is applied for: about whom, paid how often, asked what, proven how."""

    scheme: Scheme
    about: str
    rhythm: str
    asks: tuple[str, ...]
    determined: tuple[str, ...]
    paper_kinds: tuple[str, ...]
    by_month_list: bool = False  # a body may hand in one list of people for one month of a class
    by_items: bool = False  # its cost is the sum of the lines bought
    by_team: bool = False  # it is asked for a team whose people are named

    @property
    def by_institution(self) -> bool:
        """Whether a body applies and is paid."""
        return self.scheme.payee != "person"

    @property
    def names_person(self) -> bool:
        """Whether a body applies for one named person."""
        return self.by_institution and self.about == "person"


def terms(region_code: str, on: date) -> list[Terms]:
    """Every scheme of a region one may apply for on a day."""
    rows = _rows(region_code, on)
    in_force = (
        {scheme.code: scheme for scheme in rulebook().at(region_code[:6], on).schemes()} if rows else {}
    )
    return [_terms(in_force[row["code"]], row) for row in rows if row["code"] in in_force]


def _rows(region_code: str, on: date) -> tuple:
    conduct = conduct_said(rulebook(), region_code, TOPIC, on)
    return () if conduct is None else conduct.table("terms").rows


def terms_of(region_code: str, scheme_code: str, on: date) -> Terms:
    """One of them, or GrantSchemeUnknown."""
    row = next((row for row in _rows(region_code, on) if row["code"] == scheme_code), None)
    if row is None:
        raise GrantSchemeUnknown(region=region_code, scheme=scheme_code)
    return _terms(rulebook().at(region_code[:6], on).scheme(scheme_code), row)


def _terms(scheme: Scheme, row) -> Terms:
    facts = figures_asked(scheme)
    if row["rhythm"] != "once" and "class_approved" not in facts:
        facts = (*facts, "contract_started_on", "contract_ended_on")
    facts = tuple(dict.fromkeys(facts))
    by_items = bool(row.get("by_items"))
    asks = tuple(fact for fact in DECLARABLE if fact in facts and not (by_items and fact == "cost_fen"))
    kinds = tuple(kind for kind, proven in PROVES.items() if set(proven) & set(facts))
    return Terms(
        scheme=scheme,
        about=row["about"],
        rhythm=row["rhythm"],
        asks=asks,
        determined=tuple(fact for fact in DETERMINED if fact in facts),
        paper_kinds=kinds,
        by_month_list=bool(row.get("by_month_list")),
        by_items=by_items,
        by_team=bool(row.get("by_team")),
    )


def figures_asked(scheme: Scheme) -> tuple[str, ...]:
    """The facts a scheme's conditions and sums are reckoned from, in its own order."""
    nothing = dict.fromkeys(MEASURES)
    read: list[str] = []
    uses = [*scheme.rules, *(use for part in scheme.parts for use in part.rules)]
    for use in uses:
        read += use.rule.outcome(nothing, {name: value.value for name, value in use.values.items()})[1]
    for part in scheme.parts:
        figures = Reader(nothing)
        AMOUNT_KINDS[part.kind].expression(
            figures, Reader({name: value.value for name, value in part.values.items()})
        )
        read += figures.names
    known = Facts.__dataclass_fields__
    return tuple(fact for name in read for fact in _FACTS_OF.get(name, (name,)) if fact in known)


def appeal_deadline(region_code: str, refused_on: date) -> date | None:
    """The last day to appeal a refusal; None where no paper sets one."""
    return _deadline(region_code, "appeal_days", refused_on)


def answer_deadline(region_code: str, filed_on: date) -> date | None:
    """The day an appeal is to be answered by; None where no paper sets one."""
    return _deadline(region_code, "answer_days", filed_on)


def _deadline(region_code: str, name: str, start: date) -> date | None:
    conduct = conduct_said(rulebook(), region_code, TOPIC, start)
    found = conduct.value(name) if conduct is not None else None
    return None if found is None or found.value is None else add_working_days(start, int(found.value))
