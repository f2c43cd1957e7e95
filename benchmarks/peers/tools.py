"""JAX (jit), PyTorch and HIPS autograd: arrays, loops, and gradients as calls."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.measure import Call


class Tool:
    """What the forms ask of a tool; `np` is its module of functions like NumPy's."""

    np: Any

    def array(self, value: Any) -> Any:
        """Data as the tool's array."""
        return self.np.asarray(value)

    def loop(self, step: Any, carry: Any, xs: Any) -> Any:
        """What is carried, after a step for each of xs."""
        for x in xs:
            carry = step(carry, x)
        return carry

    def reversed(self, x: Any) -> Any:
        return x[::-1]

    def least(self, rows: Any) -> Any:
        return self.np.min(rows, axis=1)

    def logsumexp(self, a: Any, axis: int) -> Any:
        top = self.np.max(a, axis=axis, keepdims=True)
        return self.np.log(self.np.sum(self.np.exp(a - top), axis=axis)) + top.squeeze(axis)

    def free(self, form: Any, args: Sequence[Any], wrt: Sequence[int]) -> tuple[Any, list[Any]]:
        """The form as a function of all its reals that are arrays or independent, and these."""
        moving = [i for i, a in enumerate(args) if i in wrt or isinstance(a, np.ndarray)]

        def function(*values: Any) -> Any:
            whole = list(args)
            for i, value in zip(moving, values):
                whole[i] = value
            return form(self, *whole)

        return function, [self.array(args[i]) for i in moving]


class Jax(Tool):
    def __init__(self) -> None:
        import jax

        jax.config.update("jax_enable_x64", True)
        self.jax, self.np = jax, jax.numpy

    def loop(self, step: Any, carry: Any, xs: Any) -> Any:
        return self.jax.lax.scan(lambda c, x: (step(c, x), None), carry, self.np.asarray(xs))[0]

    def gradient(self, form: Any, args: Sequence[Any], wrt: Sequence[int]) -> Call:
        function, values = self.free(form, args, wrt)
        moving = [i for i, a in enumerate(args) if i in wrt or isinstance(a, np.ndarray)]
        places = tuple(moving.index(i) for i in wrt)
        gradient = self.jax.jit(self.jax.grad(function, argnums=places))
        return lambda: self.jax.block_until_ready(gradient(*values))

    def newton(self, form: Any, args: Sequence[Any]) -> Call:
        points, centroids = (self.array(a) for a in args)
        ones = self.np.ones_like(centroids)

        def direction(points: Any, centroids: Any) -> Any:
            gradient = self.jax.grad(functools.partial(form, self, points))
            slope, curvature = self.jax.jvp(gradient, (centroids,), (ones,))
            return slope / curvature

        compiled = self.jax.jit(direction)
        return lambda: compiled(points, centroids).block_until_ready()


class Torch(Tool):
    def __init__(self) -> None:
        import torch

        torch.set_num_threads(1)
        self.np = self.torch = torch

    def array(self, value: Any) -> Any:
        return self.torch.tensor(value, dtype=self.torch.float64)

    def reversed(self, x: Any) -> Any:
        return self.torch.flip(x, (0,))

    def least(self, rows: Any) -> Any:
        return self.torch.min(rows, dim=1).values

    def logsumexp(self, a: Any, axis: int) -> Any:
        return self.torch.logsumexp(a, axis)

    def gradient(self, form: Any, args: Sequence[Any], wrt: Sequence[int]) -> Call:
        function, values = self.free(form, args, wrt)
        moving = [i for i, a in enumerate(args) if i in wrt or isinstance(a, np.ndarray)]
        free = [values[moving.index(i)].requires_grad_() for i in wrt]
        return lambda: self.torch.autograd.grad(function(*values), free)

    def newton(self, form: Any, args: Sequence[Any]) -> Call:
        points, centroids = (self.array(a) for a in args)
        centroids.requires_grad_()

        def direction() -> Any:
            (slope,) = self.torch.autograd.grad(
                form(self, points, centroids), centroids, create_graph=True
            )
            (curvature,) = self.torch.autograd.grad(slope.sum(), centroids)
            return slope.detach() / curvature

        return direction


class Autograd(Tool):
    def __init__(self) -> None:
        import autograd
        import autograd.numpy

        self.autograd, self.np = autograd, autograd.numpy

    def array(self, value: Any) -> Any:
        return value

    def logsumexp(self, a: Any, axis: int) -> Any:
        from autograd.scipy.special import logsumexp

        return logsumexp(a, axis)

    def gradient(self, form: Any, args: Sequence[Any], wrt: Sequence[int]) -> Call:
        function, values = self.free(form, args, wrt)
        moving = [i for i, a in enumerate(args) if i in wrt or isinstance(a, np.ndarray)]
        gradient = self.autograd.grad(function, tuple(moving.index(i) for i in wrt))
        return lambda: gradient(*values)

    def newton(self, form: Any, args: Sequence[Any]) -> Call:
        points, centroids = args
        gradient = self.autograd.grad(functools.partial(form, self, points))
        curvature = self.autograd.elementwise_grad(gradient)
        return lambda: gradient(centroids) / curvature(centroids)


jax = functools.cache(Jax)
torch = functools.cache(Torch)
autograd = functools.cache(Autograd)
