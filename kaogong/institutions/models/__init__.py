"""Institutions: bodies, contracts, facilities, trainers, registers, recognition and evaluation."""

from .contract import Contract, ContractScope, Suspension
from .evaluation import SOURCES, Evaluation, EvaluationRound, GradeAppeal, Score
from .facilities import Equipment, Room, Site
from .institution import BANK_ACCOUNT, Institution
from .recognition import (
    VERDICTS,
    ApplicationCondition,
    ApplicationPaper,
    ApplicationScope,
    RecognitionApplication,
    SiteVisit,
)
from .registers import Brand, BrandMember, Pilot, Tender, TenderAward
from .trainer import TRAINER_ID_NUMBER, Trainer, TrainerDevelopment, TrainerQualification

__all__ = [
    "BANK_ACCOUNT",
    "SOURCES",
    "TRAINER_ID_NUMBER",
    "VERDICTS",
    "ApplicationCondition",
    "ApplicationPaper",
    "ApplicationScope",
    "Brand",
    "BrandMember",
    "Contract",
    "ContractScope",
    "Equipment",
    "Evaluation",
    "EvaluationRound",
    "GradeAppeal",
    "Institution",
    "Pilot",
    "RecognitionApplication",
    "Room",
    "Score",
    "Site",
    "SiteVisit",
    "Suspension",
    "Tender",
    "TenderAward",
    "Trainer",
    "TrainerDevelopment",
    "TrainerQualification",
]
