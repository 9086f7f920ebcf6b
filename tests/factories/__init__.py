"""Makers of test things, one module per app; all go through the operations."""

from .assessment import make_exam
from .certificates import a_new_certificate, make_certificate, make_outside_certificate
from .funds import make_batch, make_fund, make_order, make_payments, make_reservation
from .institutions import COOK, make_contract, make_institution, make_site, make_trainer
from .ledger import make_budget
from .notices import make_notice
from .people import REGION, a_new_person, an_actor, an_id_number, make_person
from .training import a_day_at, a_new_class, a_roster, a_timetable, attend_all, enrol, make_class, roster_rows

__all__ = [
    "COOK",
    "REGION",
    "a_day_at",
    "a_new_certificate",
    "a_new_class",
    "a_new_person",
    "a_roster",
    "a_timetable",
    "an_actor",
    "an_id_number",
    "attend_all",
    "enrol",
    "make_batch",
    "make_budget",
    "make_certificate",
    "make_class",
    "make_contract",
    "make_exam",
    "make_fund",
    "make_institution",
    "make_notice",
    "make_order",
    "make_outside_certificate",
    "make_payments",
    "make_person",
    "make_reservation",
    "make_site",
    "make_trainer",
    "roster_rows",
]
