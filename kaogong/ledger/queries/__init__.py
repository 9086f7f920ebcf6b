"""Reading the ledger. Every figure can be opened to the legs it is made of."""

from kaogong.ledger.states import SOURCE_LEVELS, STATES

from .chain import (
    GENESIS,
    ChainFault,
    chain_faults,
    chain_lines,
    entries_between,
    faults_of_lines,
    rows_between,
    sealed,
    seals,
)
from .checking import Difference, recount
from .export import DayOfBooks, beancount_text, books_of_day, hledger_text
from .past import (
    account_closings,
    accounts_that_differ,
    balances_under,
    closings,
    dated_balances,
    end_of,
    entries_dated,
    last_closing,
    last_day,
    recorded_balances,
    trial_balance_dated,
    trial_balance_recorded,
)
from .second_opinions import Opinion, second_opinions
from .standing import (
    TrialRow,
    accounts,
    balances,
    budget_changes,
    entry_by_key,
    journal,
    standing,
    trial_balance,
)

__all__ = [
    "GENESIS",
    "SOURCE_LEVELS",
    "STATES",
    "ChainFault",
    "DayOfBooks",
    "Difference",
    "Opinion",
    "TrialRow",
    "account_closings",
    "accounts",
    "accounts_that_differ",
    "balances",
    "balances_under",
    "beancount_text",
    "books_of_day",
    "budget_changes",
    "chain_faults",
    "chain_lines",
    "closings",
    "dated_balances",
    "end_of",
    "entries_between",
    "entries_dated",
    "entry_by_key",
    "faults_of_lines",
    "hledger_text",
    "journal",
    "last_closing",
    "last_day",
    "recorded_balances",
    "recount",
    "rows_between",
    "sealed",
    "seals",
    "second_opinions",
    "standing",
    "trial_balance",
    "trial_balance_dated",
    "trial_balance_recorded",
]
