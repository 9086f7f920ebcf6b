"""What enterprises and learners ask for, what is short, what is paid."""

from .majors import SchoolMajor
from .market import MarketBulletin, MarketCell, MarketSeekers
from .shortage import (
    LIST_KINDS,
    ShortageLevel,
    ShortageList,
    ShortageListItem,
    ShortageRow,
    ShortageRun,
)
from .surveys import PAY_FORMS, ROUND_KINDS, SEQUENCES, DemandReply, DemandRound, PostLine, WageLine
from .talents import IntroducedTalent, TalentAffirmation
from .vacancies import TrainingWish, Vacancy, VacancyList
from .wages import WageGuide, WageGuideCell, WageGuideForm

__all__ = [
    "LIST_KINDS",
    "PAY_FORMS",
    "ROUND_KINDS",
    "SEQUENCES",
    "DemandReply",
    "DemandRound",
    "IntroducedTalent",
    "MarketBulletin",
    "MarketCell",
    "MarketSeekers",
    "PostLine",
    "SchoolMajor",
    "ShortageLevel",
    "ShortageList",
    "ShortageListItem",
    "ShortageRow",
    "ShortageRun",
    "TalentAffirmation",
    "TrainingWish",
    "Vacancy",
    "VacancyList",
    "WageGuide",
    "WageGuideCell",
    "WageGuideForm",
    "WageLine",
]
