"""What the codes of facts are called on a page."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from kaogong.catalog import queries as catalog
from kaogong.claims.queries import rulebook
from kaogong.indicators.facts import AGES
from kaogong.institutions.models import Institution
from kaogong.kernel import reference
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.levels import LEVELS
from kaogong.ledger.states import SOURCE_LEVELS

from .tables import handed_in

NOT_TOLD = "—"


def labels_of(dimension: str, codes: Iterable[str]) -> dict[str, str]:
    """Code → what it is called; a code nobody knows is called by itself, "" is not told."""
    codes = list(codes)
    if dimension == "provider":
        found = _providers(codes)
        return {code: found.get(code, code or NOT_TOLD) for code in codes}
    name = _NAMES.get(dimension) or _names_above().get(dimension, str)
    return {code: name(code) if code else NOT_TOLD for code in codes}


def _providers(codes: list[str]) -> dict[str, str]:
    ids = [int(code) for code in codes if code.isdecimal()]
    return {str(pk): name for pk, name in Institution.objects.filter(pk__in=ids).values_list("pk", "name")}


def _names_above() -> dict[str, Callable[[str], str]]:
    return {column: name for one in handed_in().values() for column, name in one.labels.items()}


def _age(band: str) -> str:
    if band == AGES[0]:
        return _("15岁及以下")
    if band == AGES[-1]:
        return _("55岁及以上")
    return _("{band}岁").format(band=band.replace("-", "–"))


def _time(key: str) -> str:
    year, quarter, number = key.partition("Q")
    if quarter:
        return _("{year}年第{number}季度").format(year=year, number=number)
    year, dash, month = key.partition("-")
    if dash:
        return _("{year}年{month}月").format(year=year, month=int(month))
    return _("{year}年").format(year=year)


def _programme(code: str) -> str:
    names = rulebook().scheme_labels.get(code)
    return names[catalog.in_english()] if names else code


def _department(code: str) -> str:
    return next((row.short_name for row in reference.read_departments() if row.code == code), code)


def _group(code: str) -> str:
    return catalog.code_labels("group").get(code, code)


def _level(code: str) -> str:
    return next((level.label for level in LEVELS if level.code == code), _("无等级"))


def _kind(code: str) -> str:
    return str(CertificateKind(code).label) if code in list(CertificateKind) else code


_NAMES: dict[str, Callable[[str], str]] = {
    "region": catalog.region_name,
    "programme": _programme,
    "department": _department,
    "occupation": catalog.occupation_name,
    "level": _level,
    "steps_from": _level,
    "group": _group,
    "sex": lambda code: {"1": _("男"), "2": _("女")}.get(code, code),
    "age": _age,
    "origin": lambda code: {"own": _("本系统"), "department": _("部门报送")}.get(code, code),
    "kind": _kind,
    "payee_kind": lambda code: {
        "institution": _("机构"),
        "enterprise": _("企业"),
        "person": _("个人"),
    }.get(code, code),
    "source": lambda code: str(SOURCE_LEVELS.get(code, code)),
    "month": _time,
    "quarter": _time,
    "year": _time,
}
