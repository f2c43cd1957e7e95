"""An item of a list that is held elsewhere too, and changed: differentiated rightly, or refused."""

from __future__ import annotations

import itertools
import linecache
import math

import numpy as np
import pytest

import adcompile as ad

X = 1.3
ITEMS = ("[x * i, x + i]", "np.array([x * i, x + i])")
HELD = {  # another way to the second item; what reads it there
    "path": ("held = rows[1]", "held"),
    "choice": ("held = rows[1] if x > 0 else rows[0]", "held"),
    "or_new": ("held = rows[1] if x > 0 else [x, x]", "held"),
    "or_none": ("held = rows[1] if x > 0 else None", "held"),
    "in_tuple": ("kept = []\n    kept.append((1, rows[1]))", "kept[0][1]"),
    "in_loop": (
        "kept = []\n    for i in range(2):\n        kept.append((i, rows[i]))", "kept[1][1]",
    ),
    "or_none_in_loop": (
        "kept = []\n    for i in range(2):\n        row = rows[i] if i else None\n"
        "        kept.append((i, row))\n        rows.append({item})", "kept[1][1]",
    ),
    "slice": ("kept = rows[1:]", "kept[0]"),
    "copy": ("kept = rows.copy()", "kept[1]"),
    "listed": ("kept = list(rows)", "kept[1]"),
    "comprehension": ("kept = [row for row in rows]", "kept[1]"),
    "joined": ("kept = rows + [{item}]", "kept[1]"),
    "repeated": ("kept = rows * 2", "kept[1]"),
    "extended": ("kept = []\n    kept.extend(rows)", "kept[1]"),
    "dictionary": ("kept = {i: row for i, row in enumerate(rows)}", "kept[1]"),
}  # fmt: skip
BETWEEN = ("", "rows.append({item})", "rows[0] = {item}", "rows.insert(2, {item})")
TAKEN = ("rows.pop(1)", "rows.pop()", "rows[1]", "rows[1] if x > 1 else rows[0]", "[*rows[1:2]][0]")
CHANGES = ("taken[0] = x ** 3", "taken.append(x * x)")
NUMBERS = itertools.count()


def text(item: str, held: str, between: str, taken: str, change: str) -> str:
    made, read = HELD[held]
    lines = (
        "rows = [{item} for i in range(int(x) + 2)]", "i = 1", made, between, f"taken = {taken}",
        change, f"total = {read}[0] * {read}[-1]",
        "return total + sum(row[0] * row[-1] for row in rows)",
    )  # fmt: skip
    body = "".join(f"    {line}\n" for line in lines if line)
    return "def program(x):\n" + body.replace("{item}", item)


PROGRAMS = [
    text(*parts)
    for parts in itertools.product(ITEMS, HELD, BETWEEN, TAKEN, CHANGES)
    if not (parts[0] == ITEMS[1] and (parts[-1] == CHANGES[1] or parts[1] == "or_new"))
]


@pytest.mark.parametrize("number", range(24))
def test_right_or_refused(number):
    right = 0
    for source in PROGRAMS[number::24]:
        name = f"<held {next(NUMBERS)}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        scope = {"np": np}
        exec(compile(source, name, "exec"), scope)
        program = scope["program"]
        try:
            value, bar = ad.value_and_grad(program)(X)
        except ad.RejectedError:
            continue
        step = 1e-4
        low, high = (program(X + sign * step) for sign in (-1, 1))
        assert math.isclose(value, program(X), rel_tol=1e-12), source
        assert math.isclose(bar, (high - low) / (2 * step), rel_tol=1e-6), source
        right += 1
    assert right
