"""The tool that breaks the product: what it changes, and that it tells what no test noticed."""

from __future__ import annotations

import ast
import random

import pytest

from tests.tools import mutate


def changed(source: str, kind: str) -> str:
    """The source with the first change of this kind."""
    tree = ast.parse(source)
    node = next(node for node in ast.walk(tree) if kind in mutate.kinds_of(node))
    new = mutate._changed(node, kind, random.Random(1))
    return ast.unparse(ast.fix_missing_locations(mutate._Put(node, new).visit(tree)))


@pytest.mark.parametrize(
    ("source", "kind", "after"),
    [
        ("a < b", "comparison", "a <= b"),
        ("a in b", "comparison", "a not in b"),
        ("a and b", "and/or", "a or b"),
        ("not a", "negation", "a"),
        ("if a:\n    b", "condition", "if not a:\n    b"),
        ("a = True", "constant", "a = False"),
        ("def f():\n    return a", "answer", "def f():\n    return None"),
        ("f(a)", "statement", "pass"),
        ("x = f(a, b)", "arguments", "x = f(b, a)"),
        ("x = (a, b)", "element", "x = (b,)"),
    ],
)
def test_a_change(source, kind, after):
    assert changed(source, kind) == after


@pytest.mark.parametrize(
    "source", ['log.info("a", b)', '_("a sentence")', '"""A docstring."""', "x = f(a, a)", "y = 1"]
)
def test_words_and_what_changes_nothing_are_left_out(source):
    assert [kind for node in ast.walk(ast.parse(source)) for kind in mutate.kinds_of(node)] == []


def test_a_seed_chooses_the_same_changes_again():
    lines = {str(number): ["a test"] for number in range(1, 400)}
    reached = {str(path.relative_to(mutate.ROOT)): lines for path in (mutate.ROOT / "portal").rglob("*.py")}
    first, second = (mutate.choose(reached, 5, random.Random(3)) for _turn in range(2))
    assert [(one.file, one.line, one.now) for one in first] == [
        (one.file, one.line, one.now) for one in second
    ]
    assert len({(one.file, one.line) for one in first}) == 5


def test_a_change_that_a_test_notices_and_one_that_none_does(tmp_path):
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "sums.py").write_text("def half(n):\n    return n / 2\n")
    (tmp_path / "test_sums.py").write_text(
        "from portal.sums import half\ndef test_half():\n    assert half(4) == 2\ndef test_nothing():\n    half(4)\n"
    )
    mutant = mutate.Mutant("portal/sums.py", 2, "n / 2", "n / 3", "def half(n):\n    return n / 3\n")
    assert mutate.notices(mutant, ["test_sums.py::test_half"], tmp_path)
    assert not mutate.notices(mutant, ["test_sums.py::test_nothing"], tmp_path)
    assert "n / 2" in (tmp_path / "portal" / "sums.py").read_text()
