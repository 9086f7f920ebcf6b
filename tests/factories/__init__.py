"""Makers of test things, one module per app; all go through the operations."""

from .institutions import COOK, make_contract, make_institution, make_site, make_trainer
from .notices import make_notice
from .people import REGION, a_new_person, an_actor, an_id_number, make_person

__all__ = [
    "COOK",
    "REGION",
    "a_new_person",
    "an_actor",
    "an_id_number",
    "make_contract",
    "make_institution",
    "make_notice",
    "make_person",
    "make_site",
    "make_trainer",
]
