"""What a form says of a value out of bounds, in plain words and in either language."""

import pytest
from django import forms
from django.utils.translation import override


class Asked(forms.Form):
    post = forms.CharField(max_length=3)
    people = forms.IntegerField(min_value=0, max_value=9)


@pytest.mark.parametrize(
    ("post", "people", "chinese", "english"),
    [
        ("", "1", "请填写这一项。", "Fill this in."),
        ("焊接工长", "1", "最多 3 个字，现在是 4 个字。", "At most 3 characters; there are 4."),
        ("焊工", "10", "不能大于 9。", "Not more than 9."),
        ("焊工", "-1", "不能小于 0。", "Not less than 0."),
        ("焊工", "若干", "请填写整数。", "Fill in a whole number."),
    ],
)
def test_a_value_out_of_bounds_is_told_plainly(post, people, chinese, english):
    for language, words in (("zh-hans", chinese), ("en", english)):
        with override(language):
            told = Asked({"post": post, "people": people}).errors
            assert [str(one) for said in told.values() for one in said] == [words]
