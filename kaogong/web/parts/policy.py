"""The rulebook in plain words, for pages anyone may read: who, how much, on what paper, how certain."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, gettext

from kaogong.catalog import queries as catalog
from kaogong.claims.queries import rulebook
from kaogong.rules import CERTIFICATE_KINDS, LEVELS, Document, Resolved, Scheme
from kaogong.rules.amounts import AMOUNT_KINDS
from kaogong.rules.wording import shown

NOT_PUBLISHED, ILLUSTRATIVE, UNVERIFIED, STATED = "unset", "illustrative", "unverified", "stated"


@dataclass(frozen=True, slots=True)
class Rate:
    """One sum a scheme pays; ``fen`` is None where no paper gives it."""

    what: str
    fen: int | None
    unit: str
    certainty: str


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


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def schemes_in_force(region_code: str, on: date) -> list[Scheme]:
    """The schemes of a region on a day; [] where the rulebook knows nothing of the region."""
    book = rulebook()
    return book.schemes(region_code, on) if region_code in book.regions else []


def certainty(value: Resolved) -> str:
    """How much a number may be relied on."""
    if value.value is None:
        return NOT_PUBLISHED
    if value.illustrative:
        return ILLUSTRATIVE
    return STATED if value.verified else UNVERIFIED


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
        if part.kind != "rate_table":
            continue
        number = int(level_code) if level_code.isdigit() else 0
        figures = {
            "certificate_kind": kind if number else "special_ability",
            "certificate_level": number,
            "certificate_occupation_code": occupation_code,
        }
        worked = AMOUNT_KINDS[part.kind].work(figures, part.rate.value, ("", ""))
        fen = worked.line.fen if worked.line else None
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
        )
    )
    days = scheme.publish_days
    return SchemeShown(
        scheme=scheme,
        code=scheme.code,
        label=scheme.label_en if english else scheme.label,
        region_label=scheme.region_label_en if english else scheme.region_label,
        conditions=[_condition(use, scheme, english) for use in scheme.rules],
        parts=[_part(part, english) for part in scheme.parts],
        publish_days="" if days is None or days.value is None else str(days.value),
        publish_certainty=NOT_PUBLISHED if days is None else certainty(days),
        documents=[book.documents[number] for number in cited_papers if number in book.documents],
    )


def _condition(use, scheme: Scheme, english: bool) -> ConditionShown:
    values = [
        (
            f"{shown(name, value.value, scheme.group_labels, english)} {_unit(value)}".strip(),
            certainty(value),
        )
        for name, value in use.values.items()
    ]
    title = use.rule.title.en if english else use.rule.title.zh
    return ConditionShown(title, use.words, cited(use.by), values)


def _unit(value: Resolved) -> str:
    return "" if value.unit in ("人员类别", "证书种类") else gettext(value.unit)


def _part(part, english: bool) -> PartShown:
    kind = AMOUNT_KINDS[part.kind]
    sure = certainty(part.rate)
    if part.rate.value is None:
        rates = []
    elif kind.table:
        rates = [
            Rate(f"{kind_name(name)} · {level_name(level)}", fen, gettext("元/人"), sure)
            for name, levels in part.rate.value["kinds"].items()
            for level, fen in sorted(levels.items(), reverse=True)
        ] + [
            Rate(
                f"{catalog.occupation_name(occupation)} · {kind_name(name)} · {level_name(level)}",
                fen,
                gettext("元/人"),
                sure,
            )
            for occupation, table in part.rate.value["occupations"].items()
            for name, levels in table.items()
            for level, fen in sorted(levels.items(), reverse=True)
        ]
    else:
        rates = [Rate(kind.label_en if english else kind.label, part.rate.value, gettext(kind.unit), sure)]
    return PartShown(
        label=part.label_en if english else part.label,
        payee={"provider": gettext("培训机构"), "person": gettext("学员本人")}[part.payee],
        manner=kind.label_en if english else kind.label,
        words=part.words,
        cited=cited(part.by),
        certainty=sure,
        since=part.rate.since,
        rates=rates,
    )
