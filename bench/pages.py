"""List pages over a million people: server time and queries, beside a bare view with one indexed query."""

import argparse
import statistics
from math import ceil
from time import perf_counter
from urllib.parse import urlencode

from bench import rig
from bench.rig import Stopwatch, processor_seconds

MOST_QUERIES, MOST_MS = 12, 120

# (door, name of the address, filters tried). {…} is filled with what the loaded region holds.
PAGES = (
    ("bureau", "bureau:home", ({},)),
    ("bureau", "bureau:classes:list", (
        {}, {"q": "{class_number}"}, {"q": "电工四级"}, {"q": "查无此班"}, {"status": "filed"},
        {"status": "drafted", "q": "焊工"}, {"institution": "{school}"}, {"institution": "查无此校"},
        {"occupation": "电工"}, {"occupation": "潜水"}, {"from_on": "2026-10-01"}, {"until_on": "2022-01-01"},
        {"page": "40"}, {"per_page": "100"}, {"sort": "-starts_on"},
    )),
    ("bureau", "bureau:people:list", (
        {}, {"q": "{name}"}, {"q": "{surname}"}, {"q": "{given}"}, {"q": "查无此人"}, {"q": "{id_number}"},
        {"q": "370299199001019999"}, {"number": "{class_number}"}, {"number": "KB-2099-000001"},
        {"number": "{class_number}", "q": "{surname}"}, {"page": "40"}, {"per_page": "100"},
    )),
    ("bureau", "bureau:certificates:list", (
        {}, {"q": "{certificate}"}, {"q": "{name}"}, {"q": "查无此人"}, {"status": "held"},
        {"status": "revoked"}, {"kind": "skill_level"}, {"kind": "special_operation"}, {"occupation": "电工"},
        {"occupation": "潜水"}, {"from_on": "2026-10-01"}, {"until_on": "2020-01-01"}, {"page": "40"},
        {"per_page": "100"},
    )),
    ("bureau", "bureau:claims:list", (
        {}, {"q": "{claim}"}, {"q": "{class_number}"}, {"q": "焊工五级"}, {"q": "查无此班"},
        {"status": "submitted"}, {"status": "returned"}, {"institution": "{school}"}, {"scheme": "employment_training"},
        {"from_on": "2026-10-01"}, {"page": "40"}, {"per_page": "100"},
    )),
    ("bureau", "bureau:conflicts:list", ({},)),
    ("bureau", "bureau:notices:list", ({}, {"q": "第7批"}, {"status": "published"}, {"per_page": "100"})),
    ("bureau", "bureau:payments:list", (
        {}, {"q": "{payment}"}, {"q": "收款人77"}, {"q": "查无此人"}, {"status": "failed"}, {"status": "queued"},
        {"payee_kind": "person"}, {"fund": "1"}, {"from_on": "2026-10-01"}, {"until_on": "2020-01-01"},
        {"page": "40"}, {"per_page": "100"},
    )),
    ("bureau", "bureau:payments:queue", ({}, {"payee_kind": "person"}, {"q": "查无此人"})),
    ("bureau", "bureau:batches:list", ({}, {"status": "prepared"})),
    ("bureau", "bureau:returns:list", ({},)),
    ("bureau", "bureau:ledger:journal", ({},)),
    ("bureau", "bureau:trail:list", (
        {}, {"verb": "class.approved"}, {"verb": "claim.withdrawn"}, {"subject": "KB-2026-000077"},
        {"subject": "查无此事"}, {"who": "{clerk}"}, {"from_on": "2026-10-01"}, {"until_on": "2020-01-01"},
        {"page": "40"},
    )),
    ("bureau", "bureau:institutions:list", (
        {}, {"q": "{school}"}, {"q": "查无此校"}, {"kind": "enterprise"}, {"duty": "provider"},
        {"recognised": "yes"}, {"recognised": "no"}, {"page": "40"}, {"per_page": "100"},
    )),
    ("provider", "provider:home", ({},)),
    ("provider", "provider:classes:list", ({}, {"status": "running"}, {"per_page": "100"})),
    ("provider", "provider:learners:list", ({}, {"q": "{surname}"})),
    ("provider", "provider:claims:list", ({}, {"status": "submitted"})),
    ("provider", "provider:claims:claimable", ({},)),
    ("provider", "provider:payments:list", ({}, {"status": "failed"})),
    ("provider", "provider:rosters:list", ({},)),
    ("provider", "provider:attendance:list", ({},)),
    ("assessor", "provider:certificates:list", ({}, {"q": "{name}"}, {"status": "held"})),
    ("assessor", "provider:exams:list", ({},)),
    ("public", "portal:home", ({},)),
    ("public", "portal:providers:list", ({}, {"text": "职业"}, {"occupation": "电工"}, {"page": "5"})),
    ("public", "portal:classes", ({}, {"text": "焊工"}, {"text": "查无此班"})),
    ("public", "portal:notices:list", ({}, {"state": "open"}, {"state": "over"}, {"page": "40"})),
)  # fmt: skip


def visit(times: int) -> None:
    """Every page with every filter, ``times`` over in turns, and the bare view between them."""
    rig.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    import kaogong.config.wsgi  # noqa: F401  (loads the pages once and for all, as a server does)

    settings.ALLOWED_HOSTS = ["testserver"]
    clients, known = _clients(), _known()
    addresses = []
    for door, path, variants in PAGES:
        owner = [known["own_class"]] if path == "provider:learners:list" else []
        for variant in variants:
            query = urlencode({key: value.format(**known) for key, value in variant.items()})
            addresses.append(
                (door, path, variant, reverse(path, args=owner) + (f"?{query}" if query else ""))
            )
    found: dict[int, dict] = {}
    for place, (door, path, variant, address) in enumerate(addresses):
        clients[door].get(address)  # templates compiled, plans made
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response = clients[door].get(address)
        found[place] = {
            "door": door, "path": path, "filters": variant, "status": response.status_code,
            "queries": len(asked), "rows": response.content.count(b"<tr>") - 1, "ms": [], "cpu": [],
        }  # fmt: skip
    with override_settings(MIDDLEWARE=[], ROOT_URLCONF="bench.bare"):
        bare = Client()
        bare.get("/bare/1/")
    floor, floor_cpu = [], []
    watch = Stopwatch()
    for turn in range(times):
        for place, (door, _, _, address) in enumerate(addresses):
            began, worked = perf_counter(), processor_seconds()
            clients[door].get(address)
            found[place]["ms"].append((perf_counter() - began) * 1000)
            found[place]["cpu"].append((processor_seconds() - worked) * 1000)
        for step in range(20):
            with override_settings(MIDDLEWARE=[], ROOT_URLCONF="bench.bare"):
                began, worked = perf_counter(), processor_seconds()
                bare.get(f"/bare/{1 + turn * 7919 % 1000 + step}/")
                floor.append((perf_counter() - began) * 1000)
                floor_cpu.append((processor_seconds() - worked) * 1000)
    spent = watch.read()
    told = [
        {
            **one,
            "ms": None,
            "cpu": None,
            "median": statistics.median(one["ms"]),
            "p95": percentile(one["ms"]),
            "cpu_p95": percentile(one["cpu"]),
        }
        for one in found.values()
    ]
    rig.answer(
        pages=told,
        bare=statistics.median(floor),
        bare_p95=percentile(floor),
        bare_cpu=percentile(floor_cpu),
        cpu=spent.cpu + spent.server_cpu,
        requests=len(addresses) * times,
    )


def percentile(values: list[float], share: float = 0.95) -> float:
    """The value that so large a share does not exceed."""
    return sorted(values)[ceil(len(values) * share) - 1]


def _clients() -> dict:
    from django.test import Client

    from bench.stage import REGION, an_account
    from kaogong.access.queries import accounts
    from kaogong.institutions.models import Institution
    from kaogong.kernel.actor import system_actor

    school = _own_class().institution
    Institution.objects.filter(pk=school.pk).update(is_assessor=True)
    found = {"public": Client()}
    for door, role, reach in (
        ("bureau", "reviewer", {"region_code": REGION}),
        ("provider", "provider_clerk", {"organisation_id": school.pk}),
        ("assessor", "assessor", {"organisation_id": school.pk}),
    ):
        actor = an_account(role, **reach)
        found[door] = Client()
        account = accounts(system_actor()).get(pk=actor.account_id)
        found[door].force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return found


def _own_class():
    """A running class of the provider whose door is visited."""
    from kaogong.training.models import TrainingClass

    running = TrainingClass.objects.filter(status="running")
    return running.select_related("institution").order_by("id").first()


def _known() -> dict[str, str]:
    from kaogong.certificates.models import Certificate
    from kaogong.claims.models import Claim
    from kaogong.funds.models import Payment
    from kaogong.institutions.models import Institution
    from kaogong.people.models import Person
    from kaogong.training.models import TrainingClass

    def middle(model, **only):
        rows = model.objects.filter(**only).order_by("id")
        return rows[rows.count() // 2]

    person, school = middle(Person), middle(Institution, is_provider=True)
    return {
        "name": person.name, "surname": person.name[0], "given": person.name[1:], "id_number": person.id_number,
        "class_number": middle(TrainingClass).number, "own_class": str(_own_class().pk),
        "school": school.name, "certificate": middle(Certificate).number, "claim": middle(Claim).number,
        "payment": middle(Payment).reference, "clerk": "reviewer",
    }  # fmt: skip


def measure(*, people: int, enrolments: int, times: int) -> dict:
    """Load a region and visit every page; what was found."""
    with rig.rig() as here:
        here.fresh("bench_pages")
        loaded = here.child("bench.region", people, enrolments, database="bench_pages")
        seen = here.child("bench.pages", "--times", times, database="bench_pages")
    return {"loaded": loaded, **seen}


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--times", type=int, default=20)
    chosen = words.parse_args()
    visit(chosen.times)


if __name__ == "__main__":
    main()
