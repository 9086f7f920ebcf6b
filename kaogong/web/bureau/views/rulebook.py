"""The policy rulebook, read only: what is in force in a region on a day, one scheme in full, the search."""

import re
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import tidy
from kaogong.rules import MEASURES
from kaogong.rules.amounts import AMOUNT_KINDS
from kaogong.rules.errors import SchemeUnknown
from kaogong.trail.operations import require_may
from kaogong.web.parts.forms import day_asked
from kaogong.web.parts.policy import is_for_bodies, value_name
from kaogong.web.parts.values import (
    Course,
    certainty,
    in_english,
    listed,
    payee_name,
    region_name,
    region_names,
    step_chart,
    unit_words,
    value_tables,
    value_words,
)

_FIELD = re.compile(r"\{(\w+)\}")


def where(request) -> tuple[str, date]:
    """The region and day asked for, else one's own region today."""
    book = claims.rulebook()
    nearest = [request.GET.get("region", "")]
    if request.actor.region_code:
        own = RegionCode(request.actor.region_code[:6])
        nearest += [own.value, *(parent.value for parent in own.parents())]
    region = next((code for code in nearest if code in book.regions), next(iter(book.regions)))
    return region, day_of(request.GET.get("on", ""), request.today)


def day_of(text: str, otherwise: date) -> date:
    """A day from the address, else another."""
    return day_asked(text) or otherwise


def label_of(scheme) -> str:
    return scheme.label_en if in_english() else scheme.label


def schemes(request: HttpRequest) -> HttpResponse:
    """The schemes in force in a region on a day, those for people and those for bodies; the papers."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    book = claims.rulebook()
    region, on = where(request)
    found = book.schemes(region, on)
    for_people = [scheme for scheme in found if not is_for_bodies(scheme)]
    for_bodies = [scheme for scheme in found if is_for_bodies(scheme)]
    return render(
        request,
        "bureau/rulebook/schemes.html",
        {
            "regions": region_names(),
            "region": region,
            "region_label": region_name(region),
            "lineage": [region_name(code) for code in book.lineage(region)],
            "on": on,
            "is_empty": not found,
            "kinds": [
                (title, rows)
                for title, rows in (
                    (gettext("付给个人和培训机构的"), for_people),
                    (gettext("付给用人单位和申报单位的"), for_bodies),
                )
                if rows
            ],
            "documents": sorted(book.documents.values(), key=lambda paper: paper.issued_on, reverse=True),
            "digest": book.digest,
        },
    )


def scheme(request: HttpRequest, code: str) -> HttpResponse:
    """One scheme on a day: each rule, its clause's words, its numbers over time and where they come from."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    book = claims.rulebook()
    region, on = where(request)
    try:
        found = book.at(region, on).scheme(code)
    except SchemeUnknown:
        raise NotFound() from None
    course = Course(found)
    return render(
        request,
        "bureau/rulebook/scheme.html",
        {
            "scheme": found,
            "label": label_of(found),
            "region": region,
            "region_label": region_name(region),
            "on": on,
            "regions": region_names(),
            "terms": _terms(found),
            "publish": number(found.publish_days, course, "publish_working_days")
            if found.publish_days
            else None,
            "rules": [_rule(use, course) for use in found.rules],
            "parts": [_part(part, course, found) for part in found.parts],
            "unset": len(found.unset),
            "clauses": found.clauses,
        },
    )


def _terms(found) -> list[tuple[str, str]]:
    """The scheme's terms: to whom, from what money, which entitlement it uses up."""
    payees = dict.fromkeys(payee_name(part.payee) for part in found.parts) or {payee_name(found.payee): None}
    return [
        (gettext("付给"), gettext("、").join(payees)),
        (gettext("由谁申领"), payee_name(found.payee)),
        (gettext("资金项目"), found.fund_programme_label),
        (gettext("次数和金额"), _counted_with(found)),
    ]


def _counted_with(found) -> str:
    """With which other schemes it is counted together, where a rule limits times or sums."""
    others = [
        label_of(one)
        for one in found.book.schemes(found.region_code, found.as_of)
        if one.counts_as == found.counts_as and one.code != found.code
    ]
    if not others:
        return gettext("单独计算")
    return gettext("与这些项目合并计算：{schemes}").format(schemes=listed(others))


def number(value, course: Course, name: str, label: str = "") -> dict:
    """One number as it stands, and every entry before and after."""
    entries = course.of(name)
    dom_id = re.sub(r"\W", "-", name)
    return {
        "name": value.name,
        "label": label,
        "dom_id": dom_id,
        "words": value_words(value.value, value.unit),
        "tables": value_tables(value.value, value.unit),
        "unit": unit_words(value.unit),
        "since": value.since,
        "region": region_name(value.region),
        "by": value.by,
        "source": value.source,
        "note": value.note,
        "is_unset": value.value is None,
        "certainty": certainty(value),
        "series": entries if len(entries) > 1 else [],
        "chart": step_chart(entries),
    }


def _rule(use, course: Course, part: str = "") -> dict:
    side = in_english()
    return {
        "id": use.rule.id,
        "name": use.rule.name,
        "title": use.rule.title[side],
        "remedy": _filled(use.rule.remedy[side], use.values),
        "waivable": use.rule.waivable,
        "clause": use.by,
        "words": use.words,
        "region": region_name(use.region),
        "numbers": [
            number(value, course, ".".join(filter(None, (part, use.rule.name, name))))
            for name, value in use.values.items()
        ],
    }


def _part(part, course: Course, found) -> dict:
    side = in_english()
    kind = AMOUNT_KINDS[part.kind]
    return {
        "part": part,
        "label": part.label_en if side else part.label,
        "payee": payee_name(part.payee),
        "fund": ""
        if part.fund_programme == found.fund_programme
        else claims.rulebook().programme_labels.get(part.fund_programme, part.fund_programme),
        "clause": part.by,
        "manner": kind.title[side],
        "formula": formula(kind.says[side], part.values),
        "numbers": [
            number(value, course, f"{part.code}.{name}", "" if name == "rate" else value_name(name))
            for name, value in part.values.items()
        ],
        "rules": [_rule(use, course, part.code) for use in part.rules],
        "limits": [
            {
                "title": use.limit.title[side],
                "formula": formula(use.limit.says[side], use.values),
                "clause": use.by,
                "words": use.words,
                "region": region_name(use.region),
                "numbers": [
                    number(value, course, f"{part.code}.{use.limit.name}.{name}")
                    for name, value in use.values.items()
                ],
            }
            for use in part.limits
        ],
    }


def formula(text: str, values) -> str:
    """How a sum is reckoned: the line of working with its facts by name and its numbers as they stand."""
    side = in_english()

    def word(found: re.Match) -> str:
        name = found.group(1)
        if name in ("mark", "special"):
            return ""
        if name in values:
            value = values[name]
            if value.value is None or isinstance(value.value, dict):
                return gettext("〔标准〕")
            if value.unit.startswith("元"):
                return _plain_yuan(value.value)
            return str(value.value)
        if name in MEASURES:
            return gettext("〔{name}〕").format(name=MEASURES[name][side])
        return {"fen": gettext("〔金额〕"), "before": gettext("〔前一步的金额〕")}.get(name, "")

    return _FIELD.sub(word, text)


def _plain_yuan(fen: int) -> str:
    """A sum inside a sentence that says 元 itself."""
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{fen / 100:,.2f}"


def _filled(text: str, values) -> str:
    """A rule's sentence with its numbers filled in."""
    for name, value in values.items():
        words = value_words(value.value, value.unit)
        if isinstance(value.value, int):
            words = _plain_yuan(value.value) if value.unit.startswith("元") else str(value.value)
        text = text.replace("{" + name + "}", words)
    return _FIELD.sub("…", text)


def search(request: HttpRequest) -> HttpResponse:
    """Clauses, schemes and rules that say the words looked for."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    book = claims.rulebook()
    region, on = where(request)
    text = tidy(request.GET.get("q", "")).casefold()
    clauses, found, rules = [], [], []
    if text:
        for paper in sorted(book.documents.values(), key=lambda paper: paper.issued_on, reverse=True):
            for clause in paper.clauses.values():
                if text in clause.text.casefold() or text in clause.reference.casefold():
                    clauses.append((paper, clause, _around(clause.text, text)))
        for one in book.schemes(region, on):
            names = [one.code, one.label, one.label_en.casefold(), *(part.label for part in one.parts)]
            if any(text in name for name in names):
                found.append(one)
            uses = [*one.rules, *(use for part in one.parts for use in part.rules)]
            rules += [
                (one, use, use.rule.title[in_english()])
                for use in uses
                if any(text in said.casefold() for said in (use.words, *use.rule.title, use.rule.name))
            ]
    return render(
        request,
        "bureau/rulebook/search.html",
        {
            "q": request.GET.get("q", ""),
            "text": text,
            "clauses": clauses[:100],
            "more_clauses": max(len(clauses) - 100, 0),
            "schemes": found,
            "rules": rules[:100],
            "region": region,
            "region_label": region_name(region),
            "regions": region_names(),
            "on": on,
        },
    )


def _around(said: str, text: str, reach: int = 60) -> tuple[str, str, str]:
    """The words around the first place found: before, the place, after."""
    at = said.casefold().find(text)
    if at < 0:
        return said[: 2 * reach], "", "…" if len(said) > 2 * reach else ""
    start, end = max(at - reach, 0), at + len(text)
    before = ("…" if start else "") + said[start:at]
    after = said[end : end + reach] + ("…" if end + reach < len(said) else "")
    return before, said[at:end], after
