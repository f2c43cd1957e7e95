"""Lists as values: what + and * mean for them, and how their adjoints are added.

    lists.concat(x, y)    the list x + y
    lists.repeat(x, n)    the list x * n
    lists.fold(x, m)      the list of m items whose i-th is x[i] + x[i + m] + ...
    lists.add(x, y)       the list of x[i] + y[i]
    lists.span(a, b, c)   len(range(a, b, c))
    lists.positions(x, i) range(len(x))[i] for a slice i
    lists.keys(x)         the keys of a dictionary
    lists.formed(x, f)    the list x, its items and their items, as the tuples that they stand for:
                          "t" is a tuple, "lt" a list of tuples; or f is a value that has tuples
                          where they shall be
    lists.opened(x, f)    such a tuple, or list, as lists again
"""

from __future__ import annotations

from adcompile.rules.build import Builder
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.table import constant, linear
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

ITEM_BY_ITEM = ("lists.add", "lists.formed", "lists.opened")  # nothing is broadcast
TO_FILL = Lit("to fill")  # zeros with lists for tuples, to add to
TO_ADD = Lit("to add")  # zeros to add to, for no tuple
OF_NUMBERS = Lit("of numbers")  # zeros for the integers in tuples, too


def add_rows() -> None:
    linear("z = lists.concat(x, y)", "z_bar[:len(x)]", "z_bar[len(x):]", kind=_concat)
    linear("z = lists.repeat(x, n)", "lists.fold(z_bar, len(x))", None, kind=_same)
    linear("y = lists.fold(x, m)", "lists.repeat(y_bar, len(x) // m)", None, kind=_same)
    linear("z = lists.add(x, y)", _share("x"), _share("y"), kind=_same)
    linear("y = lists.formed(x, f)", _unformed, None, kind=_same)
    linear("y = lists.opened(x, f)", "lists.formed(y_bar, f)", None, kind=_same)
    constant("n = lists.span(start, stop, step)", kind=_span)
    constant("p = lists.positions(x, i)", kind=_positions)
    constant("k = lists.keys(x)", kind=_keys)


def _share(operand: str) -> CallableColumn:
    """The adjoint of a sum: as a list for a list, where it may be something else."""

    def column(build: Builder, names: Names) -> Atom:
        kind, bar = build.kind(names[operand]), names["z_bar"]
        if not isinstance(kind, k.List) or isinstance(build.kind(bar), k.List):
            return bar
        formed = build.apply("lists.formed", bar, names[operand])
        build.kinds[formed] = kind
        return formed

    return column


def _unformed(build: Builder, names: Names) -> Atom:
    """The adjoint in the form of what was given another one; of a list, as a list."""
    form = names["f"]
    if isinstance(form, Lit) or isinstance(build.kind(names["x"]), (k.List, k.Dict)):
        return build.apply("lists.opened", names["y_bar"], form)
    return build.apply("lists.formed", names["y_bar"], names["x"])


def may_hold_tuples(kind: k.Kind | None) -> bool:
    """Is it, or are its items, of a kind that nobody knows, which may be a tuple?"""
    while isinstance(kind, (k.List, k.Dict)):
        if isinstance(kind, k.List) and kind.frozen:
            return False
        kind = kind.item
    return isinstance(kind, k.Any_)


def holds_integers(kind: k.Kind | None) -> bool:
    """Are there integers in the tuples that it holds?"""
    match kind:
        case k.List(item) | k.Dict(item):
            return holds_integers(item)
        case k.Tuple(items):
            return any(k.dtype_of(i) in ("int", "bool") or holds_integers(i) for i in items)
    return False


def _concat(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    first, second = (kind.item if isinstance(kind, k.List) else None for kind in kinds)
    frozen = all(isinstance(kind, k.List) and kind.frozen for kind in kinds)
    return k.List(k.join(first, second) if first or second else None, frozen)


def _same(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    return kinds[0]


def _positions(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    return k.List(k.INT)


def _span(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    return k.INT


def _keys(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    numbered = isinstance(kinds[0], k.Dict) and kinds[0].numbered
    return k.List(k.INT if numbered else k.STRING)
