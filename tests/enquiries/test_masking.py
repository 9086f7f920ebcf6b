"""Numbers of people in a text are found however they are spaced, and nothing else is."""

import pytest

from kaogong.enquiries.queries import masked, numbers_typed


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("我的身份证是370299199003070018", ["id_number"]),
        ("身份证３７０２９９１９９００３０７００１Ｘ", ["id_number"]),
        ("370299 19900307 001X", ["id_number"]),
        ("旧号370299900307001", ["id_number"]),
        ("打13987650001找我", ["phone"]),
        ("139-8765-0001", ["phone"]),
        ("卡6222021234567890123", ["account"]),
        ("身份证370299199003070018，电话13987650001", ["id_number", "phone"]),
        ("2026年11月16日交了1200元，座机0532-85551234", []),
        ("证书编号Y0001370299202600012", []),
        ("统一信用代码91370299MA3ABCDE12", []),
        ("第139876500011期", []),
    ],
)
def test_numbers_typed_names_each_kind_once(text, kinds):
    assert numbers_typed(text) == kinds


def test_masked_keeps_head_and_tail_and_everything_else():
    text = "号370299 19900307 0018，电话139-8765-0001，交了1200元\n第二行"
    assert masked(text) == "号370*************18，电话139******01，交了1200元\n第二行"
    assert numbers_typed(masked(text)) == []
