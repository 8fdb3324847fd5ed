"""What counts as equal, and that what is not cannot pass.

Run: python -m pytest training/tesserae_parity/tests
"""

import sys
from pathlib import Path
from xml.etree import ElementTree

TRAINING = Path(__file__).parents[2]
sys.path[:0] = [str(TRAINING), str(TRAINING / "fixtures")]

from tesserae_parity import questions, report  # noqa: E402
from tesserae_parity.report import Result, write_junit, write_page  # noqa: E402


def result(*answers):
    """A result of (wanted, got) pairs."""
    made = Result("llava", "small", "one process")
    for number, (wanted, got) in enumerate(answers):
        made.add(f"case {number}", (number,), wanted, got, [0.5] * len(wanted))
    made.judge()
    return made


def test_equal_tokens_are_whole():
    found = result(([1, 2, 3], [1, 2, 3]), ([4, 5], [4, 5]))
    assert found.whole and found.tokens_equal == found.tokens == 5 and "100 %" in found.row()


def test_one_other_token_fails_and_says_where():
    found = result(([1, 2, 3], [1, 2, 3]), ([4, 5, 6], [4, 9, 6]))
    assert not found.whole and found.tokens_equal == 4 and "1 of 3 tokens" in found.failures[0] and "5.0e-01" in found.failures[0]


def test_a_shorter_or_longer_answer_fails():
    assert not result(([1, 2, 3], [1, 2])).whole
    assert not result(([1, 2], [1, 2, 3])).whole


def test_nothing_asked_fails():
    assert not Result("llava", "small", "one process").whole


def test_a_model_that_always_says_the_same_fails():
    assert not result(*[([1, 2], [1, 2])] * 4).whole


def test_almost_whole_is_not_written_as_whole():
    found = result(*[([number, *range(2000)], [number, *range(2000)]) for number in range(1000, 1004)], ([1, 2], [1, 3]))
    assert "99.9 %" in found.row()


def test_a_partial_run_keeps_other_rows_and_drops_what_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "PAGE", tmp_path / "parity.md")
    order = [("idefics3", "small"), ("llava", "small")]
    first, second = result(([1], [1])), result(([1], [2]))
    other = Result("idefics3", "small", "one process", 3, 3, 9, 9, 0.1)
    write_page([first, other], order)
    write_page([second], order)
    rows = [line for line in report.PAGE.read_text().splitlines() if line.startswith("| ")][1:]
    assert rows == [other.row(), second.row()]
    write_page([second], order[1:])
    assert other.row() not in report.PAGE.read_text()


def test_junit_counts_failures(tmp_path):
    write_junit([result(([1], [1])), result(([1], [2]))], tmp_path / "parity.xml")
    suite = ElementTree.parse(tmp_path / "parity.xml").getroot()
    assert suite.attrib["tests"] == "2" and suite.attrib["failures"] == "1" and len(suite.findall("testcase/failure")) == 1


def test_twelve_pictures_alone_and_by_threes(tmp_path):
    names = questions.draw(tmp_path)
    cases = questions.conversations(names, "low")
    pictures = [sum(part["type"] == "image" for part in messages[0]["content"]) for messages in cases.values()]
    assert pictures.count(1) == 12 and pictures.count(3) == 4
    body = questions.request(cases[names[2]], tmp_path, 48)
    assert body["messages"][0]["content"][0]["image_url"]["detail"] == "low" and body["temperature"] == 0
