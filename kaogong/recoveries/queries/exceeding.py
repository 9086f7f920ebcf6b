"""What stages were given beyond what their end settles to, less what of it is asked back: never more, never twice."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum
from django.utils import translation
from django.utils.translation import gettext

from kaogong.claims.models import ClaimLine
from kaogong.claims.queries.overpaid import Overpaid, overpaid_stages, overpaid_with
from kaogong.kernel.actor import Actor

from ..models import Recoupment, RecoupmentPart, RecoveryLead
from .fetching import leads


@dataclass(frozen=True, slots=True)
class Beyond:
    """So much is asked back of one person's stages, and only so much is too much today; ``why`` is the working."""

    asked_fen: int
    excess_fen: int
    why: str


def overpaid_due(by: Actor) -> Iterator[tuple[str, ClaimLine, str, int]]:
    """(source, paid line, working, fen) of what is too much and neither asked back nor noted yet, for any reason.

    Too much can grow after a lead was found: the difference is one more, under the next number of its source. It
    comes off the latest stage first; one whose money is still on its way comes up once it is paid.
    """
    for found in overpaid_stages(by):
        source = f"settled:{found.settled_by}" if found.settled_by else f"tried:{found.stages[-1].reference}"
        asked = _asked(line.reference for line in found.stages) + _declined(found, source)
        left = found.excess_fen - asked.total()
        for line in found.stages:
            fen = min(left, line.amount_fen - asked[line.reference])
            if fen > 0:
                left -= fen
                if line.status == "paid":
                    yield _numbered(source, line), line, found.why, fen


def leads_beyond(by: Actor) -> list[tuple[RecoveryLead, str]]:
    """Waiting leads by which more would be asked back than is too much today, each with why it falls; newest first."""
    waiting = list(leads(by).filter(cause="overpaid").order_by("-id"))
    over = overpaid_with(lead.line_reference for lead in waiting)
    asked, fallen = {}, []
    for lead in waiting:
        found = over.get(lead.line_reference)
        person = _stages(lead.line_reference, found)
        if person not in asked:
            asked[person] = _asked(person).total()
        if asked[person] > (found.excess_fen if found else 0):
            asked[person] -= lead.amount_fen
            fallen.append((lead, found.why if found else _nothing()))
    return fallen


def beyond(recoupment: Recoupment) -> Beyond | None:
    """What a recoupment of too much given asks with all others beyond what is too much today; None where all fits."""
    lines = list(recoupment.leads.filter(cause="overpaid").values_list("line_reference", flat=True))
    over = overpaid_with(lines)
    for line in lines:
        found = over.get(line)
        asked = _parts(_stages(line, found)).total()
        excess = found.excess_fen if found else 0
        if asked > excess:
            return Beyond(asked, excess, found.why if found else _nothing())
    return None


def _stages(reference: str, found: Overpaid | None) -> tuple[str, ...]:
    """All the stages of the person whose line this is."""
    if found is not None:
        return tuple(line.reference for line in found.stages)
    rows = ClaimLine.objects.filter(enrolment__claim_lines__reference=reference).exclude(instalment="")
    return tuple(rows.order_by("-id").values_list("reference", flat=True)) or (reference,)


def _asked(references: Iterable[str]) -> Counter[str]:
    """Line → the fen asked back of it, or waiting in a lead to be, for whatever reason."""
    references = list(references)
    found = RecoveryLead.objects.filter(status="found", line_reference__in=references)
    return _parts(references) + _by_line(found)


def _parts(references: Iterable[str]) -> Counter[str]:
    rows = RecoupmentPart.objects.filter(line_reference__in=list(references))
    return _by_line(rows.exclude(recoupment__status="dropped"))


def _declined(found: Overpaid, source: str) -> Counter[str]:
    """Line → the fen somebody has decided not to ask back, of what this very settlement came to."""
    decided = Q(status="dismissed") | Q(recoupment__status="dropped", recoupment__served_on__isnull=False)
    references = [line.reference for line in found.stages]
    return _by_line(_of_source(source).filter(decided, line_reference__in=references))


def _by_line(rows: QuerySet) -> Counter[str]:
    return Counter(dict(rows.order_by().values_list("line_reference").annotate(fen=Sum("amount_fen"))))


def _of_source(source: str) -> QuerySet[RecoveryLead]:
    return RecoveryLead.objects.filter(
        Q(source=source) | Q(source__startswith=f"{source}#"), cause="overpaid"
    )


def _numbered(source: str, line: ClaimLine) -> str:
    """The source of the next lead of a line: settled:…, settled:…#2, settled:…#3."""
    earlier = _of_source(source).filter(line_reference=line.reference).count()
    return f"{source}#{earlier + 1}" if earlier else source


def _nothing() -> str:
    with translation.override("zh-hans"):
        return gettext("按今天的事实，各段没有多列。")
