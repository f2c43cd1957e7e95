"""Two writes by which two items change places.

    a = x1[i]; b = x1[j]
    x2 = write(x1, b, i)
    x3 = write(x2, a, j)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcompile.trace.ir import Apply, Atom

INDEX = ("operator.add", "operator.sub", "operator.neg")
"""What may be computed for an index, rather than given a name, as often as it is read."""


def is_write(eqn: Apply) -> bool:
    return eqn.op == "mem.write" and len(eqn.args) == 3


def are_exchanged(first: Apply, second: Apply, makers: Mapping[Any, Apply]) -> bool:
    """Does the first write an item where the second writes, of before, what stood at its place?"""
    if not is_write(first) or not is_write(second) or second.args[0] is not first.out:
        return False
    one, other = makers.get(second.args[1]), makers.get(first.args[1])
    if one is None or other is None or not one.op == other.op == "mem.getitem":
        return False
    if not one.args[0] is other.args[0] is first.args[0]:
        return False
    places = ((one.args[1], first.args[2]), (other.args[1], second.args[2]))
    return all(is_same_index(*pair, makers) for pair in places)


def is_same_index(one: Atom, other: Atom, makers: Mapping[Any, Apply]) -> bool:
    """Are these the same index?"""
    first, second = makers.get(one), makers.get(other)
    if one == other or first is None or second is None:
        return one == other
    alike = first.op == second.op and first.op in INDEX
    return alike and all(is_same_index(*pair, makers) for pair in zip(first.args, second.args))
