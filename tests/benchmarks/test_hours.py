"""The figures of opening times: run to their end, and never a wrong answer among them."""

from pathlib import Path

from tests.benchmarks.test_benchmarks_run import ran


def test_texts_are_counted_and_no_answer_is_wrong(tmp_path: Path) -> None:
    found = ran(tmp_path, "benchmarks.hours", "--rounds", "1")
    assert {each["name"] for each in found["rows"]} == {
        "one text read",
        "open now, every week alike",
        "open now, out of season",
        "open now, day and night",
        "open now, asked before that day",
    }
    by_name = {each["texts"]: each for each in found["coverage"]}
    assert (by_name["all"]["n"], by_name["pairs of mednum-cli"]["n"]) == (422, 31)
    assert sum(each["wrong"] for each in found["coverage"]) == 0
