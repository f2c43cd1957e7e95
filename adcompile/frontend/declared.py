"""What a signature that Numba is given says of the parameters.

    @njit("float64(float64[:, :], int64)")
    def f(x, n): ...                            x: "float[:, :]", n: "int"
"""

from __future__ import annotations

import ast

from adcompile.frontend.entities import Function

COMPILERS = ("jit", "njit")
NUMBERS = {
    "float": ("float64", "double", "f8", "float_"),
    "float32": ("float32", "single", "f4"),
    "complex": ("complex128", "complex64", "c16", "c8"),
    "bool": ("boolean", "bool_", "b1"),
    "int": (
        "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "intp", "uintp",
        "int_", "uint", "intc", "uintc", "long_", "ulong", "short", "ushort", "byte", "char",
        "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1",
    ),
}  # fmt: skip
KINDS = {name: kind for kind, names in NUMBERS.items() for name in names}


def declared(function: Function) -> dict[str, ast.expr]:
    """The parameters that a signature says the type of, each with that as an annotation."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return {}
    order = (*node.args.posonlyargs, *node.args.args)
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and _last(decorator.func) in COMPILERS:
            types = _types(decorator)
            if types is not None and len(types) == len(order):
                notes = zip(order, map(_annotation, types))
                return {a.arg: ast.copy_location(note, a) for a, note in notes if note is not None}
    return {}


def _types(call: ast.Call) -> list[ast.expr] | None:
    """The types of the arguments; None where there are no signatures, or several."""
    named = [each.value for each in call.keywords if each.arg == "signature_or_function"]
    given: ast.expr | None = next(iter([*call.args[:1], *named]), None)
    if isinstance(given, ast.List):
        given = given.elts[0] if len(given.elts) == 1 else None
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        try:
            given = ast.parse(given.value.strip(), mode="eval").body
        except SyntaxError:
            return None
    match given:
        case ast.Call(args=types) | ast.Tuple(elts=types):
            return list(types)
    return None


def _annotation(given: ast.expr) -> ast.expr | None:
    """float64[:, ::1] as "float[:, :]"; None of what is neither a number nor an array of these."""
    if not isinstance(given, ast.Subscript):
        kind = KINDS.get(_last(given))
        return None if kind is None else ast.Constant(kind)
    kind, axes = KINDS.get(_last(given.value)), given.slice
    slices = axes.elts if isinstance(axes, ast.Tuple) else [axes]
    if kind is None or not all(isinstance(each, ast.Slice) for each in slices):
        return None
    return ast.Constant(f"{kind}[{', '.join(':' for _ in slices)}]")


def _last(given: ast.expr) -> str:
    """The name, or the last of a dotted one."""
    match given:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
