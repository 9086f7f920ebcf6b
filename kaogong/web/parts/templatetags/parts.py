"""Template words of the parts library (loaded everywhere)."""

import json
import secrets
from decimal import Decimal

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from kaogong.gateways import registers
from kaogong.kernel.money import yuan as _yuan
from kaogong.kernel.writing import mask_name as _mask_name
from kaogong.trail.operations import moves_open_to
from kaogong.trail.queries import timeline as _timeline
from kaogong.web.parts.grading import grade_words

register = template.Library()

TONES = {"ok": "✓", "no": "✗", "ask": "?", "now": "●", "off": "–"}


@register.filter
def yuan(fen):
    """Integer fen as ¥1,234.56; an em dash when there is no amount."""
    return "—" if fen is None else _yuan(int(fen))


@register.filter
def hours(hundredths):
    """Hundredths of an hour as a short decimal: 7950 → 79.5."""
    if hundredths is None:
        return "—"
    return f"{(Decimal(int(hundredths)) / 100).normalize():f}"


@register.inclusion_tag("parts/registers.html")
def outside_registers():
    """Which outside registers people are checked against here, and which are not connected."""
    there = registers.connected()
    words = [(gettext(registers.KINDS[kind]), kind in there) for kind in registers.OF_PEOPLE]
    return {"connected": [w for w, on in words if on], "missing": [w for w, on in words if not on]}


@register.filter
def permille(rate):
    """A rate in thousandths as per cent: 545 → 54.5%."""
    return "—" if rate is None else f"{(Decimal(int(rate)) / 10).normalize():f}%"


@register.filter
def tenths(score):
    """A score in tenths: 37 → 3.7."""
    return "—" if score is None else f"{Decimal(int(score)) / 10:.1f}"


@register.filter
def mask_name(name):
    return _mask_name(name or "")


@register.filter
def tr(text):
    """A stored Chinese label (a state, a role, a code) in the reader's language."""
    return gettext(str(text)) if text else ""


@register.filter
def cited(reference):
    """A clause's reference as papers are cited: 文号 第15条."""
    from kaogong.web.parts.policy import cited as in_words

    return in_words(str(reference or ""))


@register.filter
def named(text):
    """A sentence of the rules with occupations and schemes by name, not by code."""
    from kaogong.web.parts.values import named as in_words

    return in_words(str(text or ""))


@register.filter
def clause_url(reference):
    """Where the bureau reads one clause; the paper's page for a reference without one."""
    number, _mark, clause = str(reference or "").partition("#")
    if clause:
        return reverse("bureau:rulebook:clause", args=[number, clause])
    return reverse("bureau:rulebook:document", args=[number])


@register.filter
def item(mapping, key):
    """mapping[key], or nothing."""
    return mapping.get(key) if mapping else None


@register.simple_tag
def tag(tone, label):
    """A badge that says it in words, a mark and a colour."""
    return format_html(
        '<span class="tag {}"><span aria-hidden="true">{}</span> {}</span>', tone, TONES.get(tone, "●"), label
    )


@register.simple_tag
def badge(thing):
    """The status badge of anything with a lifecycle."""
    lifecycle = type(thing).lifecycle
    return tag(lifecycle.tones.get(thing.status, "now"), gettext(lifecycle.label(thing.status)))


@register.simple_tag
def status_tag(lifecycle, status):
    """The badge of a status when only its word is at hand."""
    return tag(lifecycle.tones.get(status, "now"), gettext(lifecycle.label(status)))


@register.simple_tag
def verdict(word):
    """payable | refused | needs_evidence as a badge."""
    tone, label = {
        "payable": ("ok", gettext("符合")),
        "refused": ("no", gettext("不符合")),
        "needs_evidence": ("ask", gettext("需补证据")),
    }.get(word, ("now", str(word)))
    return tag(tone, label)


@register.inclusion_tag("parts/masked.html", takes_context=True)
def masked(context, person_id, field, shown, may=True):
    """A masked value and, for those who may, a button that shows it and records the look."""
    actor = context.get("actor")
    own = actor is not None and person_id in actor.person_ids and actor.may("view_own_file")
    return {
        "person_id": person_id,
        "field": field,
        "shown": shown,
        "may": bool(may and shown and (own or (actor is not None and actor.may("unmask_person")))),
        "dom_id": f"masked-{field}-{person_id}-{secrets.token_hex(3)}",
    }


register.filter("grade_words", grade_words)


@register.inclusion_tag("parts/timeline.html", takes_context=True)
def timeline(context, subject_kind, subject_id):
    """Who did what and why, newest first; a run of the same act by one person is told once.

    The same act is one told in the same words; attendance is told of once whatever the numbers.
    """
    told: list[dict] = []
    for entry in _timeline(subject_kind, subject_id).order_by("-id")[:200]:
        last, sentence = told[-1]["entry"] if told else None, _sentence(entry)
        if last and entry.reason == last.reason:
            same = (entry.verb, entry.actor_account_id) == (last.verb, last.actor_account_id)
            alike = sentence == told[-1]["sentence"] or entry.verb == "class.attended"
            if same and alike and entry.actor_account_id is not None:
                told[-1] |= {"times": told[-1]["times"] + 1, "first": entry}
                continue
        told.append({"entry": entry, "sentence": sentence, "times": 1, "first": entry})
    return {"entries": told[:60]}


def _sentence(entry) -> str:
    from kaogong.web.parts.verbs import happened

    return happened(entry.verb, entry.detail)


@register.inclusion_tag("parts/moves.html", takes_context=True)
def move_buttons(context, thing, namespace, primary=""):
    """A button per move open to this actor whose address exists under the namespace (bureau:claims)."""
    buttons = []
    for move in moves_open_to(thing, context["actor"]):
        try:
            url = reverse(f"{namespace}:{move.verb}", args=[thing.pk])
        except NoReverseMatch:
            continue
        if seen := getattr(thing, "content_digest", ""):  # what is signed is what lay before the signer
            url += f"?seen={seen}"
        buttons.append(
            {
                "move": move,
                "url": url,
                "is_primary": move.verb == primary,
                "dialog_id": f"ask-{move.verb}-{thing.pk}",
                "asks": bool(move.reason or move.confirm),
            }
        )
    return {"buttons": sorted(buttons, key=lambda b: b["is_primary"]), "request": context["request"]}


@register.inclusion_tag("parts/steps.html")
def steps(items, compact=False):
    """A step bar. ``items``: (label, small text, done | here | later)."""
    return {"items": items, "compact": compact}


@register.simple_tag(takes_context=True)
def with_query(context, **changes):
    """The present address with these query parameters changed; an empty value drops one."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in ("", None):
            query.pop(key, None)
        else:
            query[key] = value
    text = query.urlencode()
    return f"?{text}" if text else context["request"].path


@register.simple_tag
def icon(name):
    """An icon from the shipped sprite; decorative, so hidden from screen readers."""
    from django.templatetags.static import static

    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("kaogong/icons.svg"),
        name,
    )


def _height_of(option) -> str:
    """How tall a chart of lying bars stands, so that the names beside them do not run into each other."""
    axis = option.get("yAxis")
    bars = len(axis["data"]) if isinstance(axis, dict) and axis.get("type") == "category" else 0
    return "" if bars <= 6 else "tall" if bars <= 12 else "tallest"


@register.simple_tag
def chart(dom_id, title, option, size=""):
    """An ECharts figure; its table stands beside it in the page. Of ``size`` tall or tallest, else as its bars need."""
    size = size or _height_of(option)
    return format_html(
        '<figure class="chart"><figcaption>{}</figcaption>'
        '<div id="{}" class="chart-area {}" role="img" aria-label="{}"></div>{}</figure>',
        title,
        dom_id,
        size,
        title,
        mark_safe(  # noqa: S308  (json with < escaped)
            f'<script type="application/json" data-chart="{dom_id}">'
            + json.dumps(option, ensure_ascii=False).replace("<", "\\u003c")
            + "</script>"
        ),
    )
