"""What the statements of a file and its functions pass on: see frontend/flows.py."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from adcompile.frontend.flows import (
    ATTRIBUTE,
    COPY,
    COPY_OF_LIST,
    GIVEN,
    HOLDS,
    PART,
    RESULT,
    RETURNED,
    SAME,
    Flows,
    Held,
    Place,
    through,
)
from adcompile.frontend.handing import (
    CALLING,
    CHANGING,
    COPIES,
    IN_PLACE,
    ITEMS,
    KNOWN,
    PAIRED,
    RUNNING_TEXT,
    SHALLOW,
    VIEWS,
    defaults,
    is_list,
    is_slice,
    last_of,
    names_of,
    params_of,
    positional,
    read_inside,
)
from adcompile.syntax import FUNCTIONS, children

if TYPE_CHECKING:
    from adcompile.frontend.files import Module


WAYS = (
    (COPIES, COPY_OF_LIST), (VIEWS, SAME), (SHALLOW, COPY), (PAIRED, HOLDS), (ITEMS, PART),
)  # fmt: skip


class _Body:
    """The statements of a file, a class, a function or a comprehension, and its names."""

    def __init__(
        self, flows: Flows, module: Module, node: ast.AST | None, around: _Body | None
    ) -> None:
        self.flows = flows
        self.module = module
        self.node = node
        self.around = around
        self.names = names_of(node)
        self.times: dict[str, int] = {}
        self.shared = read_inside(node) if isinstance(node, FUNCTIONS) else {}
        inner = node is not None and not isinstance(node, FUNCTIONS)
        self.function: ast.AST | None = around.function if inner and around else node

    # -- names

    def binding(self, name: str) -> _Body | None:
        """The function, class or comprehension around, or this one, that binds a name."""
        body: _Body | None = self
        while body is not None:
            seen = body is self or not isinstance(body.node, ast.ClassDef)
            if seen and name in body.names:
                return body
            body = body.around
        return None

    def place(self, name: str) -> Place | None:
        """Where a name of the text is kept; None for what is no name of the user's."""
        body = self.binding(name)
        if body is None:
            return self.outside(name)
        if isinstance(body.node, ast.ClassDef):
            return (ATTRIBUTE, name)
        count = body.times.get(name)
        return (body.node, name if count is None else f"{name}#{count}")

    def outside(self, name: str) -> Place | None:
        """Where a name of the file is kept, wherever it was imported from."""
        found = self.flows.origin(self.module, name)
        return None if found is None else (found[0].file, found[1])

    def dotted(self, node: ast.expr) -> str:
        """A name of the file, or a.b.c of one, as text; nothing for what else it is."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        own = not isinstance(node, ast.Name) or self.binding(node.id) is not None
        return "" if own else ".".join([ast.unparse(node), *parts])

    def named(self, node: ast.expr) -> Any:
        """The class, or the function and its file, that an expression names; a pair of nothing for
        what is of a library; None for what may be anything.
        """
        body = self.binding(node.id) if isinstance(node, ast.Name) else None
        if body is not None and isinstance(node, ast.Name):
            return body.names[node.id]
        text = self.dotted(node)
        if not text:
            return None
        origin = self.flows.origin(self.module, text)
        if origin is None:
            return (None, None)
        module, name = origin
        if name in module.functions:
            return module.functions[name].node, module
        return module.classes.get(name)

    # -- what an expression holds

    def held(self, node: ast.AST | None) -> Held:
        """The places that a change of an expression's value changes."""
        match node:
            case ast.Name(id=name):
                place = self.place(name)
                return [] if place is None else [(place, SAME)]
            case ast.Attribute(value=base, attr=name):
                own: Held = [((ATTRIBUTE, name), SAME)]
                place = self.outside(text) if (text := self.dotted(node)) else None
                if place is not None and "." not in place[1]:  # module.NAME
                    own.append((place, SAME))
                return own + through(self.held(base), SAME if name in VIEWS else PART)
            case ast.Subscript(value=base, slice=index):
                return through(self.held(base), SAME if is_slice(index) else PART)
            case ast.IfExp(body=first, orelse=second):
                return self.held(first) + self.held(second)
            case ast.BoolOp(values=values):
                return [each for value in values for each in self.held(value)]
            case ast.NamedExpr(value=value) | ast.Starred(value=value) | ast.Await(value=value):
                return self.held(value)
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                return [h for item in items for h in self._item(item)]
            case ast.Dict(values=values):
                return [h for value in values for h in through(self.held(value), HOLDS)]
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return through(_Body(self.flows, self.module, node, self).held(node.elt), HOLDS)
            case ast.DictComp():
                return through(_Body(self.flows, self.module, node, self).held(node.value), HOLDS)
            case ast.BinOp(left=left, right=right) if is_list(left) or is_list(right):
                return through(self.held(left) + self.held(right), COPY)
            case ast.Call():
                return self._result(node)
        return []

    def _item(self, node: ast.expr) -> Held:
        if isinstance(node, ast.Starred):
            return through(self.held(node.value), COPY)
        return through(self.held(node), HOLDS)

    def _result(self, node: ast.Call) -> Held:
        """What the result of a call holds."""
        known, name = self.named(node.func), last_of(node.func)
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        everything = [each for arg in given for each in self.held(arg)]
        if isinstance(known, ast.ClassDef):
            return through(everything, HOLDS)
        if known is not None and known[0] is not None:
            return [((known[0], RETURNED), SAME)]
        returned: Held = []
        if known is None and isinstance(node.func, ast.Attribute):
            everything = self.held(node.func.value) + (everything if name in ITEMS else [])
            returned = [((f, RETURNED), SAME) for f in self.flows.methods.get(name, ())]
        if known is None and not returned and name not in KNOWN:
            returned = [(RESULT, SAME)]
        for names, way in WAYS:
            if name in names:
                return returned + through(everything, way)
        return returned

    def _given(self, function: Any, node: ast.Call, name: str) -> list[ast.expr]:
        """The arguments of a call that a parameter may stand for."""
        params = params_of(function)
        own = getattr(function, "name", "")
        first: list[ast.expr] = []
        if function in self.flows.methods.get(own, ()):
            plain = any(ast.unparse(d) == "staticmethod" for d in function.decorator_list)
            if isinstance(self.named(node.func), ast.ClassDef):
                first = [ast.Constant(None)]  # what is made by the call
            elif isinstance(node.func, ast.Attribute) and not plain:
                of_class = isinstance(self.named(node.func.value), ast.ClassDef)
                bound = any(ast.unparse(d) == "classmethod" for d in function.decorator_list)
                first = [] if of_class and not bound else [node.func.value]
        given = [*first, *node.args]
        named = [k.value for k in node.keywords if k.arg in (name, None)]
        place = params.index(name)
        if any(isinstance(arg, ast.Starred) for arg in given) or place >= positional(function):
            return [*given, *(k.value for k in node.keywords)]
        return [*given[place : place + 1], *named]

    # -- statements

    def run_function(self, statements: Iterable[ast.stmt]) -> None:
        """The statements of a function: a name that one of them binds anew is another one then."""
        for statement in statements:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            fresh = isinstance(target, ast.Name) and target.id not in self.shared
            if not (isinstance(statement, ast.Assign) and fresh and len(statement.targets) == 1):
                self.visit(statement)
            elif isinstance(target, ast.Name):
                self.visit(statement.value)
                held = self.held(statement.value)
                if target.id in self.names:
                    self.times[target.id] = self.times.get(target.id, 0) + 1
                self.assign(target, held)

    def run(self, statements: Iterable[ast.AST]) -> None:
        for statement in statements:
            self.visit(statement)

    def visit(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._define(node)
                return
            case ast.ClassDef():
                self.flows.add_methods(node)
                self.run([*node.decorator_list, *node.bases])
                _Body(self.flows, self.module, node, self).run(node.body)
                return
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                _Body(self.flows, self.module, node, self).comprehension(node)
                return
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self.bind(target, value)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self.bind(target, value)
            case ast.NamedExpr(target=target, value=value):
                self.bind(target, value)
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                self.assign(target, through(self.held(value), PART))
            case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
                self.assign(target, self.held(value))
            case ast.AugAssign(target=target):
                self.change(self.held(target))
            case ast.Return(value=value) | ast.YieldFrom(value=value):
                self.flows.edge((self.function, RETURNED), self.held(value))
            case ast.Yield(value=value):
                self.flows.edge((self.function, RETURNED), through(self.held(value), HOLDS))
            case ast.Subscript(value=base, ctx=ast.Store() | ast.Del()):
                self.change(self.held(base))
            case ast.Attribute(value=base, attr=name, ctx=ast.Store() | ast.Del()):
                self._set_attribute(base, name)
            case ast.Attribute(value=base, attr=name) if name in CHANGING:
                self.change(self.held(base))
            case ast.Name(ctx=ast.Load()) | ast.Attribute():
                self._hand_on(node)
            case ast.Call():
                self._call(node)
                self.run(child for child in children(node) if child is not node.func)
                if isinstance(node.func, ast.Attribute):
                    self.visit(node.func.value)
                    if node.func.attr in CHANGING and self.named(node.func) is None:
                        self.change(self.held(node.func.value))
                elif not isinstance(node.func, ast.Name):
                    self.visit(node.func)
                return
        self.run(children(node))

    def comprehension(self, node: Any) -> None:
        for part in node.generators:
            self.assign(part.target, through(self.held(part.iter), PART))
        self.run(children(node))

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        several = (ast.Tuple, ast.List)
        if isinstance(target, several) and isinstance(value, several):
            starred = any(isinstance(each, ast.Starred) for each in (*target.elts, *value.elts))
            if not starred and len(target.elts) == len(value.elts):
                for item, part in zip(target.elts, value.elts):
                    self.bind(item, part)
                return
        self.assign(target, self.held(value))

    def assign(self, target: ast.expr, held: Held) -> None:
        match target:
            case ast.Name(id=name):
                place = self.place(name)
                if place is not None:
                    self.flows.edge(place, held)
            case ast.Starred(value=inner):
                self.assign(inner, through(held, HOLDS))
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    self.assign(item, through(held, PART))
            case ast.Attribute(attr=name, value=base):
                self.flows.edge((ATTRIBUTE, name), held)
                self._contain(base, held)
            case ast.Subscript(value=base):
                self._contain(base, held)

    def _contain(self, base: ast.expr, held: Held) -> None:
        """base[i] = v: what changes an item of what base is part of, changes v."""
        for place, (least, more, lists) in self.held(base):
            inside = (max(least, 2) + more, -more - 1, lists)
            self.flows.edge(place, through(held, inside))

    def change(self, held: Held) -> None:
        method = getattr(self.function, "name", "")
        is_method = self.function in self.flows.methods.get(method, ())
        first = params_of(self.function)[:1] if is_method and self.function else []
        for place, (least, more, _) in held:
            if least <= 1:
                own = place[0] is self.function and place[1] in first
                where = self.flows.number if self.function is None else self.function
                self.flows.changes.append((place, 1 + more, where, own))

    def _set_attribute(self, base: ast.expr, name: str) -> None:
        """o.w = v changes o; of a class it changes what w is there."""
        self.change(self.held(base))
        if isinstance(self.named(base), ast.ClassDef) or ast.unparse(base) == "cls":
            self.change([((ATTRIBUTE, f"{name}="), SAME)])

    def _define(self, node: Any) -> None:
        self.run([*getattr(node, "decorator_list", []), *defaults(node)])
        self.flows.entered[node] = self.module
        body = _Body(self.flows, self.module, node, self)
        if isinstance(node, ast.Lambda):
            self.flows.hand_on(node)
            self.flows.edge((node, RETURNED), body.held(node.body))
            body.visit(node.body)
        else:
            body.run_function(node.body)

    def _hand_on(self, node: ast.AST) -> None:
        """A function whose name is read and not called may be called with anything."""
        known = self.named(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
        if isinstance(known, tuple) and known[0] is not None:
            self._enter(known)
            self.flows.hand_on(known[0])
        elif isinstance(node, ast.Attribute) and known is None:
            for method in self.flows.methods.get(node.attr, ()):
                self.flows.hand_on(method)

    def _enter(self, known: tuple[Any, Module | None]) -> None:
        """Read a function of another file."""
        node, module = known
        if node not in self.flows.entered and module is not None and module is not self.module:
            _Body(self.flows, module, None, None)._define(node)

    def _call(self, node: ast.Call) -> None:
        name, known = last_of(node.func), self.named(node.func)
        self.flows.runs_text |= name in RUNNING_TEXT and self.function is None
        self._overwritten(node, name, known)
        if isinstance(known, ast.ClassDef):
            self.flows.add_methods(known)
            for method in known.body:
                if isinstance(method, ast.FunctionDef):
                    self._enter((method, getattr(known, "home", None)))
                    if method.name in ("__init__", "__post_init__"):
                        self._pass(method, node)
        elif known is None:
            methods = self.flows.methods.get(name, {})
            for function in methods if isinstance(node.func, ast.Attribute) else ():
                self._pass(function, node)
            if not methods and name not in KNOWN:
                self._pass_on(node)
                for function in self.flows.handed_on:
                    self.flows.calls.setdefault(self.function, {})[function] = None
        elif known[0] is not None:
            self._enter(known)
            self._pass(known[0], node)
        else:
            self._call_back(node)

    def _pass(self, function: ast.AST, node: ast.Call) -> None:
        """The parameters of a function stand for the arguments of a call."""
        self.flows.calls.setdefault(self.function, {})[function] = None
        for param in params_of(function):
            for arg in self._given(function, node, param):
                self.flows.edge((function, param), self.held(arg))

    def _pass_on(self, node: ast.Call) -> None:
        for arg in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.flows.edge(GIVEN, self.held(arg))

    def _call_back(self, node: ast.Call) -> None:
        """Python and NumPy call the functions that they are given with what else they are given;
        other libraries with what they make of it.
        """
        if self.module.imports.get(ast.unparse(node.func).partition(".")[0], "") not in CALLING:
            return
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        for arg in given:
            known = self.named(arg)
            function = arg if isinstance(arg, ast.Lambda) else None
            if isinstance(known, tuple) and known[0] is not None:
                function = known[0]
            if function is not None:
                self.flows.calls.setdefault(self.function, {})[function] = None
                for param in params_of(function):
                    for other in given:
                        self.flows.edge((function, param), self.held(other))

    def _overwritten(self, node: ast.Call, name: str, known: Any) -> None:
        """What a function of a library overwrites: its first argument, or where it says out=."""
        library = isinstance(known, tuple) and known[0] is None
        if name in IN_PLACE and (library or known is None) and node.args:
            self.change(self.held(node.args[0]))
        head, _, rest = self.dotted(node.func).partition(".")
        module = self.module.imports.get(head, "")
        ufunc = vars(np).get(name) if f"{module}.{rest}".startswith("numpy.") else None
        for arg in node.args[ufunc.nin :] if isinstance(ufunc, np.ufunc) else ():
            self.change(self.held(arg))
        for keyword in node.keywords:
            if keyword.arg == "out":
                self.change(self.held(keyword.value))
            elif (keyword.arg or "").startswith("overwrite_") or keyword.arg in ("inplace", "copy"):
                for arg in node.args if name not in ("array", "astype") else ():
                    self.change(self.held(arg))


def flows_of(module: Module, statements: Iterable[ast.stmt], origin: Any) -> Flows:
    """What flows where in the statements that run when a file is imported, and its functions.

    They are gone through twice: methods and functions that are handed on may come after their use.
    """
    statements = list(statements)
    flows = Flows(origin)
    flows.files[module.file] = module
    for cls in module.classes.values():
        flows.add_methods(cls)
    _Body(flows, module, None, None).run(statements)
    handed_on = list(flows.handed_on)
    flows.edges, flows.changes, flows.entered = {}, [], {}
    for function in handed_on:
        flows.hand_on(function)
    body = _Body(flows, module, None, None)
    for flows.number, statement in enumerate(statements):
        body.visit(statement)
    return flows
