"""What other systems send by themselves: a department's list, by POST with the token given to its system."""

from django import forms
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kaogong.departments import operations, queries
from kaogong.kernel.errors import NotPermitted, Refused
from kaogong.web.parts.forms import MoneyField, SheetField

from .throttle import too_many
from .wording import filled, told

TRIES, SECONDS = 60, 60


class DepartmentListForm(forms.Form):
    """One list about one period; the department and, unless said, the region are those of the token."""

    file = SheetField()
    from_on = forms.DateField()
    to_on = forms.DateField()
    region_code = forms.RegexField(r"^\d{6}$", required=False)
    stated_rows = forms.IntegerField(required=False, min_value=0)
    stated_yuan = MoneyField(required=False)
    replaces = forms.IntegerField(required=False)


@csrf_exempt  # no cookie is asked for or looked at: the token comes with each request
@require_POST
def receive_department_file(request: HttpRequest) -> JsonResponse:
    """Take one list in, check it and answer what is wrong with each row; accepting it is for a person."""
    if too_many(request, "exchange", most=TRIES, seconds=SECONDS):
        return _answer(429, error=gettext("请求太频繁，请一分钟后再试。"))
    try:
        by = operations.use_department_token(_token(request), at=request.at)
    except Refused as refusal:
        response = _answer(401, error=told(refusal))
        response["WWW-Authenticate"] = 'Bearer realm="kaogong"'
        return response
    form = DepartmentListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _answer(422, error=gettext("提交的内容不完整。"), fields=form.errors.get_json_data())
    given = form.cleaned_data
    try:
        file = operations.send_department_file(
            given["file"].read(),
            given["file"].name,
            department_code=by.department_code,
            region_code=given["region_code"] or by.region_code,
            from_on=given["from_on"],
            to_on=given["to_on"],
            stated_rows=given["stated_rows"],
            stated_fen=given["stated_yuan"],
            replaces_id=given["replaces"],
            by=by,
            at=request.at,
        )
    except NotPermitted as refusal:
        return _answer(403, error=told(refusal))
    except Refused as refusal:
        return _answer(422, error=told(refusal))
    return _answer(200, **_told(file, by))


def _told(file, by) -> dict:
    problems = [
        {
            "row": finding.row_number,
            "column": finding.column,
            "severity": finding.severity,
            "message": filled(finding.template, finding.facts),
        }
        for finding in (queries.file_problems(file.pk, by=by) if file.status == "checked" else [])
    ]
    return {
        "file": file.pk,
        "status": file.status,
        "columns_unsure": file.unsure,
        "rows": file.rows_total,
        "good": file.rows_good,
        "problem": file.rows_problem,
        "unmatched": file.rows_unmatched,
        "totals_differ": operations.differences(file),
        "problems": problems,
    }


def _token(request: HttpRequest) -> str:
    scheme, _, told_token = request.headers.get("Authorization", "").partition(" ")
    return told_token.strip() if scheme.lower() == "bearer" else ""


def _answer(code: int, /, **told_back) -> JsonResponse:
    return JsonResponse(told_back, status=code, json_dumps_params={"ensure_ascii": False})
