"""Where one class stands on its way from filing to payment."""

from django.utils import timezone
from django.utils.translation import gettext

STEPS = ("filing", "training", "assessment", "claim", "notice", "payment")


def steps_of(training_class, exam, claim) -> list[tuple[str, str, str]]:
    """(label, small words, done | here | later) of the six steps."""
    here = _present(training_class.status, exam, claim)
    span = f"{training_class.starts_on:%m-%d} — {training_class.ends_on:%m-%d}"
    hours = training_class.hours_theory + training_class.hours_practice
    words = {
        "filing": (gettext("开班备案"), f"{timezone.localdate(training_class.created_at):%Y-%m-%d}"),
        "training": (gettext("培训 {hours} 课时").format(hours=hours), span),
        "assessment": (gettext("考核发证"), f"{exam.assessed_on:%Y-%m-%d}" if exam else ""),
        "claim": (gettext("申领"), claim.number if claim else ""),
        "notice": (gettext("公示"), ""),
        "payment": (gettext("拨付"), ""),
    }
    done = len(STEPS) if here is None else STEPS.index(here)
    state = ["done"] * done + ["here"] + ["later"] * len(STEPS)
    return [(*words[step], state[place]) for place, step in enumerate(STEPS)]


def _present(status: str, exam, claim) -> str | None:
    """The step that is being worked on; None when all are done."""
    if claim is not None and claim.status != "withdrawn":
        return {"approved": "notice", "published": "notice", "cleared": "payment", "paid": None}.get(
            claim.status, "claim"
        )
    if status in ("approved", "running"):
        return "training"
    if status == "finished":
        return "claim" if exam is not None and exam.status == "certified" else "assessment"
    return "filing"
