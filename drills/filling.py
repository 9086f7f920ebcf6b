"""Fills the drill's installation: finished classes to claim, money to pay them from, people of each role.

Run as a program: ``python -m drills.filling FOLDER CLASSES``. Payments go to schools and, in every second class, to
learners too (their living allowance).
"""

import json
import sys
from pathlib import Path

import django

django.setup()

from drills.budgets import BUDGETS, LEARNERS  # noqa: E402
from tests.factories import an_actor, make_institution  # noqa: E402
from tests.factories.claims import PROGRAMME, make_certified_class, make_learner, make_money  # noqa: E402
from tests.factories.funds import make_fund  # noqa: E402

ROLES = {"bureau_clerk": 3, "reviewer": 3, "cashier": 4}


def told(actor) -> dict:
    """What another process needs to act as the same account."""
    return {
        "name": actor.name,
        "account_id": actor.account_id,
        "region_code": actor.region_code,
        "organisation_id": actor.organisation_id,
    }


def main(folder: Path, classes: int) -> None:
    make_money(**{source: of(classes) for source, of in BUDGETS.items()})
    make_fund(year=2027, district=0, city=0, shares={PROGRAMME: {"district": 600, "city": 400}})
    schools = [make_institution() for _ in range(4)]
    people = {role: [told(an_actor(role)) for _ in range(number)] for role, number in ROLES.items()}
    people["provider_clerk"] = [
        told(an_actor("provider_clerk", organisation_id=school.pk)) for school in schools for _ in range(2)
    ]
    serial = 0
    for n in range(classes):
        learners = []
        for _ in range(LEARNERS):
            serial += 1
            learners.append(make_learner(f"学员{chr(0x4E00 + serial)}", allowance=n % 2 == 0))
        make_certified_class(learners, institution=schools[n % len(schools)])
    # One class the clients leave alone: at the end it goes all its way, whatever became of the others.
    apart = make_certified_class([make_learner("学员末", allowance=True)], institution=schools[0])
    (folder / "people.json").write_text(json.dumps(people | {"apart": apart.pk}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
