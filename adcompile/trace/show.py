"""The printed trace.

    trace f(x: float[x.0], n: int)
      for i in range(n) carry a.1 = (1.0, a.2) -> a.3:
        v1 = getitem(x, i)
        v2 = math.sin(v1)
        a.2 = mul(a.1, v2)
      return a.3

`operator.` and `mem.` are left out of the names of operations.  A name that several variables
have is numbered from zero; a variable without a name is v1, v2, ...  A loop with `exits` ends its
body by `break if ...`; a block of an If ends by `yield`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adcompile.trace.ir import (
    UNDEFINED,
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Node,
    Trace,
    Tree,
    Var,
    While,
    leaves,
)
from adcompile.trace.kinds import Kind, describe

INDENT = "  "
HIDDEN = ("operator.", "mem.")


def show(trace: Trace, locations: bool = False) -> str:
    """The trace as text; with `locations` each equation ends by the line it comes from."""
    printer = _Printer(names(trace), trace.kinds, locations)
    head = ", ".join(printer.parameter(p.name, p.tree, p.default) for p in trace.params)
    lines = [f"trace {trace.name}({head})", *printer.body(trace.body, 1)]
    lines.append(f"{INDENT}return {printer.result(trace.result)}")
    text = "\n".join(lines) + "\n"
    return "\n".join([text, *(show(callee, locations) for callee in trace.functions.values())])


def names(trace: Trace) -> dict[Var, str]:
    """A name for each variable of the trace, no two the same, in the order of the printed text."""
    order: dict[Var, None] = {}
    for param in trace.params:
        order.update((leaf, None) for leaf in leaves(param.tree) if isinstance(leaf, Var))
    order.update((var, None) for var in _definitions(trace.body))
    count: dict[str, int] = {}
    for var in order:
        count[var.name] = count.get(var.name, 0) + 1
    taken = {name for name, number in count.items() if number == 1}
    result: dict[Var, str] = {}
    following: dict[str, int] = {}
    for var in order:
        name = var.name
        if not name or count[name] > 1:
            name = _number(name, taken, following)
        result[var] = name
    return result


def _number(name: str, taken: set[str], following: dict[str, int]) -> str:
    while True:
        number = following.get(name, 0 if name else 1)
        following[name] = number + 1
        numbered = f"{name}.{number}" if name else f"v{number}"
        if numbered not in taken:
            taken.add(numbered)
            return numbered


def _definitions(block: Block) -> Iterator[Var]:
    for eqn in block.eqns:
        match eqn:
            case If():
                yield from _definitions(eqn.then)
                yield from _definitions(eqn.orelse)
            case For():
                yield eqn.index
                yield from eqn.params
                yield from _definitions(eqn.body)
            case While():
                yield from eqn.params
                yield from _definitions(eqn.cond)
                yield from _definitions(eqn.body)
        yield from eqn.outs


class _Printer:
    def __init__(self, names: dict[Var, str], kinds: Mapping[Var, Kind], locations: bool) -> None:
        self.names = names
        self.kinds = kinds
        self.locations = locations

    def parameter(self, name: str, tree: Tree, default: str | None) -> str:
        end = "" if default is None else f" = {default}"
        if isinstance(tree, Var):
            prefix = (
                self.names[tree] if self.names[tree] == name else f"{name} = {self.names[tree]}"
            )
            return f"{prefix}: {describe(self.kinds.get(tree))}{end}"
        return f"{name} = {self.tree(tree, kinds=True)}{end}"

    def result(self, tree: Tree) -> str:
        if isinstance(tree, Node) and tree.form == "tuple" and len(tree.items) > 1:
            return ", ".join(self.tree(item) for item in tree.items)
        return self.tree(tree)

    def tree(self, tree: Tree, kinds: bool = False) -> str:
        if not isinstance(tree, Node):
            end = f": {describe(self.kinds.get(tree))}" if kinds and isinstance(tree, Var) else ""
            return self.atom(tree) + end
        items = [self.tree(item, kinds) for item in tree.items]
        if tree.form == "dict":
            return "{" + ", ".join(f"{key!r}: {item}" for key, item in zip(tree.keys, items)) + "}"
        if tree.form == "record":
            fields = ", ".join(f"{key}={item}" for key, item in zip(tree.keys, items))
            return f"{tree.record}({fields})"
        if tree.form == "list":
            return f"[{', '.join(items)}]"
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"

    def atom(self, atom: Atom) -> str:
        if isinstance(atom, Lit):
            return "undefined" if atom.value is UNDEFINED else repr(atom.value)
        return self.names.get(atom) or f"<{atom.name or 'unbound'}>"

    def atoms(self, atoms: tuple[Atom, ...]) -> str:
        return ", ".join(self.atom(atom) for atom in atoms)

    def body(self, block: Block, depth: int) -> Iterator[str]:
        for eqn in block.eqns:
            yield from self.equation(eqn, depth)

    def equation(self, eqn: Equation, depth: int) -> Iterator[str]:
        head, *rest = self._lines(eqn, depth)
        place = f"  # line {eqn.loc.line}" if self.locations and eqn.loc is not None else ""
        yield INDENT * depth + head + place
        yield from rest

    def _lines(self, eqn: Equation, depth: int) -> Iterator[str]:
        pad = INDENT * (depth + 1)
        match eqn:
            case Apply():
                outs = f"{self.atoms(eqn.outs)} = " if eqn.outs else ""
                yield f"{outs}{_operation(eqn.op)}({self.atoms(eqn.args)})"
            case Call():
                outs = f"{self.atoms(eqn.outs)} = " if eqn.outs else ""
                yield f"{outs}call {eqn.function}({self.atoms(eqn.args)})"
            case If():
                what = f"try {' '.join(eqn.caught)}" if eqn.caught else f"if {self.atom(eqn.cond)}"
                yield f"{what}{self.outs(eqn.outs)}:"
                yield from self.side(eqn.then, depth + 1)
                yield f"{INDENT * depth}else:"
                yield from self.side(eqn.orelse, depth + 1)
            case For():
                yield f"for {self.atom(eqn.index)} in {self.range(eqn)}{self.carried(eqn)}:"
                yield from self.turn(eqn, depth + 1)
            case While():
                yield f"while{self.carried(eqn)}:"
                yield f"{pad}test:"
                yield from self.side(eqn.cond, depth + 2)
                yield from self.turn(eqn, depth + 1)

    def outs(self, outs: tuple[Var, ...]) -> str:
        return f" -> {self.atoms(outs)}" if outs else ""

    def side(self, block: Block, depth: int) -> Iterator[str]:
        yield from self.body(block, depth)
        yield f"{INDENT * depth}yield {self.atoms(block.results)}".rstrip()

    def turn(self, eqn: For | While, depth: int) -> Iterator[str]:
        yield from self.body(eqn.body, depth)
        if eqn.exits:
            yield f"{INDENT * depth}break if {self.atoms(eqn.body.results[-1:])}"
        elif not eqn.body.eqns:
            yield f"{INDENT * depth}pass"

    def range(self, eqn: For) -> str:
        bounds = (eqn.start, eqn.stop, eqn.step)
        if eqn.step == Lit(1):
            bounds = bounds[:2]  # type: ignore[assignment]
            if eqn.start == Lit(0):
                bounds = bounds[1:]  # type: ignore[assignment]
        text = f"range({self.atoms(bounds)})"
        return f"reversed({text})" if eqn.backward else text

    def carried(self, eqn: For | While) -> str:
        parts = [
            f"{self.atom(param)} = ({self.atom(init)}, {self.atom(result)}) -> {self.atom(out)}"
            for param, init, result, out in zip(eqn.params, eqn.inits, eqn.body.results, eqn.outs)
        ]
        asked = f", {eqn.pragma}" if eqn.pragma else ""
        return f"{asked} carry {', '.join(parts)}" if parts else asked


def _operation(op: str) -> str:
    for prefix in HIDDEN:
        if op.startswith(prefix):
            return op[len(prefix) :]
    return op
