"""Papers handed in with an account change or an appeal: kept as they came, every look of another told."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import record
from kaogong.training.operations.evidence import LARGEST_MB, readable_format

from .. import queries
from ..models import AccountChange, CasePaper, ClaimAppeal

MOST_PAPERS = 10

# A file as it comes: its name and its bytes.
Upload = tuple[str, bytes]


class CasePaperUnreadable(Refused):
    """文件“{filename}”不是PDF、JPEG或PNG，或超过{limit}MB。请转换或压缩后再上传。"""

    form_field = "papers"


class CasePapersTooMany(Refused):
    """一次最多上传{most}份材料。"""

    form_field = "papers"


def keep_papers(
    subject: AccountChange | ClaimAppeal, papers: Sequence[Upload], *, by: Actor, at: datetime
) -> list[CasePaper]:
    """Keep these files with what they were handed in for; the same file twice is one paper."""
    if len(papers) > MOST_PAPERS:
        raise CasePapersTooMany(most=MOST_PAPERS)
    owner = {"change": subject} if isinstance(subject, AccountChange) else {"appeal": subject}
    kept = []
    for filename, data in papers:
        filename = filename.replace("\\", "/").split("/")[-1].strip()[-200:] or "材料"
        found = readable_format(data)
        if found not in ("pdf", "jpeg", "png"):
            raise CasePaperUnreadable(filename=filename[:60], limit=LARGEST_MB)
        paper, is_new = CasePaper.objects.get_or_create(
            digest=hashlib.sha256(data).hexdigest(),
            **owner,
            defaults={
                "filename": filename,
                "format": found,
                "content": base64.b64encode(data).decode(),
                "added_at": at,
                "added_by": by.name,
            },
        )
        if is_new:
            kept.append(paper)
    return kept


def read_case_paper(paper_id: int, *, by: Actor, at: datetime) -> CasePaper:
    """One paper in reach with its content; a look of anybody but who handed it in is kept in the trail."""
    paper = queries.case_paper(paper_id, by=by)
    subject = paper.change or paper.appeal
    own = subject.person_id in by.person_ids or (
        by.organisation_id is not None and by.organisation_id == subject.institution_id
    )
    if not own:
        record(f"{type(subject).lifecycle.name}.paper_looked", subject, by=by, at=at, paper=paper.digest[:16])
    return paper
