"""What is impossible in a figure's table: by itself, and beside the figures it can never exceed."""

from dataclasses import replace

from kaogong.indicators import impossible
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.web.bureau import figure_telling
from kaogong.web.bureau.figure_question import Question
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.figures_checks import of_table, words

AT_MOST = 20


def contradictions(question: Question, found, by) -> list[str]:
    """Why the table cannot be, in sentences; nothing where it can."""
    one = question.indicator
    rows = [(label, figure.value) for _code, label, figure in found.rows]
    said = of_table(one, question.dimension, found.total.value, [value for _label, value in rows])
    for other in filter(None, (one.part_of, one.persons_of)):
        beside = _beside(question, other, by)
        if beside is None:
            continue
        pairs = [("", found.total.value, beside.total.value)]
        known = {code: figure.value for code, _label, figure in beside.rows}
        pairs += [(label, figure.value, known.get(code)) for code, label, figure in found.rows]
        for label, value, whole in pairs:
            told = words(impossible.figures({one.code: value, other: whole}), one.unit)
            said += [f"{label} {sentence}".strip() for sentence in told if sentence not in said]
    return list(dict.fromkeys(said))[:AT_MOST]


def _beside(question: Question, code: str, by):
    """The same table of another indicator, None where it cannot be told so."""
    other = register.indicator_named(code)
    known = register.dimensions_of(other)
    if any(name not in known for name in (question.dimension, *question.conditions)):
        return None
    try:
        return figure_telling.breakdown_of(replace(question, indicator=other), by)
    except (NotFound, NotPermitted):
        raise
    except Refused:
        return None
