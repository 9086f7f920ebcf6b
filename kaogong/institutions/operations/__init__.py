"""The only writes of institutions."""

from .contracting import (
    ContractDatesWrong,
    ContractNumberTaken,
    NotAProvider,
    ScopeEmpty,
    ScopeUnknown,
    draft_contract,
    end_contract,
    recognise_provider,
    resume_provider,
    suspend_provider,
)
from .facilities import (
    RoomHoldsNobody,
    RoomNameMissing,
    RoomNameTaken,
    SiteNameTaken,
    add_room,
    add_site,
)
from .registering import (
    AccountNumberWrong,
    CreditCodeTaken,
    InstitutionNameMissing,
    register_institution,
    set_institution_bank_account,
)
from .trainers import (
    TrainerTaken,
    add_trainer,
)

__all__ = [
    "AccountNumberWrong",
    "ContractDatesWrong",
    "ContractNumberTaken",
    "CreditCodeTaken",
    "InstitutionNameMissing",
    "NotAProvider",
    "RoomHoldsNobody",
    "RoomNameMissing",
    "RoomNameTaken",
    "ScopeEmpty",
    "ScopeUnknown",
    "SiteNameTaken",
    "TrainerTaken",
    "add_room",
    "add_site",
    "add_trainer",
    "draft_contract",
    "end_contract",
    "recognise_provider",
    "register_institution",
    "resume_provider",
    "set_institution_bank_account",
    "suspend_provider",
]
