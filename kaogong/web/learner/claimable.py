"""What a learner holds a certificate for and nobody has claimed: what it gives, what is missing, who claims it."""

from dataclasses import dataclass
from datetime import date

from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.web.parts.policy import cited, in_english, level_name
from kaogong.web.parts.values import listed, measure_label


@dataclass(frozen=True, slots=True)
class Claimable:
    """One certificate and one scheme; ``missing`` says what must still be found out, and from whom."""

    scheme: str
    scheme_code: str
    certificate: object
    occupation: str
    level: str
    amount_fen: int
    missing: str
    ask: str
    clause: str
    by_provider: bool

    @property
    def is_ready(self) -> bool:
        return not self.missing


def claimable(person_id: int, on: date) -> list[Claimable]:
    """The ready ones first, the larger sums first."""
    found = [_shown(one) for one in claims.claimable_now(person_id, on)]
    return sorted(found, key=lambda one: (not one.is_ready, -one.amount_fen))


def _shown(one: claims.Entitled) -> Claimable:
    decision, side = one.decision, in_english()
    sources = [f.evidence_from_en if side else f.evidence_from for f in decision.findings_that("unknown")]
    scheme = claims.scheme(one.region_code, decision.scheme, one.on)
    return Claimable(
        scheme=decision.scheme_label_en if side else decision.scheme_label,
        scheme_code=decision.scheme,
        certificate=one.certificate,
        occupation=catalog.occupation_name(one.certificate.occupation_code),
        level=level_name(one.certificate.level_code),
        amount_fen=decision.amount_fen,
        missing=listed([measure_label(name) for name in one.missing]),
        ask=listed(dict.fromkeys(filter(None, sources))),
        clause=cited(scheme.clauses[0]) if scheme.clauses else "",
        by_provider=scheme.payee == "provider",
    )
