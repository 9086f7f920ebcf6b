"""What the ledger is told of a recoupment: each step by part and source, each once."""

from collections.abc import Mapping
from datetime import datetime

from kaogong.kernel.actor import Actor
from kaogong.ledger import operations as ledger

from .. import queries
from ..models import Recoupment


def tell(
    recoupment: Recoupment, kind: str, amounts: Mapping[str, int], tag: str, *, by: Actor, at: datetime
) -> None:
    """Post ``{"part:source": fen}``; ``tag`` with the kind makes the keys, so that it is told once."""
    parts = {str(part.pk): part for part in queries.parts(recoupment.pk)}
    by_part: dict[str, dict[str, int]] = {}
    for key, fen in amounts.items():
        part, level = key.split(":")
        if fen:
            by_part.setdefault(part, {})[level] = fen
    postings = [
        ledger.Posting(
            kind=kind,
            fund_code=parts[part].payment.fund.code,
            programme=parts[part].payment.programme,
            year=parts[part].payment.year,
            amounts=levels,
            reference=recoupment.number,
            key=f"{kind}:{tag}:{part}",
            note=parts[part].payment.reference,
        )
        for part, levels in by_part.items()
    ]
    if postings:
        ledger.post(postings, by=by, at=at)


def whole(recoupment: Recoupment) -> dict[str, int]:
    """Every fen asked back, by part and source."""
    return {
        f"{part.pk}:{level}": fen
        for part in queries.parts(recoupment.pk)
        for level, fen in part.shares.items()
    }
