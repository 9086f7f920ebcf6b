"""Deputies' proposals: registered, answered from sourced figures, signed by two people, issued as they went out."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, WrongState
from kaogong.kernel.period import Period
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import begin, move, record, require_may, require_move

from .. import queries
from ..models import Proposal, ReturnFile
from ..states import CATEGORIES, PROPOSAL, TEMPLATE_KINDS
from .refusals import (
    AnswerIssuedAlready,
    ContentDiffers,
    DaysBackwards,
    DueTooEarly,
    ProposalIncomplete,
    ProposalRegistered,
    TemplateMissing,
    TemplateNotDrawable,
)
from .returns import frozen_figures, worded
from .signing import require_first_signature, require_seen, send_back_signed, sign_first

TEXT_AT_MOST = 30_000
_KEPT = (
    "starts_on", "ends_on", "snapshot", "snapshot_digest", "as_of", "cells", "body", "document_number", "contact",
    "copies", "drafted_by", "content_digest",
)  # fmt: skip


@transaction.atomic
def register_proposal(
    *, category: str, session: str, number: str, deputies: str, subject: str, received_on: date, due_on: date,
    text: str = "", by: Actor, at: datetime,
) -> Proposal:  # fmt: skip
    """Write down a proposal handed to the bureau, and until when it must be answered."""
    require_may(by, Permission.REGISTER_PROPOSAL, "登记建议提案")
    if not by.region_code:
        raise NotFound()
    if category not in CATEGORIES:
        raise ProposalIncomplete(what="类别")
    told = {"会议": session, "编号": number, "代表或委员": deputies, "标题": subject}
    empty = [name for name, words in told.items() if not words.strip()]
    if empty:
        raise ProposalIncomplete(what="、".join(empty))
    if due_on < received_on:
        raise DueTooEarly(due_on=due_on.isoformat(), received_on=received_on.isoformat())
    try:
        with transaction.atomic():
            made = Proposal.objects.create(
                region_code=by.region_code, category=category, session=tidy(session)[:100],
                number=tidy(number)[:20], deputies=tidy(deputies)[:300], subject=tidy(subject)[:200],
                text=text.strip()[:TEXT_AT_MOST], received_on=received_on, due_on=due_on, registered_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise ProposalRegistered(session=session, number=number) from None
    begin(made, "registered", by=by, at=at, due_on=due_on.isoformat())
    return made


@transaction.atomic
def draft_answer(
    proposal_id: int, *, starts_on: date, ends_on: date, codes: Sequence[str] = (), by: Actor, at: datetime
) -> Proposal:
    """Assemble an answer: its frame, and a sentence for each indicator asked for, counted over these days.

    Asked again while it is a draft, the figures are counted anew, the text stays, and a number that no longer
    stands is flagged as typed by hand.
    """
    one = _to_change(proposal_id, "起草答复", by=by)
    if ends_on < starts_on:
        raise DaysBackwards(starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat())
    snapshot = frozen_figures(f"{one.session}第{one.number}号答复", by=by, at=at)
    one.starts_on, one.ends_on, one.drafted_by = starts_on, ends_on, by.name
    one.snapshot, one.snapshot_digest, one.as_of = snapshot.number, snapshot.digest, snapshot.as_of
    is_first = one.status == "registered"
    wanted = list(dict.fromkeys([*codes, *(cell["indicator"] for cell in one.cells)]))
    sentences = [sentence_of(code) for code in wanted]
    new = [sentence_of(code) for code in codes]
    frame = list(queries.opening_lines(one)) if is_first else [part["text"] for part in one.body]
    texts = [*frame[:2], *new, *frame[2:]] if is_first else [*frame, *new]
    one.cells = list(_counted(one, [*sentences, *texts], snapshot.number, by=by).values())
    one.body = _worded_body("\n".join(texts), one)
    _keep(one)
    if is_first:
        move(one, "draft", by=by, at=at, snapshot=one.snapshot, figures=len(one.cells))
    else:
        record("proposal.counted", one, by=by, at=at, snapshot=one.snapshot, figures=len(one.cells))
    return one


def sentence_of(code: str) -> str:
    """A sentence with an indicator's placeholder, its unit after it."""
    found = queries.unit_after(code)
    return (
        f"{{{{ 期间 }}}}，{{{{ 地区名称 }}}}{found.name}为{{{{ {code} | 本期{found.scale} }}}}{found.unit}。"
    )


def _counted(one: Proposal, texts: Sequence[str], snapshot: int, *, by: Actor) -> dict[str, dict[str, Any]]:
    period = Period.from_days(one.starts_on, one.ends_on)
    counting = queries.Counting(by, one.region_code, "stretch", period, snapshot)
    readable = [text for text in texts if not queries.problems_in([text])]
    return counting.gather(queries.asked_by(readable)).cells


def _worded_body(text: str, one: Proposal) -> list[dict[str, Any]]:
    return worded(text, one.body, queries.cells_of(one), queries.answer_facts(one), limit=TEXT_AT_MOST)


@transaction.atomic
def word_answer(
    proposal_id: int, text: str, *, document_number: str = "", contact: str = "", copies: str = "",
    by: Actor, at: datetime, seen: str = "",
) -> Proposal:  # fmt: skip
    """Keep the answer as written; a placeholder typed into it is counted from the answer's own snapshot.

    ``seen``, here and below: the digest of the content that lay before whoever acts; any other is refused.
    """
    one = _to_change(proposal_id, "修改答复", by=by)
    require_seen(one, seen, title=queries.answer_title(one))
    if one.snapshot is None:
        raise WrongState(state=PROPOSAL.label(one.status), label="修改答复")
    lines = text.splitlines()
    if not queries.problems_in(lines):
        more = _counted(one, lines, one.snapshot, by=by)
        one.cells = list((queries.cells_of(one) | more).values())
    one.document_number, one.contact, one.copies = (
        tidy(document_number)[:60], tidy(contact)[:100], tidy(copies)[:300],
    )  # fmt: skip
    one.body = _worded_body(text, one)
    _keep(one)
    record(
        "proposal.worded", one, by=by, at=at, by_hand=len(queries.typed_by_hand(one.body)),
        contradictions=len(queries.in_words(one.body)),
    )  # fmt: skip
    return one


def _to_change(proposal_id: int, label: str, *, by: Actor) -> Proposal:
    require_may(by, Permission.DRAFT_ANSWER, label)
    one = queries.proposal_for_update(proposal_id, by=by)
    if one.status not in ("registered", "drafted"):
        raise WrongState(state=PROPOSAL.label(one.status), label=label)
    return one


def _keep(one: Proposal) -> None:
    one.content_digest = queries.digest_of(queries.signed_answer(one))
    one.save(update_fields=list(_KEPT))


@transaction.atomic
def sign_answer(proposal_id: int, *, by: Actor, at: datetime, reason: str = "", seen: str = "") -> Proposal:
    """The first signature: the words and figures stand until the second or until it is sent back."""
    one = queries.proposal_for_update(proposal_id, by=by)
    require_first_signature(one, by=by, reason=reason)
    require_seen(one, seen, title=queries.answer_title(one))
    if not one.document_number or len(one.body) < 2:
        raise ProposalIncomplete(what="文号和正文")
    sign_first(one, by=by, at=at, reason=reason)
    return one


@transaction.atomic
def send_back_answer(proposal_id: int, *, by: Actor, at: datetime, reason: str) -> Proposal:
    """Give a signed answer back to be changed; its first signature falls."""
    one = queries.proposal_for_update(proposal_id, by=by)
    send_back_signed(one, by=by, at=at, reason=reason)
    return one


@transaction.atomic
def issue_answer(proposal_id: int, *, by: Actor, at: datetime, reason: str = "", seen: str = "") -> Proposal:
    """The second signature, by another person: the letter is drawn up as .docx and PDF and nothing changes again."""
    one = queries.proposal_for_update(proposal_id, by=by)
    step = PROPOSAL.move("issue")
    if one.status == "answered":
        require_may(by, step.may, str(step.label))
        raise AnswerIssuedAlready(
            name=one.issued_by, at=f"{timezone.localtime(one.issued_at):%Y-%m-%d %H:%M}"
        )
    require_move(one, step, PROPOSAL, by=by, reason=reason)
    require_seen(one, seen, title=queries.answer_title(one))
    if not queries.answer_is_as_signed(one):
        raise ContentDiffers(title=queries.answer_title(one))
    template = queries.template_in_use("proposal", "docx", one.region_code, timezone.localdate(at))
    if template is None:
        raise TemplateMissing(kind=TEMPLATE_KINDS["proposal"])
    _found, problems = queries.looked_through("proposal", "docx", template.content, template.filename)
    if problems:
        raise TemplateNotDrawable(template.filename, problems)
    one.issued_at, one.issued_by = at, by.name
    one.save(update_fields=["issued_at", "issued_by"])
    digests = {}
    for layout, content in (
        ("docx", queries.answer_docx(one, template)),
        ("pdf", queries.answer_pdf(one, at=at, is_issued=True)),
    ):
        digests[layout] = sha256(content).hexdigest()
        ReturnFile.objects.create(
            proposal=one, layout=layout, filename=f"{one.session}{queries.answer_title(one)}.{layout}",
            content=content, digest=digests[layout], made_at=at,
        )  # fmt: skip
    move(one, "issue", by=by, at=at, reason=reason, digest=one.content_digest, files=digests)
    return one
