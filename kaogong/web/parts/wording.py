"""Sentences in the reader's language."""

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_noop as _

from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.training.queries import PAYERS

TOLD = "told"  # context of the timeline's sentences in the catalogue
_FIELDS = {
    "id_number": _("身份证号码"),
    "phone": _("联系电话"),
    "bank_account": _("银行账号"),
    "account": _("补贴往来账目"),
}


def told(refusal: Refused) -> str:
    """A refusal's sentence in the active language, its facts filled in."""
    template = gettext(refusal.template)
    return template.format(**refusal.facts) if refusal.facts else template


class _Open(dict):
    def __missing__(self, key):
        return "{" + key + "}"


def filled(template: str, facts: dict, context: str = "") -> str:
    """A translated template with what facts there are; open fields stay visible rather than failing."""
    sentence = pgettext(context, template) if context else gettext(template)
    return sentence.format_map(_Open({key: _worded(key, value) for key, value in facts.items()}))


def _worded(key: str, value: object) -> object:
    """A stored code by the word for it."""
    if key == "field":
        return gettext(_FIELDS.get(str(value), str(value)))
    if key == "group_code":
        return catalog.code_labels("group").get(str(value), value)
    if key == "paid_by":
        return PAYERS.get(str(value), value)
    if key == "amount_fen" and isinstance(value, int):
        return yuan(value)
    return value
