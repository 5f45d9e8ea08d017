"""``make mutate``: break the product in small ways and see whether the tests notice.

A seeded choice of mutants (a comparison turned round, a boundary moved, a negation dropped, a statement or an element
removed, a constant changed, an answer made false, two arguments swapped) is tried one by one, two at a time, each in a
copy of the tree, with the tests that reach the changed line. What no test notices is printed with file, line and change.

    python -m tests.tools.mutate --seed 7 --count 30 --minutes 10

The map from lines to tests is made once (coverage with a context per test) and kept in ``.mutate/`` until the tests or the
product change a lot: ``--map`` makes it anew. Texts, log lines and docstrings are left out: nobody tests words by breaking
them here.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".mutate"
LEFT_OUT = ("simulators", "cli", "samples.py")
"""What is no product for guests: pretend boxes, commands, samples."""
MOST_TESTS = 40
SLOW = ("tests/stories", "tests/tools", "tests/deploy")
COPIED = (
    "portal",
    "templates",
    "static",
    "translations",
    "tests",
    "setup.cfg",
    "pyproject.toml",
    "wsgi.py",
    "README.md",
)
NOT_COPIED = shutil.ignore_patterns("__pycache__", ".*")
FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
WORDS = frozenset(
    {"_", "_l", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext", "info", "warning", "error", "debug"}
)
"""Calls whose arguments are texts for people."""


@dataclass(frozen=True)
class Mutant:
    """One change: where, what it was, what it is, and the whole changed file."""

    file: str
    line: int
    was: str
    now: str
    text: str


# Making mutants


def mutants_of(path: Path) -> Iterator[tuple[int, str]]:
    """(place among the nodes, kind) of every change that can be made in a file."""
    for number, node in enumerate(ast.walk(ast.parse(path.read_text(encoding="utf-8")))):
        yield from ((number, kind) for kind in kinds_of(node))


def kinds_of(node: ast.AST) -> list[str]:
    """What can be changed about a node."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in FLIPPED:
            return ["comparison"]
        case ast.BoolOp():
            return ["and/or"]
        case ast.UnaryOp(op=ast.Not()):
            return ["negation"]
        case ast.If() | ast.IfExp():
            return ["condition"]
        case ast.Constant(value=value) if type(value) in (int, float) and value not in (0, 1):
            return ["constant"]
        case ast.Constant(value=bool()):
            return ["constant"]
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            return ["answer"]
        case ast.Expr(value=ast.Call(func=call)) if _name(call) not in WORDS:
            return ["statement"]
        case ast.Call(args=[one, two, *_]) if not isinstance(one, ast.Starred) and not isinstance(
            two, ast.Starred
        ):
            return ["arguments"] if _name(node.func) not in WORDS and ast.dump(one) != ast.dump(two) else []
        case (
            ast.Tuple(elts=[_, _, *_], ctx=ast.Load())
            | ast.List(elts=[_, _, *_], ctx=ast.Load())
            | ast.Set(elts=[_, _, *_])
        ):
            return ["element"]
    return []


def _name(call: ast.expr) -> str:
    return call.attr if isinstance(call, ast.Attribute) else call.id if isinstance(call, ast.Name) else ""


def mutated(path: Path, number: int, kind: str, dice: random.Random) -> Mutant:
    """A file with the node of this number changed."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    node = list(ast.walk(tree))[number]
    was = _one_line(ast.unparse(node))
    line = getattr(node, "lineno", 0)
    new = _changed(copy.deepcopy(node), kind, dice)
    tree = ast.fix_missing_locations(_Put(node, new).visit(tree))
    return Mutant(str(path.relative_to(ROOT)), line, was, _one_line(ast.unparse(new)), ast.unparse(tree))


def _changed(node: ast.AST, kind: str, dice: random.Random) -> ast.AST:
    match kind, node:
        case "comparison", ast.Compare():
            node.ops = [FLIPPED[type(node.ops[0])]()]
        case "and/or", ast.BoolOp():
            node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        case "negation", ast.UnaryOp():
            return node.operand
        case "condition", ast.If() | ast.IfExp():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case "constant", ast.Constant(value=bool(value)):
            return ast.Constant(not value)
        case "constant", ast.Constant():
            return ast.Constant(dice.choice([node.value + 1, node.value - 1, node.value * 10]))
        case "answer", ast.Return():
            node.value = ast.Constant(None)
        case "statement", ast.Expr():
            return ast.Pass()
        case "arguments", ast.Call():
            node.args[0], node.args[1] = node.args[1], node.args[0]
        case "element", ast.Tuple() | ast.List() | ast.Set():
            node.elts.pop(dice.randrange(len(node.elts)))
    return node


class _Put(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else super().generic_visit(node)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:110]


# Which tests reach a line


def make_map() -> dict[str, dict[str, list[str]]]:
    """Run the suite once under coverage; ``{file: {line: [test, …]}}``, the quickest tests first."""
    from coverage import CoverageData

    KEPT.mkdir(exist_ok=True)
    data = KEPT / "coverage"
    data.unlink(missing_ok=True)
    ignored = [f"--ignore={folder}" for folder in SLOW]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "tests.tools.reached",
            "--durations=0",
            "--durations-min=0",
            *ignored,
        ],
        cwd=ROOT,
        env={**os.environ, "MUTATE_COVERAGE": str(data)},
        stdout=(KEPT / "pytest.log").open("w"),
        check=False,
    )
    read = CoverageData(str(data))
    read.read()
    found: dict[str, dict[str, list[str]]] = {}
    for file in read.measured_files():
        by_line = read.contexts_by_lineno(file)
        name = str(Path(file).relative_to(ROOT))
        found[name] = {str(line): sorted(filter(None, tests)) for line, tests in by_line.items()}
    (KEPT / "map.json").write_text(json.dumps(found))
    return found


def the_map(anew: bool) -> dict[str, dict[str, list[str]]]:
    """The map that is kept, or a new one."""
    kept = KEPT / "map.json"
    if anew or not kept.exists():
        return make_map()
    loaded: dict[str, dict[str, list[str]]] = json.loads(kept.read_text())
    return loaded


def tests_of(mutant: Mutant, reached: dict[str, dict[str, list[str]]], dice: random.Random) -> list[str]:
    """Tests that reach the line, those named after the file first; a choice of them if there are many."""
    tests = reached.get(mutant.file, {}).get(str(mutant.line), [])
    near = [test for test in tests if Path(mutant.file).stem in test or Path(mutant.file).parent.name in test]
    far = [test for test in tests if test not in near]
    dice.shuffle(near)
    dice.shuffle(far)
    return (near + far)[:MOST_TESTS]


# Trying


def notices(mutant: Mutant, tests: list[str], folder: Path) -> bool:
    """Whether a test fails in a copy of the tree with this change in it."""
    target = folder / mutant.file
    good = target.read_text(encoding="utf-8")
    target.write_text(mutant.text, encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", *tests],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(good, encoding="utf-8")
    return done.returncode != 0


def choose(reached: dict[str, dict[str, list[str]]], count: int, dice: random.Random) -> list[Mutant]:
    """Mutants of lines that a test reaches, and of lines that none does: those survive by themselves."""
    places = [
        (path, number, kind)
        for path in sorted((ROOT / "portal").rglob("*.py"))
        if not any(part in LEFT_OUT for part in path.parts)
        for number, kind in mutants_of(path)
    ]
    dice.shuffle(places)
    found: list[Mutant] = []
    for path, number, kind in places:
        mutant = mutated(path, number, kind, dice)
        if mutant.was != mutant.now and str(mutant.line) in reached.get(mutant.file, {}):
            found.append(mutant)
        if len(found) == count:
            break
    return found


def main() -> int:
    """Try the mutants; the exit code is 1 when fewer than 95 % were noticed."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=30)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--map", action="store_true", help="make the map from lines to tests anew")
    given = options.parse_args()
    dice = random.Random(given.seed)
    reached = the_map(given.map)
    chosen = [(mutant, tests_of(mutant, reached, dice)) for mutant in choose(reached, given.count, dice)]
    ends = time.monotonic() + given.minutes * 60
    with tempfile.TemporaryDirectory() as kept, ThreadPoolExecutor(2) as pool:
        folders = [_copy(Path(kept) / name) for name in ("one", "two")]
        halves = [pool.submit(_try_all, chosen[half::2], folders[half], ends) for half in (0, 1)]
        tried = [row for half in halves for row in half.result()]
    survivors = [mutant for mutant, noticed in tried if not noticed]
    print(
        f"seed {given.seed}: {len(tried)} tried, {len(tried) - len(survivors)} noticed, {len(survivors)} not"
    )
    for mutant in sorted(survivors, key=lambda one: (one.file, one.line)):
        print(f"  {mutant.file}:{mutant.line}\n    was  {mutant.was}\n    now  {mutant.now}")
    return 1 if len(survivors) > len(tried) * 0.05 else 0


def _try_all(rows: list[tuple[Mutant, list[str]]], folder: Path, ends: float) -> list[tuple[Mutant, bool]]:
    tried = []
    for mutant, tests in rows:
        if time.monotonic() > ends:
            break
        tried.append((mutant, bool(tests) and notices(mutant, tests, folder)))
    return tried


def _copy(folder: Path) -> Path:
    folder.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=NOT_COPIED)
        elif (ROOT / name).exists():
            shutil.copy2(ROOT / name, folder / name)
    return folder


if __name__ == "__main__":
    sys.exit(main())
