"""What the walk over every address needs of grants: one thing of each, in the reach of its owner alone."""

import pytest

from kaogong.grants import queries
from kaogong.kernel.errors import NotFound
from tests.factories.claims import make_learner
from tests.factories.grants_things import grants_things
from tests.factories.institutions import make_institution
from tests.factories.people import an_actor

pytestmark = pytest.mark.django_db


def test_one_thing_of_each_is_its_owner_s_alone():
    school, learner = make_institution(), make_learner()
    things = grants_things(school, learner)
    own = an_actor("provider_clerk", organisation_id=school.pk)
    for name in ("grant", "drafted grant", "approved grant"):
        assert queries.grant(things[name]["pk"], by=own).institution_id == school.pk
        with pytest.raises(NotFound):
            queries.grant(things[name]["pk"], by=an_actor("provider_clerk"))
    himself = an_actor("learner", person_id=learner.pk)
    for name in ("own grant", "own draft", "own refused"):
        assert queries.grant(things[name]["pk"], by=himself).person_id == learner.pk
        with pytest.raises(NotFound):
            queries.grant(things[name]["pk"], by=own)
    assert queries.appeal(things["grant appeal"]["pk"], by=himself).grant_id == things["own refused"]["pk"]
