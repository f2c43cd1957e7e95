"""Random programs of equations between whole arrays: broadcasting, slices, updates, sums, loops."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np
from hypothesis import strategies as st

LENGTHS = st.sampled_from([0, 1, 1, 2, 3, 3, 4])
BINARY = (
    "{} + {}", "{} - {}", "{} * {}", "{} * {}", "np.maximum({}, {})", "{} / (1.5 + {} ** 2)",
    "np.where({0} > {1}, {1}, {0})", "np.minimum({}, 0.3 * {})",
)  # fmt: skip
UNARY = (
    "np.sin({})", "-{}", "{} ** 2", "np.sqrt({0} * {0} + 1.0)", "0.5 * {}", "np.tanh({})",
    "np.exp(-{0} * {0})", "{}.copy()", "np.zeros_like({})", "np.abs({})", "np.clip({}, -0.4, 0.6)",
)  # fmt: skip
VIEWS = (
    "{}.T", "{}[::-1]", "{}[None]", "{}[:, None]", "{}[1:]", "{}[:-1]", "{}[::2]", "{}[-2:]",
    "{}[0]", "{}[:, 0]", "{}[:, ::-1]", "{}[1:, 1:]", "{}[..., :-1]", "{}[-1]", "{}[k:]", "{}[:k]",
    "np.expand_dims({}, -1)", "{}[1:3]", "{}[:, k:]", "{}[k - 2:]", "np.swapaxes({}, 0, 1)",
)  # fmt: skip
SUMS = (
    "np.sum({})", "np.sum({}, axis=0)", "np.sum({}, axis=-1)", "np.sum({}, axis=1, keepdims=True)",
    "np.max({}, axis=0)", "np.min({})", "np.mean({}, axis=0)", "np.max({}, axis=-1)",
    "np.sum({}, axis=(0, 1))", "np.mean({})", "np.prod({}, axis=0)", "np.sum({}, axis=1)",
)  # fmt: skip
PRODUCTS = ("{} @ {}", "np.dot({}, {})", "np.outer({}, {})", "({}).T @ {}")
PLACES = (
    "[1:]", "[:-1]", "[:]", "[::2]", "[0]", "[-1]", "[:, 1:]", "[1:-1]", "[::-1]", "[k:]",
    "[k:k + 2]", "[k - 1:k + 1]", "[:, k:k + 2]", "[k - 3:]",
)  # fmt: skip


class Writer:
    """Writes lines that run; `values` are those of the names so far."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        n, m = draw(LENGTHS), draw(LENGTHS)
        rng = np.random.default_rng(draw(st.integers(0, 99)))
        shapes = {"a": (n, m), "b": draw(st.sampled_from([(n, m), (m, n), (1, m), (n, 1)])),
                  "u": (m,), "v": (draw(st.sampled_from([m, n, 1])),)}  # fmt: skip
        self.args = {name: rng.uniform(-1, 1, shape) for name, shape in shapes.items()}
        self.values: dict[str, Any] = copy.deepcopy(self.args) | {"k": 1, "np": np}
        self.lines: list[str] = []
        self.count = 0

    def pick(self, items: Any) -> Any:
        return self.draw(st.sampled_from(list(items)))

    def names(self) -> list[str]:
        return [n for n, v in self.values.items() if isinstance(v, np.ndarray)]

    def expression(self) -> str:
        form = self.draw(st.integers(0, 9))
        one = self.operand()
        if form <= 3:
            return self.pick(BINARY).format(one, self.operand())
        if form <= 5:
            return self.pick(UNARY).format(one)
        if form <= 7:
            return self.pick(SUMS).format(one)
        return self.pick(PRODUCTS).format(one, self.operand()) if form == 8 else one

    def operand(self) -> str:
        name = self.pick(self.names())
        return self.pick(VIEWS).format(name) if self.draw(st.booleans()) else name

    def line(self) -> str:
        form = self.draw(st.integers(0, 9))
        if form <= 5:
            self.count += 1
            return f"w{self.count} = {self.expression()}"
        name = self.pick(self.names())
        if form <= 7:
            op = self.pick(("=", "+=", "-=", "*="))
            return f"{name}{self.pick(PLACES)} {op} {self.expression()}"
        return f"{name} = {self.pick((name, '0.5 * ' + name))} + {self.expression()}"

    def add(self, lines: list[str]) -> None:
        """Add lines if they run and keep the numbers small."""
        after = copy.deepcopy({n: v for n, v in self.values.items() if n != "np"}) | {"np": np}
        memo: dict[int, Any] = {}
        after = {n: v if n == "np" else copy.deepcopy(v, memo) for n, v in self.values.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                exec("\n".join(lines), after)
            except (ValueError, IndexError, TypeError, Warning, np.exceptions.AxisError):
                return
        after.pop("__builtins__", None)
        numbers = [v for v in after.values() if isinstance(v, (float, np.ndarray))]
        if all(np.all(np.abs(v) < 1e6) for v in numbers):
            self.values = {n: v for n, v in after.items() if n not in ("i",)}
            self.lines += lines

    def program(self) -> tuple[str, dict[str, Any]]:
        for _ in range(self.draw(st.integers(2, 9))):
            if self.draw(st.integers(0, 3)):
                self.add([self.line()])
            else:
                inner = [f"    {self.line()}" for _ in range(self.draw(st.integers(1, 3)))]
                self.add([f"for i in range({self.pick((2, 3))}):", *inner])
        kept = [n for n, v in self.values.items() if isinstance(v, (float, np.ndarray))]
        total = " + ".join(f"np.sum(np.cos({name}))" for name in sorted(kept))
        body = ["def f(a, b, u, v, k):", *self.lines, f"return {total}"]
        return "\n    ".join(body) + "\n", {**self.args, "k": 1}


@st.composite
def array_programs(draw: Any) -> tuple[str, dict[str, Any]]:
    """The text of a function f(a, b, u, v, k), and arguments for it."""
    return Writer(draw).program()
