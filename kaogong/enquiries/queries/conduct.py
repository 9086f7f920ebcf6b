"""What a region says of enquiries on a day, and what they may be about; nothing where no paper says it."""

from datetime import date
from functools import lru_cache
from hashlib import sha256

from kaogong.catalog import queries as catalog
from kaogong.claims.queries import rulebook
from kaogong.kernel.reference import EnquiryCategory, read_enquiry_categories
from kaogong.rules.conduct import conduct_said

TOPIC = "enquiries"


def value_of(name: str, region_code: str, on: date) -> int | None:
    """``answer_days`` and ``reopen_days`` (working days), ``answer_persons``; None while unset."""
    conduct = conduct_said(rulebook(), region_code, TOPIC, on)
    found = conduct.value(name) if conduct else None
    return found.value if found else None


def is_illustrative(name: str, region_code: str, on: date) -> bool:
    """Whether the value in force is an example no paper gives."""
    conduct = conduct_said(rulebook(), region_code, TOPIC, on)
    found = conduct.value(name) if conduct else None
    return bool(found and found.illustrative)


def needs_two(region_code: str, on: date) -> bool:
    """Whether an answer goes out only after a second person looked at it."""
    return (value_of("answer_persons", region_code, on) or 1) > 1


@lru_cache(maxsize=1)
def every_category() -> dict[str, EnquiryCategory]:
    """Every category there is or was, in the order of the list."""
    return {one.code: one for one in read_enquiry_categories()}


def categories(on: date) -> dict[str, EnquiryCategory]:
    """Those offered on a day."""
    return {
        code: one
        for code, one in every_category().items()
        if one.starts_on <= on and (one.ends_on is None or on < one.ends_on)
    }


def category_name(code: str) -> str:
    """In the reader's language; the code itself when nobody knows it."""
    found = every_category().get(code)
    if found is None:
        return code
    return found.label_en if catalog.in_english() else found.label


def schemes_offered(region_code: str, on: date) -> list[tuple[str, str]]:
    """(code, label) of the subsidy schemes in force a common question may rest on; none where no file says any."""
    book = rulebook()
    if region_code[:6] not in book.regions:
        return []
    return [
        (one.code, one.label_en if catalog.in_english() else one.label)
        for one in book.schemes(region_code[:6], on)
    ]


def policy_mark(region_code: str, scheme_code: str, on: date) -> str:
    """The fingerprint of a scheme's conditions, clauses and values on a day; "" when it is not in force."""
    book = rulebook()
    if not scheme_code or region_code[:6] not in book.regions:
        return ""
    found = next((one for one in book.schemes(region_code[:6], on) if one.code == scheme_code), None)
    if found is None:
        return ""
    told = [
        found.label,
        found.payee,
        *found.clauses,
        *(use.rule.name for use in found.rules),
        *sorted(f"{name}={value.value!r} {value.unit} {value.by}" for name, value in found.values().items()),
    ]
    return sha256("\n".join(told).encode()).hexdigest()
