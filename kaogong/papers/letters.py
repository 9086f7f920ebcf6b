"""Official letters: a body of sections under a letterhead, with where its figures come from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from kaogong.papers.printing import in_words, set_in_type


@dataclass(frozen=True, kw_only=True)
class LetterPaper:
    """One letter as it goes out. Lines of ``body`` beginning 一、 are headings, （一） lesser ones."""

    issuer: str
    title: str
    document_number: str
    signatory: str  # 签发人
    session: str
    addressee: str
    body: Sequence[str]
    issued_on: date
    copies: str = ""
    contact: str = ""
    sources: Sequence[str] = ()
    draft: bool = False
    synthetic: bool = False


def letter_pdf(facts: LetterPaper) -> bytes:
    """Print an official letter."""
    return set_in_type("letter.typ", asdict(facts) | {"issued": in_words(facts.issued_on)}, facts.issued_on)
