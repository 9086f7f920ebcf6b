"""Institutions, their contracts, sites, rooms and trainers."""

from .contract import Contract, ContractScope, Suspension
from .facilities import Room, Site
from .institution import BANK_ACCOUNT, Institution
from .trainer import TRAINER_ID_NUMBER, Trainer

__all__ = [
    "BANK_ACCOUNT",
    "TRAINER_ID_NUMBER",
    "Contract",
    "ContractScope",
    "Institution",
    "Room",
    "Site",
    "Suspension",
    "Trainer",
]
