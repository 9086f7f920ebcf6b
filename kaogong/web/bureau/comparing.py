"""What differs between a region's rules on one day and another's (or the same one's) on another day."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from kaogong.rules import Scheme
from kaogong.rules.amounts import AMOUNT_KINDS
from kaogong.rules.terms import LimitUse, Part, Resolved, RuleUse
from kaogong.web.parts.policy import cited, value_name
from kaogong.web.parts.values import certainty, in_english, listed, payee_name, region_name, value_words

ADDED, GONE, CHANGED = "added", "gone", "changed"


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says: in a line, its clause, and the clause's words."""

    words: str = ""
    clause: str = ""
    text: str = ""
    certainty: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that one side has and the other has not, or that they say otherwise."""

    kind: str
    what: str
    before: Side
    after: Side


@dataclass(frozen=True, slots=True)
class SchemeDifference:
    """One scheme: new, gone, or with these differences."""

    code: str
    label: str
    kind: str
    rows: list[Difference]


def compared(before: list[Scheme], after: list[Scheme]) -> list[SchemeDifference]:
    """Every scheme that differs, new ones first, then those gone, then those changed."""
    old, new = ({scheme.code: scheme for scheme in side} for side in (before, after))
    found = []
    for code in sorted(old | new):
        was, is_now = old.get(code), new.get(code)
        rows = list(_scheme(was, is_now))
        if rows:
            kind = ADDED if was is None else GONE if is_now is None else CHANGED
            found.append(SchemeDifference(code, _label(is_now or was), kind, rows))
    return sorted(found, key=lambda one: (ADDED, GONE, CHANGED).index(one.kind))


def _label(thing) -> str:
    return thing.label_en if in_english() else thing.label


def _scheme(was: Scheme | None, now: Scheme | None) -> Iterator[Difference]:
    for what, words in (
        (gettext("项目名称"), _label),
        (gettext("由谁申领"), lambda scheme: payee_name(scheme.payee)),
        (gettext("资金项目"), lambda scheme: scheme.fund_programme_label),
    ):
        yield from _told(what, *(Side(words(s)) if s else None for s in (was, now)))
    yield from _told(gettext("项目依据"), *(_grounds(s) if s else None for s in (was, now)))
    days = (s.publish_days if s else None for s in (was, now))
    yield from _told(gettext("公示工作日数"), *(_number(value, "", "") if value else None for value in days))
    yield from _rules(was.rules if was else (), now.rules if now else (), "")
    yield from _parts(was.parts if was else (), now.parts if now else ())


def _grounds(scheme: Scheme) -> Side:
    """The clauses the scheme rests on, with the words of the first."""
    if not scheme.clauses:
        return Side()
    first = scheme.clauses[0]
    others = listed(cited(reference) for reference in scheme.clauses[1:])
    return Side(others, first, scheme.book.document(first).text)


def _parts(was: tuple[Part, ...], now: tuple[Part, ...]) -> Iterator[Difference]:
    for _code, old, new in _pairs(was, now, lambda part: part.code):
        label = _label(new or old)
        said = [
            Side(
                gettext("付给{payee}，{manner}").format(
                    payee=payee_name(part.payee), manner=AMOUNT_KINDS[part.kind].title[in_english()]
                ),
                part.by,
                part.words,
            )
            if part
            else None
            for part in (old, new)
        ]
        yield from _told(label, *said)
        yield from _values(old, new, lambda name, label=label: label + _named(name))
        yield from _rules(old.rules if old else (), new.rules if new else (), f"{label} · ")
        for _name, before, after in _pairs(
            old.limits if old else (), new.limits if new else (), lambda use: use.limit.name
        ):
            title = f"{label} · {(after or before).limit.title[in_english()]}"
            yield from _told(title, _use(before), _use(after))
            yield from _values(before, after, lambda name, title=title: title)


def _named(name: str) -> str:
    return f" · {value_name(name)}"


def _rules(was: tuple[RuleUse, ...], now: tuple[RuleUse, ...], prefix: str) -> Iterator[Difference]:
    for _name, old, new in _pairs(was, now, lambda use: use.rule.name):
        title = prefix + (new or old).rule.title[in_english()]
        yield from _told(title, _use(old), _use(new))
        yield from _values(old, new, lambda name, title=title: title)


def _pairs(was, now, key) -> Iterator[tuple]:
    old, new = ({key(one): one for one in side} for side in (was, now))
    for name in dict.fromkeys([*new, *old]):
        yield name, old.get(name), new.get(name)


def _use(use: RuleUse | LimitUse | None) -> Side | None:
    """A rule or limit by the words it quotes; its numbers are told apart."""
    return Side("", use.by, use.words) if use else None


def _values(was, now, what) -> Iterator[Difference]:
    """The numbers of both sides; of a new or a gone one only those it has."""
    old, new = (side.values if side else {} for side in (was, now))
    for name in dict.fromkeys([*new, *old]):
        told = [
            _number(values[name], user.by, user.words) if name in values else None
            for values, user in ((old, was), (new, now))
        ]
        yield from _told(what(name), *told)


def _number(value: Resolved, clause: str, text: str) -> Side:
    return Side(
        value_words(value.value, value.unit),
        value.by or value.source or clause,
        text,
        certainty(value),
        region_name(value.region),
    )


def _told(what: str, before: Side | None, after: Side | None) -> Iterator[Difference]:
    if before is None and after is None:
        return
    if before is None or after is None:
        yield Difference(ADDED if before is None else GONE, what, before or Side(), after or Side())
        return
    if (before.words, before.clause, before.text) != (after.words, after.clause, after.text):
        yield Difference(CHANGED, what, before, after)
