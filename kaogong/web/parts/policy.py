"""The rulebook in plain words, for pages anyone may read: who, how much, on what paper, how certain."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext

from kaogong.claims.queries import rulebook
from kaogong.rules import CERTIFICATE_KINDS, LEVELS, Document, Resolved, Scheme
from kaogong.rules.amounts import AMOUNT_KINDS
from kaogong.web.parts.values import (
    NOT_PUBLISHED,
    certainty,
    in_english,
    payee_name,
    unit_words,
    value_tables,
    value_words,
)

__all__ = [
    "certainty",
    "cited",
    "in_english",
    "kind_name",
    "level_name",
    "rate_of",
    "schemes_in_force",
    "told",
]
FOR_BODIES = frozenset({"employer", "applicant"})  # payees that are no person and no training provider


@dataclass(frozen=True, slots=True)
class Rate:
    """One sum a scheme pays; ``fen`` is None where no paper gives it, or where ``text`` tells it."""

    what: str
    fen: int | None
    unit: str
    certainty: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class LimitShown:
    """What may still change a sum: a cap, a share, a stage, in words."""

    title: str
    words: str
    cited: str
    values: list[tuple[str, str]]  # text, certainty


@dataclass(frozen=True, slots=True)
class PartShown:
    """One payment of a scheme as a page shows it."""

    label: str
    payee: str
    manner: str
    words: str
    cited: str
    certainty: str
    since: date
    rates: list[Rate]
    conditions: list["ConditionShown"] = field(default_factory=list)
    limits: list[LimitShown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ConditionShown:
    """One condition of a scheme: its title, the words it rests on, its numbers."""

    title: str
    words: str
    cited: str
    values: list[tuple[str, str]]  # text, certainty


@dataclass(frozen=True, slots=True)
class SchemeShown:
    """One scheme as a page shows it."""

    scheme: Scheme
    code: str
    label: str
    region_label: str
    conditions: list[ConditionShown]
    parts: list[PartShown]
    publish_days: str
    publish_certainty: str
    documents: list[Document]

    @property
    def is_for_bodies(self) -> bool:
        """Whether employers or institutions ask for it, not a person or the provider who trained one."""
        return is_for_bodies(self.scheme)


def is_for_bodies(scheme: Scheme) -> bool:
    """Whether every payment of the scheme goes to an employer or an institution that applies."""
    payees = {part.payee for part in scheme.parts} or {scheme.payee}
    return payees <= FOR_BODIES


def schemes_in_force(region_code: str, on: date) -> list[Scheme]:
    """The schemes of a region on a day; [] where the rulebook knows nothing of the region."""
    book = rulebook()
    return book.schemes(region_code, on) if region_code in book.regions else []


def cited(reference: str) -> str:
    """A clause as papers are cited: 文号 第15条, or 文号 第20行 where the paper has no clause numbers."""
    number, _mark, clause = reference.partition("#")
    if not clause:
        return number
    if clause.startswith("L") and clause[1:].isdigit():
        return gettext("{number} 第{clause}行").format(number=number, clause=clause[1:])
    return gettext("{number} 第{clause}条").format(number=number, clause=clause)


def level_name(level_code: str) -> str:
    """A level in the reader's language; "" is training without a level."""
    number = int(level_code) if level_code.isdigit() else 0
    word = LEVELS.get(number, LEVELS[0])
    return word.label_en if in_english() else word.label


def kind_name(kind: str) -> str:
    word = CERTIFICATE_KINDS.get(kind)
    return (word.label_en if in_english() else word.label) if word else kind


def rate_of(scheme: Scheme, occupation_code: str, level_code: str, kind: str = "skill_level") -> Rate | None:
    """What a scheme pays for a certificate of an occupation and level; None when it pays none by table."""
    for part in scheme.parts:
        if AMOUNT_KINDS[part.kind].unit != "元/人":
            continue
        number = int(level_code) if level_code.isdigit() else 0
        kind = kind if number else "special_ability"
        table = part.rate.value
        fen = None if table is None else table.entry(kind, number, occupation_code)
        sure = certainty(part.rate) if fen is not None else NOT_PUBLISHED
        return Rate(scheme.label_en if in_english() else scheme.label, fen, "", sure)
    return None


def told(scheme: Scheme) -> SchemeShown:
    """One scheme in plain words, in the reader's language."""
    english = in_english()
    book = rulebook()
    cited_papers = dict.fromkeys(
        reference.partition("#")[0]
        for reference in (
            *scheme.clauses,
            *(use.by for use in scheme.rules),
            *(part.by for part in scheme.parts),
            *(use.by for part in scheme.parts for use in (*part.rules, *part.limits)),
        )
    )
    days = scheme.publish_days
    return SchemeShown(
        scheme=scheme,
        code=scheme.code,
        label=scheme.label_en if english else scheme.label,
        region_label=scheme.region_label_en if english else scheme.region_label,
        conditions=[_condition(use) for use in scheme.rules],
        parts=[_part(part) for part in scheme.parts],
        publish_days="" if days is None or days.value is None else str(days.value),
        publish_certainty=NOT_PUBLISHED if days is None else certainty(days),
        documents=[book.documents[number] for number in cited_papers if number in book.documents],
    )


def _condition(use) -> ConditionShown:
    title = use.rule.title.en if in_english() else use.rule.title.zh
    return ConditionShown(title, use.words, cited(use.by), _values(use))


def _values(use) -> list[tuple[str, str]]:
    return [(value_words(value.value, value.unit), certainty(value)) for value in use.values.values()]


def _part(part) -> PartShown:
    english = in_english()
    kind = AMOUNT_KINDS[part.kind]
    rates = _rates(part.rate, kind.title.en if english else kind.title.zh)
    others = [
        Rate(value_name(name), None, "", certainty(value), value_words(value.value, value.unit))
        for name, value in part.values.items()
        if name != "rate"
    ]
    return PartShown(
        label=part.label_en if english else part.label,
        payee=payee_name(part.payee),
        manner=kind.title.en if english else kind.title.zh,
        words=part.words,
        cited=cited(part.by),
        certainty=certainty(part.rate),
        since=part.rate.since,
        rates=rates + others if rates else [],
        conditions=[_condition(use) for use in part.rules],
        limits=[
            LimitShown(use.limit.title[english], use.words, cited(use.by), _values(use))
            for use in part.limits
        ],
    )


def _rates(rate: Resolved, manner: str) -> list[Rate]:
    """A rate line by line; [] where no paper gives it."""
    if rate.value is None:
        return []
    sure = certainty(rate)
    tables = value_tables(rate.value, rate.unit)
    if not tables:
        return [Rate(manner, None, "", sure, value_words(rate.value, rate.unit))]
    several = len(tables) > 1
    return [
        Rate(
            " · ".join(filter(None, (table.title if several else "", group, label))),
            None if table.is_percent else figure,
            "" if table.is_percent or "人" not in rate.unit else unit_words(rate.unit),
            sure,
            f"{figure}%" if table.is_percent else "",
        )
        for table in tables
        for group, label, figure in table.rows
    ]


def value_name(name: str) -> str:
    """What a further number of a payment is called."""
    words = {
        "online_percent": gettext("线上学时折算比例"),
        "base": gettext("基准"),
        "shares": gettext("各阶段份额"),
        "percent": gettext("比例"),
        "cap": gettext("最高额"),
        "rate": gettext("标准"),
    }
    return words.get(name, name)
