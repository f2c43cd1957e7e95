"""The Python name of every variable.

The user's names are kept; what has none is v1, v2, ... in the order of its first appearance.  Two
webs may have the same name where they are never alive at once.  Where they are, the later one is
numbered: `x_bar_1`.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping

from adcompile.emit.nested import Nesting
from adcompile.emit.ranges import Ranges, ranges
from adcompile.emit.webs import Spans, Web, Webs
from adcompile.trace.ir import Apply, Node, Trace, Tree, Var, leaves, walk

EMITTED = (
    "range",
    "len",
    "reversed",
    "list",
    "tuple",
    "dict",
    "slice",
    "zip",
    "enumerate",
    "type",
    "_",
)


class Names:
    """`names[var]` for each variable that is not nested; `ranges` are the live ranges behind it."""

    def __init__(self, trace: Trace, nesting: Nesting, reserved: Iterable[str]) -> None:
        self.ranges: Ranges = ranges(trace, nesting)
        self.paths = dict(_paths(trace))
        self.webs = Webs(trace, self.ranges, self.paths)
        self.reserved = {*reserved, *EMITTED, *keyword.kwlist, *_builtins(trace)}
        self.reserved.update(p.name for p in trace.params if not is_own(p.tree, p.place))
        self.taken: dict[str, Spans] = {}
        self.names: dict[Var, str] = {}
        self._assign(trace)

    def __getitem__(self, var: Var) -> str:
        return self.names[var]

    def read(self, var: Var) -> bool:
        """Is this variable, or one of its web, read at all?"""
        spans = self.ranges.spans.get(var, [])
        return any(end > start for start, end in spans) or len(self.webs.webs[var].members) > 1

    def _assign(self, trace: Trace) -> None:
        order: dict[Web, None] = {}
        for web in self.webs.webs.values():
            order[web] = None
        webs = sorted(order, key=lambda web: (not web.fixed, web.spans[0]))
        users = {web.name for web in webs} | self.reserved | {p.name for p in trace.params}
        count = 0
        for web in webs:
            if not web.name:
                count += 1
                while f"v{count}" in users:
                    count += 1
            self._name(web, web.name or f"v{count}")

    def _name(self, web: Web, base: str) -> None:
        name, number = base, 0
        while not web.fixed and self._is_taken(name, web):
            number += 1
            name = f"{base}_{number}"
        self.taken.setdefault(name, Spans()).add(web.spans)
        for var in web.members:
            self.names[var] = name

    def _is_taken(self, name: str, web: Web) -> bool:
        if name in self.reserved:
            return True
        return name in self.taken and self.taken[name].meets(web.spans)


def is_own(tree: Tree, place: str) -> bool:
    """May the function assign to the name of this parameter?"""
    return isinstance(tree, Var) and place != "global"


def _paths(trace: Trace) -> Mapping[Var, str]:
    """Leaves that are printed as a path, or as the name of a constant of the module."""
    result: dict[Var, str] = {}
    for param in trace.params:
        if not is_own(param.tree, param.place):
            _path(param.tree, param.name, result)
    return result


def _path(tree: Tree, text: str, result: dict[Var, str]) -> None:
    if isinstance(tree, Var):
        result[tree] = text
    elif isinstance(tree, Node):
        for key, item in zip(tree.keys, tree.items):
            _path(item, f"{text}.{key}" if tree.form == "record" else f"{text}[{key!r}]", result)


def _builtins(trace: Trace) -> list[str]:
    eqns = (eqn for eqn in walk(trace.body) if isinstance(eqn, Apply))
    return [eqn.op.split(".")[1] for eqn in eqns if eqn.op.startswith("builtins.")]


def user_names(trace: Trace) -> dict[str, None]:
    """Every name that the trace's variables and parameters bring along."""
    names = dict.fromkeys(param.name for param in trace.params)
    for param in trace.params:
        names.update((leaf.name, None) for leaf in leaves(param.tree) if isinstance(leaf, Var))
    for eqn in walk(trace.body):
        names.update((var.name, None) for var in eqn.outs)
    return names
