"""The papers the rules rest on: one paper with its clauses, one clause with all that rests on it."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.kernel.errors import NotFound
from kaogong.rules import RULES, Document
from kaogong.rules.amounts import LIMIT_KINDS
from kaogong.trail.operations import require_may
from kaogong.web.parts.policy import value_name
from kaogong.web.parts.values import Course, in_english, region_name, scheme_name, step_chart


def document(request: HttpRequest, number: str) -> HttpResponse:
    """One paper with the clauses quoted from it, and how much rests on each."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    found = _paper(number)
    book = claims.rulebook()
    clauses = []
    for clause in found.clauses.values():
        resting = book.citations.get(clause.reference, ())
        names = dict.fromkeys(scheme_name(one.scheme) for one in resting)
        clauses.append((clause, list(names)))
    return render(
        request,
        "bureau/rulebook/document.html",
        {
            "document": found,
            "clauses": clauses,
            "unused": sum(not names for _clause, names in clauses),
            "is_past": is_past(found, request.today),
        },
    )


def clause(request: HttpRequest, number: str, clause_id: str) -> HttpResponse:
    """One clause: its words and lines, every rule and number that rests on it, the claims it decided."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策规则库"))
    paper = _paper(number)
    found = paper.clauses.get(clause_id)
    if found is None:
        raise NotFound()
    resting = claims.rulebook().citations.get(found.reference, ())
    numbers = _numbers(resting)
    may_claims = request.actor.may(P.VIEW_PEOPLE)
    return render(
        request,
        "bureau/rulebook/clause.html",
        {
            "document": paper,
            "clause": found,
            "uses": _uses(resting, request.today),
            "changing": [one for one in numbers if len(one["entries"]) > 1],
            "steady": _alike(one for one in numbers if len(one["entries"]) == 1),
            "is_past": is_past(paper, request.today),
            "decided": claims.decided_by(found.reference, request.actor) if may_claims else None,
            "on": request.today,
        },
    )


def _paper(number: str) -> Document:
    found = claims.rulebook().documents.get(number)
    if found is None:
        raise NotFound()
    return found


def is_past(paper: Document, on: date) -> bool:
    """Whether the paper says that it no longer holds."""
    return paper.ended_on is not None and on > paper.ended_on


def _uses(resting, today: date) -> list[dict]:
    """The schemes that rest on the clause, what of each does, and where their page is."""
    rows: dict[tuple[str, str], dict] = {}
    for one in resting:
        row = rows.setdefault((one.region, one.scheme), {"what": []})
        if not row["what"]:
            row |= {
                "region": region_name(one.region),
                "region_code": one.region,
                "scheme": scheme_name(one.scheme),
                "scheme_code": one.scheme,
                "on": _day_in_force(one, today),
            }
        words = _number_name(one) if one.kind == "value" else _what(one)
        if not any(words in said for said in row["what"]):
            row["what"].append(words)
    return list(rows.values())


def _what(one) -> str:
    side = in_english()
    if one.kind == "scheme":
        return gettext("项目依据")
    if one.kind == "fund":
        return gettext("资金来源")
    if one.kind == "part":
        return gettext("给付：{part}").format(part=_part_label(one))
    if one.kind == "limit":
        title = LIMIT_KINDS[one.use].title[side]
        return gettext("限额：{limit}（{part}）").format(limit=title, part=_part_label(one))
    title = RULES[one.use].title[side]
    if one.part:
        return gettext("{rule}（{part}）").format(rule=title, part=_part_label(one))
    return title


def _part_label(one) -> str:
    found = _scheme_of(one, None)
    part = next((part for part in found.parts if part.code == one.part), None) if found else None
    return (part.label_en if in_english() else part.label) if part else one.part


def _day_in_force(one, today: date) -> date | None:
    found = _scheme_of(one, today)
    return found.as_of if found else None


def _scheme_of(one, today: date | None):
    """The scheme as it stands today where it is in force, else on the last day on which it was."""
    book = claims.rulebook()
    days = [day for day in book.days_of_change(one.region, one.scheme) if today is None or day <= today]
    for day in ([today] if today else []) + days[::-1]:
        found = next((s for s in book.schemes(one.region, day) if s.code == one.scheme), None)
        if found is not None:
            return found
    return None


def _numbers(resting) -> list[dict]:
    """Every number with an entry that rests on the clause, with all its entries."""
    found: dict[tuple, dict] = {}
    for one in resting:
        key = (one.region, one.scheme, one.part, one.use, one.value)
        scheme = _scheme_of(one, None) if one.kind == "value" and key not in found else None
        if scheme is None:
            continue
        name = ".".join(filter(None, (one.part, one.use, one.value)))
        entries = Course(scheme).of(name)
        if entries:
            found[key] = {
                "region": region_name(one.region),
                "region_code": one.region,
                "scheme": scheme_name(one.scheme),
                "scheme_code": one.scheme,
                "what": _number_name(one),
                "entries": entries,
                "chart": step_chart(entries),
                "dom_id": "-".join(("n", one.region, one.scheme, one.part, one.use, one.value)),
                "on": scheme.as_of,
            }
    return list(found.values())


def _alike(numbers) -> list[dict]:
    """Numbers that never changed; those of several schemes that say the same are told once."""
    found: dict[tuple, dict] = {}
    for number in numbers:
        entry = number["entries"][0]
        key = (number["region"], number["what"], entry.words, entry.certainty, entry.since)
        row = found.setdefault(key, number | {"schemes": []})
        row["schemes"].append(number)
    return list(found.values())


def _number_name(one) -> str:
    side = in_english()
    if one.use in RULES:
        return RULES[one.use].title[side]
    if one.use in LIMIT_KINDS:
        return f"{_part_label(one)} · {LIMIT_KINDS[one.use].title[side]}"
    if one.part:
        return f"{_part_label(one)} · {value_name(one.value)}"
    return gettext("公示工作日数")
