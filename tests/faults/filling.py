"""Fills the killed installation: two of everything that is about to happen. Prints where, as JSON.

Run as a program by test_kill with the installation's own settings.
"""

import json
from datetime import date, timedelta

import django

django.setup()

from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from kaogong.access.models import Account  # noqa: E402
from kaogong.funds import operations as funds  # noqa: E402
from kaogong.funds.models import Payment  # noqa: E402
from kaogong.kernel.actor import Actor  # noqa: E402
from kaogong.training import operations as training  # noqa: E402
from tests.factories import a_day_at, a_roster, an_actor, an_id_number, make_class, make_institution  # noqa: E402
from tests.factories.claims import make_certified_class, make_claim, make_money  # noqa: E402

LEARNERS = 30


def session_of(actor: Actor) -> str:
    """The cookie of a browser logged in as this actor."""
    browser = Client()
    account = Account.objects.get(pk=actor.account_id)
    browser.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return browser.cookies["sessionid"].value


def roster() -> dict:
    """A checked roster of new people, waiting to be taken."""
    school = make_institution()
    clerk = an_actor("provider_clerk", organisation_id=school.pk)
    drafted = make_class(school, clerk=clerk)
    rows = [
        {"姓名": f"学员{chr(0x4E00 + n)}", "身份证号码": an_id_number().value, "联系电话": "13800000001"}
        for n in range(LEARNERS)
    ]
    upload = training.upload_roster(
        drafted.pk, a_roster(rows), "名单.csv", by=clerk, at=a_day_at(date(2026, 5, 1))
    )
    path = reverse("provider:rosters:take", args=[upload.pk])
    return {"id": upload.pk, "class": drafted.pk, "path": path, "session": session_of(clerk)}


def claim() -> dict:
    """A reviewed claim of five people, waiting to be approved."""
    reviewed = make_claim(make_certified_class(5), status="reviewed")
    path = reverse("bureau:claims:approve", args=[reviewed.pk])
    return {"id": reviewed.pk, "path": path, "session": session_of(an_actor("reviewer"))}


def batch() -> dict:
    """A checked batch that pays one claim, waiting to be released."""
    make_claim(make_certified_class(3), status="cleared")
    waiting = Payment.objects.filter(status="queued").values_list("pk", flat=True)
    at = a_day_at(date(2026, 7, 27)) + timedelta(hours=1)
    prepared = funds.prepare_batch(list(waiting), by=an_actor("cashier"), at=at)
    funds.check_batch(prepared.pk, by=an_actor("reviewer"), at=at)
    path = reverse("bureau:batches:release", args=[prepared.pk])
    return {"id": prepared.pk, "path": path, "session": session_of(an_actor("cashier"))}


make_money()
print(json.dumps({made.__name__: [made(), made()] for made in (roster, claim, batch)}))
