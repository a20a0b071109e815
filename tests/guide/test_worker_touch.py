"""What the screen of the social worker sends, as touches; anything else is refused."""

import pytest

from kiosk.errors import BadInput
from kiosk.guide.correction import Wrong
from kiosk.guide.worker_touch import Doubt, Open, Report, Touch, Turn, Type, touch_of


@pytest.mark.parametrize(
    ("document", "touch"),
    [
        ({"do": "open"}, Open()),
        ({"do": "type", "text": "où dormir"}, Type("où dormir")),
        ({"do": "report", "field": "closed"}, Report(Wrong.CLOSED)),
        ({"do": "turn", "page": 2}, Turn(2)),
        ({"do": "wrong"}, Doubt()),
    ],
)
def test_an_intent_of_the_screen_is_a_touch(document: dict[str, object], touch: Touch) -> None:
    assert touch_of(document) == touch


@pytest.mark.parametrize(
    "document",
    [
        {}, {"do": "dance"}, {"do": "type"}, {"do": "type", "text": "secret " * 100}, {"do": "turn", "page": 0},
        {"do": "open", "more": "secret"}, {"do": "send", "number": ["secret"]}, {"do": "report", "field": "secret"},
    ],
)  # fmt: skip
def test_what_is_no_touch_is_refused_without_telling_what_was_typed(document: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="docs/ipc") as refused:
        touch_of(document)
    assert "secret" not in str(refused.value)
