"""Lists of arrays that are put in order, items of tuples, and arrays that one path alone makes."""

from __future__ import annotations

import pytest
from mixed import check
from mixed.writing import HEAD

CHANGED = {
    "sort": "rows.sort(key=lambda r: r[0])\n    best = rows[0]",
    "sort backward": "rows.sort(key=lambda r: r[1], reverse=True)\n    best = rows[-1]",
    "sorted": "rows = sorted(rows, key=lambda r: r[0])\n    best = rows[1]",
    "another list": "best = sorted(rows, key=np.sum)[0]",
    "min": "best = min(rows, key=lambda r: r[0])",
    "max": "best = max(rows, key=np.sum)",
}
MADE = {
    "display": "[u * x, u + x, u - x]", "two names": "[u, w, u * x]", "copies": "[u.copy(), w * x]",
}  # fmt: skip


@pytest.mark.parametrize("order", CHANGED)
@pytest.mark.parametrize("made", MADE)
def test_what_is_put_in_order_is_changed_in_place(made, order):
    body = f"    w = np.cos(u)\n    rows = {MADE[made]}\n    {CHANGED[order]}\n    best *= x\n"
    body += "    best[1] += rows[0][2]\n"
    text = f"{HEAD}\n\ndef f(x, u):\n{body}    return sum(rows) * rows[1] + u * w * best\n"
    for number in (0, 3, 6):
        assert check.outcome(text, number).word == "right"


AUGMENTED = {
    "display": "t = ([1.0], x)\n    t[0] += [x]\n    return sum(t[0])",
    "of lists": "t = tuple([r] for r in u)\n    t[0] += [x]\n    return sum(t[0])",
    "by number": "t = ([1.0], [x])\n    for i in (0, 1):\n        t[i] *= 2\n    return sum(t[0])",
    "in a dictionary": "d = {'a': ([1.0], x)}\n    d['a'][0] += [x]\n    return sum(d['a'][0])",
    "of an array": "t = (u * 2.0, x)\n    t[0] += x\n    return t[0]",
}


@pytest.mark.parametrize("name", AUGMENTED)
def test_an_item_of_a_tuple_is_not_assigned(name):
    """Python extends the list, and then raises."""
    text = f"{HEAD}\n\ndef f(x, u):\n    {AUGMENTED[name]}\n"
    found = check.outcome(text)
    assert found.word == "refused" and found.code == "ADC309"


ON_ONE_PATH = f"""{HEAD}

def f(x, u):
    v = x * u[:3]
    rows = [u[1:] * x, v]
    held = list(rows)
    rows[0.5 > 0.1] *= 1.5
    if np.sum(v) > {{}}:
        pass
    else:
        held.extend([x * u[:3]])
    return sum(r[1] * r[2] for r in held)
"""


@pytest.mark.parametrize("bound", [-100.0, 100.0])
def test_an_array_that_one_path_alone_makes(bound):
    """The zeros on the other path are not like what is not there."""
    for number in (0, 3):
        assert check.outcome(ON_ONE_PATH.format(bound), number).word == "right"
