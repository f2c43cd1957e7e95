"""More calls for the tests of rows, as in cases.py: numpy.fft and what is written after it."""

from __future__ import annotations

from typing import Any

import numpy as np
from rules.drawn import T3, Dominant, Draw, M, S, V, array_data, call, data
from rules.row_checks import Case


class Complex(Draw):
    """An array of complex numbers."""

    def make(self, rng: np.random.Generator) -> Any:
        return super().make(rng) + 1j * super().make(rng)


ODD, Z, ZM = Draw(5), Complex(4), Complex(3, 4)
LINES = [call(V), call(ODD), call(M, axis=0), call(V, n=6), call(V, n=3), call(M, n=2, axis=0),
         call(V, norm="ortho"), call(V, norm="forward"), call(M, n=6, axis=-1)]  # fmt: skip
HALVES = [call(Z), call(ZM, axis=0), call(Z, n=7), call(Z, n=6), call(Z, n=4), call(Z, n=9),
          call(ZM, n=5, axis=0, norm="ortho"), call(Z, norm="forward"),
          call(Z, norm="backward")]  # fmt: skip
PLANES = [call(M), call(T3), call(T3, axes=(0, 2)), call(M, s=(4, 3), axes=(0, 1)),
          call(M, norm="ortho")]  # fmt: skip
PLANE_HALVES = [call(ZM), call(ZM, s=(3, 5), axes=(0, 1)), call(Complex(2, 3, 4), axes=(0, 1)),
                call(ZM, s=(2, 9), axes=(0, 1)), call(ZM, norm="forward")]  # fmt: skip
FOURIER: dict[str, list[Case]] = {
    **{f"numpy.fft.{name}": [*LINES, call(Z), call(Z, n=5)] for name in ("fft", "ifft")},
    "numpy.fft.rfft": LINES,
    "numpy.fft.irfft": HALVES,
    **{f"numpy.fft.{name}": [*PLANES, call(ZM), call(ZM, s=(4, 3), axes=(0, 1))]
       for name in ("fft2", "ifft2", "fftn", "ifftn")},
    **{f"numpy.fft.{name}": PLANES for name in ("rfft2", "rfftn")},
    **{f"numpy.fft.{name}": PLANE_HALVES for name in ("irfft2", "irfftn")},
    **{f"numpy.fft.{name}": [call(V), call(ODD), call(M), call(M, axes=1), call(T3, axes=(0, 2)),
                             call(ZM)] for name in ("fftshift", "ifftshift")},
    **{f"numpy.fft.{name}": [call(data(6), d=0.3), call(data(5), d=0.3)]
       for name in ("fftfreq", "rfftfreq")},
}  # fmt: skip
class Distinct(Draw):
    """A matrix with different real eigenvalues, far from symmetric."""

    def make(self, rng: np.random.Generator) -> Any:
        return super().make(rng) + np.diag(np.arange(10.0, 10.0 * self.shape[0] + 10.0, 10.0))


class WithNan(Draw):
    """Numbers of which two are none."""

    def make(self, rng: np.random.Generator) -> Any:
        values = super().make(rng)
        values.flat[1] = values.flat[-2] = np.nan
        return values


HOLES, HOLED = WithNan(5), WithNan(3, 4)
NAN_REDUCED = [call(HOLES), call(HOLED), call(HOLED, axis=0), call(HOLED, axis=-1, keepdims=True)]
NANS: dict[str, list[Case]] = {
    **{f"numpy.{name}": NAN_REDUCED for name in ("nanmax", "nanmin", "nanmean", "nanmedian")},
    "numpy.nanprod": [*NAN_REDUCED[:3], call(HOLED, axis=0, keepdims=True)],
    **{f"numpy.{name}": [*NAN_REDUCED, call(HOLES, ddof=1), call(HOLED, axis=0, ddof=1)]
       for name in ("nanvar", "nanstd")},
    **{f"numpy.{name}": [call(HOLES), call(HOLED), call(HOLED, axis=0), call(HOLED, axis=1)]
       for name in ("nancumsum", "nancumprod")},
    "numpy.nanquantile": [call(HOLES, data(0.3)), call(HOLED, data(0.4), axis=1, keepdims=True)],
    "numpy.nanpercentile": [call(HOLES, data(30)), call(HOLED, data(40), axis=1, keepdims=True)],
}  # fmt: skip
SQUARE = Dominant(3, 3)
FACTORS: dict[str, list[Case]] = {
    "numpy.linalg.lstsq": [
        call(Draw(4, 2), V, rcond=None), call(Draw(2, 4), Draw(2)), call(Draw(4, 2), Draw(4, 3)),
        call(SQUARE, Draw(3)), call(Draw(4, 2), Draw(4, 1)),
    ],
    "numpy.linalg.qr": [
        call(Draw(4, 3)), call(SQUARE), call(Draw(4, 3), mode="r"),
    ],
    "numpy.linalg.svdvals": [call(M), call(Draw(4, 3)), call(T3, order=1)],
    "numpy.linalg.eigvals": [call(Distinct(3, 3), order=1)],
}  # fmt: skip
RUNS: dict[str, list[Case]] = {
    **{f"numpy.{name}.accumulate": [call(V), call(M), call(M, axis=1), call(T3, axis=-1)]
       for name in ("maximum", "minimum")},
    "numpy.add.reduceat": [
        call(V, array_data(0, 2)), call(Draw(6), array_data(1, 4, 2)), call(M, array_data(0, 1)),
        call(V, array_data(1, 1, 3), axis=0),
    ],
    "numpy.unwrap": [
        call(Draw(9, low=-20.0, high=20.0)), call(M, axis=0), call(M, period=1.0, discont=0.6),
    ],
    "numpy.frexp": [call(Draw(4, low=0.6, high=0.9)), call(M)],
    "numpy.ldexp": [call(V, data(3)), call(M, array_data(1, 2, -1, 0)), call(S, data(2))],
}  # fmt: skip
NUMPY_CASES: dict[str, list[Case]] = {**FOURIER, **NANS, **FACTORS, **RUNS}
NUMPY_CONSTANTS: dict[str, list[Case]] = {
    **{f"numpy.{name}": NAN_REDUCED for name in ("nanargmax", "nanargmin")},
    "numpy.argpartition": [call(V, data(2)), call(M, data(1), axis=0), call(M, data(1), axis=None)],
    "numpy.lexsort": [call(M)],
    **{f"numpy.{name}": [call(data(6))] for name in ("hanning", "hamming", "blackman", "bartlett")},
    "numpy.kaiser": [call(data(6), data(2.0))],
    **{f"numpy.{name}": [call(Draw(3, 3)), call(Draw(3, 3), k=1)]
       for name in ("tril_indices_from", "triu_indices_from")},
    "numpy.diag_indices_from": [call(Draw(3, 3))],
    **{f"numpy.{name}": [call(M), call(S)] for name in ("isreal", "iscomplex")},
    "numpy.linalg.matrix_rank": [call(M), call(T3), call(M, tol=0.1)],
}
