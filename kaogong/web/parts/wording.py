"""Sentences in the reader's language."""

from django.utils.translation import gettext

from kaogong.kernel.errors import Refused


def told(refusal: Refused) -> str:
    """A refusal's sentence in the active language, its facts filled in."""
    template = gettext(refusal.template)
    return template.format(**refusal.facts) if refusal.facts else template


class _Open(dict):
    def __missing__(self, key):
        return "{" + key + "}"


def filled(template: str, facts: dict) -> str:
    """A translated template with what facts there are; open fields stay visible rather than failing."""
    return gettext(template).format_map(_Open(facts))
