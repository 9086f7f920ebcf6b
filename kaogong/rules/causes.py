"""Why two decisions on the same facts differ: the findings, and their clauses, that brought it about."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from kaogong.rules.decision import FAILED, UNKNOWN, Decision, Finding

_BLOCKING = {FAILED, UNKNOWN}


@dataclass(frozen=True, slots=True)
class Cause:
    """One finding that came out otherwise, or one figure that changed, and the clause it rests on.

    ``before`` and ``after`` are its outcomes ("" where there was no such finding); the sentences are the
    findings' own. ``component`` is "" for a rule of the whole subsidy.
    """

    rule_id: str
    rule: str
    component: str
    clause: str
    title_zh: str
    title_en: str
    before: str
    after: str
    was_zh: str
    was_en: str
    now_zh: str
    now_en: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def causes(before: Decision, after: Decision) -> tuple[Cause, ...]:
    """What made ``after`` differ from ``before`` in verdict or money; () when neither differs.

    A rule that is new, gone or answered otherwise is a cause when it stood or stands in the way; a figure
    is one when the part it belongs to pays another sum.
    """
    if (before.verdict, _sums(before)) == (after.verdict, _sums(after)):
        return ()
    was, now = _by_name(before), _by_name(after)
    repriced = {
        code for code in _sums(before) | _sums(after) if _sums(before).get(code) != _sums(after).get(code)
    }
    found = []
    for key in dict.fromkeys([*was, *now]):
        old, new = was.get(key), now.get(key)
        if key[1] and (old is None or new is None) and before.verdict != after.verdict:
            continue  # parts are looked at only when the whole is payable: the cause lies there
        if _blocks(old) != _blocks(new) or (key[1] in repriced and _figures(old) != _figures(new)):
            found.append(_cause(old, new))
    return tuple(found)


def _sums(decision: Decision) -> dict[str, int]:
    return {part.code: part.amount_fen for part in decision.components}


def _by_name(decision: Decision) -> dict[tuple[str, str], Finding]:
    return {(finding.rule, finding.component): finding for finding in decision.findings}


def _blocks(finding: Finding | None) -> str:
    return finding.outcome if finding is not None and finding.outcome in _BLOCKING else ""


def _figures(finding: Finding | None) -> Any:
    return None if finding is None else (finding.clause, finding.values, finding.message_zh)


def _cause(old: Finding | None, new: Finding | None) -> Cause:
    told = new or old
    if told is None:
        raise ValueError("a cause needs a finding")
    return Cause(
        rule_id=told.rule_id,
        rule=told.rule,
        component=told.component,
        clause=told.clause,
        title_zh=told.title_zh,
        title_en=told.title_en,
        before=old.outcome if old else "",
        after=new.outcome if new else "",
        was_zh=old.message_zh if old else "",
        was_en=old.message_en if old else "",
        now_zh=new.message_zh if new else "",
        now_en=new.message_en if new else "",
    )
