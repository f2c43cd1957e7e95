"""The Python name of every variable.

The user's names are kept; what has none is v1, v2, ... in the order of its first appearance.  Two
webs may have the same name where they are never alive at once.  Where they are, the later one is
numbered: `x_bar_1`.
"""

from __future__ import annotations

import ast
import keyword
from bisect import insort
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from adcompile.emit.nested import Nesting
from adcompile.emit.ranges import Ranges, ranges
from adcompile.emit.recompute import first_result
from adcompile.emit.undefined import stored
from adcompile.emit.webs import Spans, Web, Webs, handed_out
from adcompile.syntax import children
from adcompile.trace.ir import Apply, Node, Trace, Tree, Var, bound, leaves, walk
from adcompile.trace.paths import parts

EMITTED = (
    "range",
    "len",
    "reversed",
    "list",
    "tuple",
    "dict",
    "set",
    "slice",
    "zip",
    "enumerate",
    "type",
    "bool",
    "_",
)

PLACEHOLDER = "?"
VALUE = "value"


@dataclass(slots=True)
class Numbers:
    """The numbers behind a name: those that are taken, with where that ends, and those to ask."""

    taken: list[tuple[int, int]] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    last: int = 0


class Names:
    """`names[var]` for each variable that is not nested; `ranges` are the live ranges behind it."""

    def __init__(self, trace: Trace, nesting: Nesting, reserved: Iterable[str]) -> None:
        roots = handed_out(trace, nesting)
        self.ranges: Ranges = ranges(trace, nesting, roots)  # type: ignore[arg-type]
        self.paths = dict(_paths(trace))
        self.webs = Webs(trace, self.ranges, nesting, self.paths, roots)
        self.reserved = {*reserved, *EMITTED, *keyword.kwlist, *_builtins(trace)}
        self.reserved.update(p.name for p in trace.params if not is_own(p.tree, p.place))
        self.taken: dict[str, Spans] = {}
        self.numbers: dict[str, Numbers] = {}
        self.names: dict[Var, str] = {}
        value = first_result(trace)
        web = self.webs.webs.get(value) if isinstance(value, Var) else None
        if web is not None and not web.name:
            web.name = VALUE
        self._assign(trace, self._popped(trace))
        self.stored, self.unassigned, self.missing = stored(trace, self.names)

    def __getitem__(self, var: Var) -> str:
        return self.names[var]

    def read(self, var: Var) -> bool:
        """Is this variable, or one of its web, read at all?"""
        if len(self.webs.webs[var].members) > 1:
            return True
        return any(end > start for start, end in self.ranges.spans.get(var, ()))

    def _assign(self, trace: Trace, hints: Mapping[Var, Var]) -> None:
        order = dict.fromkeys(self.webs.webs.values())
        webs = sorted(order, key=lambda web: (not web.fixed, web.spans[0]))
        wanted, partners = self._wanted(trace), self._partners(trace, webs)
        later: dict[Web, None] = {}
        for count, web in enumerate(webs):
            if not web.name:
                self._hint(web, hints, f"{PLACEHOLDER}{count}")
            if (web in wanted or web in partners) and web.name.startswith(PLACEHOLDER):
                later[web] = None
            else:
                self._name(web, web.name)
        for web, name in wanted.items():  # where no other has the name
            if web in later and not self._is_taken(name, web):
                self._name(web, name)
                del later[web]
        for web in list(later):
            if web in later:
                self._name_after(web, later, partners)

    def _name_after(
        self, web: Web, later: dict[Web, None], partners: Mapping[Web, tuple[Web, str]]
    ) -> None:
        """Name a web after its partner, which is named first: v1_dot."""
        del later[web]
        name = web.name
        if web in partners:
            partner, ending = partners[web]
            if partner in later:
                self._name_after(partner, later, partners)
            after = self.names.get(partner.members[0], "") + ending
            if not after.startswith("_") and not self._is_taken(after, web):
                name = after
        self._name(web, name)

    def _partners(self, trace: Trace, webs: Iterable[Web]) -> dict[Web, tuple[Web, str]]:
        """The webs that are the tangent or adjoint of another one."""
        found: dict[Web, tuple[Web, str]] = {}
        for web in webs:
            for var in web.members:
                of, ending = trace.partners.get(var, (None, ""))
                partner = None if of is None else self.webs.webs.get(of)
                if partner is not None and partner is not web and web not in found:
                    found[web] = partner, ending
        return found

    def _wanted(self, trace: Trace) -> dict[Web, str]:
        """The names of results that have none of their own."""
        found: dict[Web, str] = {}
        for atom, name in zip(trace.body.results, trace.wanted):
            web = self.webs.webs.get(atom) if isinstance(atom, Var) else None
            if name and web is not None:
                found.setdefault(web, name)
        return found

    def _hint(self, web: Web, hints: Mapping[Var, Var], new: str) -> None:
        """What has no name is named after what it was, before it went on the tape."""
        web.name = new
        for var in web.members:
            name = self.names.get(hints[var]) if var in hints else None
            if name is not None and not self._is_taken(name, web):
                web.name = name

    def _name(self, web: Web, base: str) -> None:
        name = base
        if not web.fixed and self._is_taken(name, web):
            name = self._numbered(base, web)
        self.taken.setdefault(name, Spans()).add(web.spans)
        for var in web.members:
            self.names[var] = name

    def _numbered(self, base: str, web: Web) -> str:
        """The first of base_1, base_2, ... that is free; webs come in the order of their starts."""
        numbers = self.numbers.setdefault(base, Numbers())
        start = web.spans[0][0]
        while numbers.taken and numbers.taken[0][0] < start:
            insort(numbers.open, heappop(numbers.taken)[1])
        for number in list(numbers.open):
            name = f"{base}_{number}"
            if not self._is_taken(name, web):
                return name
            end = self.taken[name].until(start)
            if end is not None:
                numbers.open.remove(number)
                heappush(numbers.taken, (end, number))
        while True:
            numbers.last += 1
            name = f"{base}_{numbers.last}"
            if name not in self.reserved:
                numbers.open.append(numbers.last)
                if not self._is_taken(name, web):
                    return name

    def _popped(self, trace: Trace) -> dict[Var, Var]:
        """For each variable popped from a tape, the one that was pushed in its place."""
        pushes: dict[Web, list[Apply]] = {}
        pops: list[Apply] = []
        for eqn in walk(trace.body):
            if isinstance(eqn, Apply) and eqn.op == "mem.push" and eqn.out in self.webs.webs:
                pushes.setdefault(self.webs.webs[eqn.out], []).append(eqn)
            elif isinstance(eqn, Apply) and eqn.op == "mem.unpush":
                pops.append(eqn)
        result: dict[Var, Var] = {}
        for pop in pops:
            found = pushes.get(self.webs.webs[pop.outs[-1]], [])
            if len(found) == 1:
                pairs = zip(pop.outs[:-1], found[0].args[1:])
                result.update((out, arg) for out, arg in pairs if isinstance(arg, Var))
        return result

    def _is_taken(self, name: str, web: Web) -> bool:
        if name in self.reserved:
            return True
        return name in self.taken and self.taken[name].meets(web.spans)


def numbered(tree: ast.AST, taken: Collection[str]) -> None:
    """Turn the placeholders of a tree into v1, v2, ... in the order of the text."""
    names: dict[str, str] = {}
    heads = {name.partition("_")[0] for name in taken}
    count = 0
    stack = [tree]
    while stack:
        node = stack.pop()
        if not isinstance(node, ast.Name):
            stack += [] if isinstance(node, ast.Constant) else children(node)[::-1]
        elif node.id.startswith(PLACEHOLDER):
            head, ending = node.id.partition("_")[::2]
            if head not in names:
                count += 1
                while f"v{count}" in heads:
                    count += 1
                names[head] = f"v{count}"
            node.id = f"{names[head]}_{ending}" if ending else names[head]


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
        for item, below in parts(tree, text):
            _path(item, below, result)


def _builtins(trace: Trace) -> list[str]:
    eqns = (eqn for eqn in walk(trace.body) if isinstance(eqn, Apply))
    return [eqn.op.split(".")[1] for eqn in eqns if eqn.op.startswith("builtins.")]


def user_names(trace: Trace) -> dict[str, None]:
    """Every name that the trace's variables and parameters bring along."""
    names = dict.fromkeys(param.name for param in trace.params)
    for param in trace.params:
        names.update((leaf.name, None) for leaf in leaves(param.tree) if isinstance(leaf, Var))
    for eqn in walk(trace.body):
        for var in eqn.outs if isinstance(eqn, Apply) else (*bound(eqn), *eqn.outs):
            names[var.name] = None
    return names
