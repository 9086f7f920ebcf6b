"""The auditor sees everything of the bureau's door and changes nothing but their own packs and samples."""

from unittest import mock

import pytest
from django.db import transaction
from django.urls import reverse

from kaogong.access.permissions import Permission as P
from kaogong.access.roles import ROLES
from kaogong.audit.models import AuditSample
from kaogong.trail.models import Entry
from tests.web.test_reach import BUREAU, asked, world  # noqa: F401
from tests.web.world import World

OWN = {P.MAKE_AUDIT_PACK, P.DRAW_AUDIT_SAMPLE, P.COMMIT_SEED, P.REVEAL_SEED}
LOOKING = {
    P.VIEW_BUREAU,
    P.VIEW_PEOPLE,
    P.VIEW_LEDGER,
    P.VIEW_TRAIL,
    P.VIEW_COMPLAINTS,
    P.VIEW_DEPARTMENT_FILES,
    P.VIEW_ENQUIRIES,
    P.EXPORT_LIST,
    P.UNMASK_PERSON,
}
REFUSED = {403, 404, 405}
LOOKS = (
    "person.looked",
    "list.exported",
    "figure.opened",
    "enquiry.looked",
    "class.evidence_looked",
    "class.fee_document_looked",
    "claim.document_looked",
    "account_change.paper_looked",
    "claim_appeal.paper_looked",
    "risk_finding.document_taken",
)


def test_auditor_holds_no_right_to_change_anything_but_packs_and_samples():
    assert ROLES["auditor"].permissions == OWN | LOOKING


def _path(world: World, name: str) -> str:  # noqa: F811
    way = BUREAU[name]
    path = reverse(f"bureau:{name}", kwargs=world.things[way.about] if way.about else {})
    path += f"?{way.query}" if way.query else ""
    return path + (f"?{way.query_of}={world.things[way.query_of]['pk']}" if way.query_of else "")


def _rights(told) -> set:
    return set(told) if isinstance(told, tuple) else {told}


def _posted(browser, path: str) -> tuple[int, list[str]]:
    """The answer, and what was told meanwhile before it is undone: everything but the looks themselves."""
    with transaction.atomic():
        last = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        code = browser.post(path).status_code
        told = Entry.objects.filter(id__gt=last).exclude(verb__in=LOOKS)
        found = sorted(told.values_list("verb", flat=True))
        transaction.set_rollback(True)
    return code, found


@pytest.mark.django_db
def test_auditor_opens_every_page_that_only_looks_and_every_post_elsewhere_is_refused(world):  # noqa: F811
    auditor, faults = world.browser("auditor"), []
    for name, way in BUREAU.items():
        path, look, act = _path(world, name), _rights(way.look), _rights(way.act or way.look)
        if not way.post_only and look & LOOKING:
            code = asked(auditor, "get", path).status_code
            if code >= 400:
                faults.append(f"GET {name}: {code}")
        if act & OWN:
            continue
        code, told = _posted(auditor, path)
        # A page that only looks may show itself again; a search is sent as a form and shows what it found.
        shown = code == 200 and act & LOOKING
        if told or not (shown or code in REFUSED or (way.post_only and act & LOOKING and code < 500)):
            faults.append(f"POST {name}: {code} {told}")
    assert faults == [], "\n".join(faults)


@pytest.mark.django_db
def test_auditor_asks_for_a_pack_draws_a_sample_and_takes_both(world):  # noqa: F811
    auditor = world.browser("auditor")
    words = {"from_on": "2020-01-01", "to_on": "2026-01-01", "reason": "专项审计"}
    with mock.patch("kaogong.audit.tasks.build_later.defer") as deferred:
        said = auditor.post(reverse("bureau:audit_packs:ask"), words)
    assert said.status_code == 302, said.content.decode()
    assert deferred.call_count == 1
    page = auditor.get(said["Location"]).content.decode()
    assert "正在制作" in page
    kept = world.things["audit pack"]
    page = auditor.get(reverse("bureau:audit_packs:detail", kwargs=kept)).content.decode()
    assert "python verify.py" in page
    taken = auditor.get(reverse("bureau:audit_packs:take", kwargs=kept))
    assert b"".join(taken.streaming_content).startswith(b"PK")
    assert Entry.objects.filter(verb="audit_pack.taken").count() == 1
    drawn = world.things["audit sample"]
    page = auditor.get(reverse("bureau:audit_samples:detail", kwargs=drawn)).content.decode()
    assert "重抽一次，结果一致" in page
    sampled = AuditSample.objects.get(**drawn).payments.select_related("payment")
    assert sampled
    assert all(one.payment.reference.split("/")[0] in page for one in sampled)
    assert auditor.get(reverse("bureau:audit_samples:paper", kwargs=drawn)).content.startswith(b"PK")
    package = auditor.get(reverse("bureau:audit_samples:package", kwargs=drawn)).json()
    from kaogong.kernel.sampling import differences

    assert differences(package) == []
    assert differences(package | {"seed": "732"}) != [] or len(package["roster"]) == 1
    wrong = auditor.post(reverse("bureau:audit_packs:ask"), words | {"is_full": "on"})
    assert wrong.status_code == 422
    assert "授权" in wrong.content.decode()
