"""Destructive equations as the statements that change something in place.

x2 = write(x1, v, i)                 x[i] = v
x2 = accumulate(x1, neg(v), i)       x[i] -= v
t2 = push(t1, a, b)                  tape.append((a, b))
"""

from __future__ import annotations

import ast

from adcompile.emit.expressions import LOAD, STORE, Expressions, assign, call, name
from adcompile.emit.items import of_items
from adcompile.emit.naming import PLACEHOLDER
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit, Trace, Var

Statements = list[ast.stmt]


class Changes:
    """Writes destructive equations."""

    def __init__(self, expressions: Expressions, trace: Trace) -> None:
        self.expressions = expressions
        self.of_items = of_items(trace)
        self.names = expressions.names
        self.repeated = 0  # how many loops are around
        self.parts = 0

    def statements(self, eqn: Apply) -> Statements:
        """The change of the first operand, which has, or is given, the name of the result."""
        changed, operand = eqn.outs[-1], eqn.args[0]
        result: Statements = []
        if not (isinstance(operand, Var) and self.names.names.get(operand) == self.names[changed]):
            result.append(assign(self.target(changed), self.expressions.given(operand, changed)))
        return result + self.change(eqn, name(self.names[changed]))

    def target(self, var: Var) -> ast.expr:
        return ast.Name(self.names[var], STORE)

    def change(self, eqn: Apply, place: ast.Name) -> Statements:
        write, args = self.expressions, eqn.args
        own = write.dialect.change(write, eqn, place)
        if own is not None:
            return [own]
        match eqn.op:
            case "mem.write":
                made = write.dialect.output(write, eqn, place)
                if made is not None:
                    return [made]
                return [assign(self.element(place, eqn), write.atom(self.written(eqn)))]
            case "mem.accumulate":
                return self.accumulate(eqn, place)
            case "mem.scatter_add":
                return self.scatter(eqn, place)
            case "mem.exchange":
                return [self.exchange(eqn, place)]
            case "mem.append":
                kind = write.dialect.holding(write, eqn.out)
                item = kind.item if isinstance(kind, k.List) else None
                return [method(place, "append", write.dialect.entry(write, args[1], item))]
            case "mem.push":
                entry = self.entry(eqn)
                value = entry[0] if len(entry) == 1 else ast.Tuple(entry, LOAD)
                return [method(place, "append", value)]
        return self.pop(eqn, place)

    def exchange(self, eqn: Apply, place: ast.Name) -> ast.stmt:
        items = [[ast.Subscript(place, self.expressions.index(index), context)
                  for index in eqn.args[1:]] for context in (STORE, LOAD)]  # fmt: skip
        return assign(ast.Tuple(list(items[0]), STORE), ast.Tuple(list(items[1][::-1]), LOAD))

    def entry(self, eqn: Apply) -> list[ast.expr]:
        """What goes on a tape."""
        write = self.expressions
        kind = write.dialect.holding(write, eqn.out)
        items = kind.items if isinstance(kind, k.Tape) else ()
        kinds = items if len(items) == len(eqn.args) - 1 else (None,) * (len(eqn.args) - 1)
        return [write.dialect.entry(write, v, kind) for v, kind in zip(eqn.args[1:], kinds)]

    def pop(self, eqn: Apply, place: ast.expr) -> Statements:
        items = [self.target(v) if self.names.read(v) else name("_") for v in eqn.outs[:-1]]
        value = call(ast.Attribute(place, "pop", LOAD))
        if all(isinstance(item, ast.Name) and item.id == "_" for item in items):
            return [ast.Expr(value)]
        if len(items) == 1:
            return [assign(items[0], value)]
        return [assign(ast.Tuple(items, STORE), value)]

    def element(self, place: ast.Name, eqn: Apply) -> ast.Name | ast.Subscript:
        """place[i][j]..., by the path of a write."""
        result: ast.Name | ast.Subscript = place
        kind = self.expressions.kind(eqn.args[0])
        joins = inside = False
        for index in eqn.args[2:]:
            if inside and index == Lit(Ellipsis) and not self.expressions.dialect.ellipses:
                continue  # x[0, ...] may be a number
            inside = isinstance(kind, k.Array)
            if joins:
                result = self.expressions.joined(result, index)
            else:
                result = ast.Subscript(result, self.expressions.index(index), STORE)
            joins = isinstance(kind, k.Array) and self.expressions.is_int(index)
            kind = kind.item if isinstance(kind, (k.List, k.Dict)) else kind
        return result

    def written(self, eqn: Apply) -> Atom:
        """What is written: x[:] = np.asarray((a, b)) as x[:] = a, b."""
        value, write = eqn.args[1], self.expressions
        made = write.nesting.inside.get(value) if isinstance(value, Var) else None
        converted = isinstance(made, Apply) and made.op == "numpy.asarray" and len(made.args) == 1
        if not converted or not write.dialect.converts:
            return value
        assert isinstance(made, Apply)
        return made.args[0] if isinstance(write.kind(eqn.args[0]), k.Array) else value

    def accumulate(self, eqn: Apply, place: ast.Name) -> Statements:
        target: ast.Name | ast.Subscript = self.element(place, eqn)
        whole = self.expressions.kind(eqn.args[0])
        if eqn.args[2:] == (Lit(Ellipsis),) and isinstance(whole, k.Array) and whole.dims:
            target = ast.Name(place.id, STORE)
        elif isinstance(target, ast.Subscript) and not self.expressions.dialect.ellipses:
            target.slice = _without_ellipsis(target.slice)
        kind = self.added_kind(eqn)
        if isinstance(kind, (k.Scalar, k.Array)):
            op, value = self.signed(eqn.args[1])
            if eqn in self.expressions.written_out:
                if isinstance(target, ast.Name):
                    target = ast.Subscript(target, ast.Slice(), STORE)
                return [assign(target, ast.BinOp(target, op, value))]
            if self.repeated and self.expressions.dialect.views and self.is_view(eqn):
                self.parts += 1
                part = f"{PLACEHOLDER}part{self.parts}"
                target.ctx = LOAD
                view = assign(ast.Name(part, STORE), target)
                return [view, ast.AugAssign(ast.Name(part, STORE), op, value)]
            return [ast.AugAssign(target, op, value)]
        value = self.expressions.atom(eqn.args[1])
        if isinstance(kind, (k.List, k.Dict, k.Tuple)) or kind is None:
            helper = self.expressions.helpers.use("added")
            return [assign(target, call(name(helper), target, value))]
        return [assign(target, ast.BinOp(target, ast.Add(), value))]

    def is_view(self, eqn: Apply) -> bool:
        """Is it a part of an array that is added to, by numbers and slices, and not a number?"""
        write, kind = self.expressions, self.expressions.kind(eqn.args[0])
        if len(eqn.args) != 3 or not isinstance(kind, k.Array) or kind.dims is None:
            return False
        where = write.kind(eqn.args[2])
        items = where.items if isinstance(where, k.Tuple) else (where,)
        plain = all(isinstance(item, (k.Scalar, k.Slice)) for item in items)
        numbers = sum(isinstance(item, k.Scalar) for item in items)
        return plain and len(items) <= len(kind.dims) and numbers < len(kind.dims)

    def added_kind(self, eqn: Apply) -> k.Kind | None:
        """The kind of what is added to: Scalar and Array may be added to by +=."""
        kind = self.expressions.kind(eqn.args[0])
        if len(eqn.args) == 2:
            return kind
        for _ in eqn.args[2:-1]:
            kind = kind.item if isinstance(kind, (k.List, k.Dict)) else kind
        if isinstance(kind, (k.List, k.Dict)):
            if isinstance(self.expressions.kind(eqn.args[-1]), k.Slice):
                return kind
            item = kind.item
            if isinstance(item, k.Any_) and eqn.args[1] in self.of_items:
                return None
            return k.ANY if isinstance(item, k.Array) else item
        if isinstance(kind, k.Any_) and isinstance(self.expressions.kind(eqn.args[-1]), k.Slice):
            return None  # of a list that would insert
        if isinstance(kind, k.Any_) and eqn.args[1] in self.of_items:
            return None
        return kind if isinstance(kind, k.Array) else k.Array(None)

    def may_be_item(self, eqn: Apply) -> bool:
        """May it be an item of a list that is added to?"""
        kinds = map(self.expressions.kind, (eqn.args[0], eqn.args[2]))
        return all(isinstance(kind, k.Any_) for kind in kinds)

    def signed(self, value: Atom) -> tuple[ast.operator, ast.expr]:
        """+= value, or -= operand where the value is a nested negation."""
        eqn = self.expressions.nesting.inside.get(value) if isinstance(value, Var) else None
        if isinstance(eqn, Apply) and eqn.op == "operator.neg":
            return ast.Sub(), self.expressions.atom(eqn.args[0])
        return ast.Add(), self.expressions.atom(value)

    def scatter(self, eqn: Apply, place: ast.Name) -> Statements:
        if not isinstance(self.expressions.kind(eqn.args[0]), (k.Array, k.Any_)):
            return self.accumulate(eqn, place)
        write = self.expressions
        if "add_at" in write.dialect.called and self.may_be_item(eqn):
            helper = name(write.helpers.use("add_at"))
            return [ast.Expr(call(helper, place, *write.atoms((eqn.args[2], eqn.args[1]))))]
        op, value = self.signed(eqn.args[1])
        index = write.dialect.index(write, eqn.args[2]) or write.atom(eqn.args[2])
        return [ast.Expr(write.dialect.scattered(write, place, index, op, value))]


def _without_ellipsis(index: ast.expr) -> ast.expr:
    """What means all of an array, written as a slice."""
    return ast.Slice() if isinstance(index, ast.Constant) and index.value is Ellipsis else index


def method(place: ast.expr, attribute: str, *args: ast.expr) -> ast.stmt:
    return ast.Expr(call(ast.Attribute(place, attribute, LOAD), *args))
