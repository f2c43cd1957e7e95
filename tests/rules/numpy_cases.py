"""More calls for the tests of rows, as in cases.py: numpy.fft and what is written after it."""

from __future__ import annotations

from typing import Any

import numpy as np
from rules.drawn import SQUARE, T3, Complex, Draw, M, S, V, array_data, call, data
from rules.row_checks import Case

ODD, Z, ZM = Draw(5), Complex(4), Complex(3, 4)
LINES = [call(V), call(ODD), call(M, axis=0), call(V, n=6), call(V, n=3), call(M, n=2, axis=0),
         call(V, norm="ortho"), call(V, norm="forward"), call(M, n=6, axis=-1)]  # fmt: skip
HALVES = [call(Z), call(ZM, axis=0), call(Z, n=7), call(Z, n=6), call(Z, n=4), call(Z, n=9),
          call(ZM, n=5, axis=0, norm="ortho"), call(Z, norm="forward"),
          call(Z, norm="backward")]  # fmt: skip
PLANES = [call(M), call(T3), call(T3, axes=(0, 2)), call(M, s=(4, 3), axes=(0, 1)),
          call(M, norm="ortho"), call(M, s=(2, -1), axes=(0, 1)),
          call(M, s=(-1, 5), axes=(1, 0))]  # fmt: skip
PLANE_HALVES = [call(ZM), call(ZM, s=(3, 5), axes=(0, 1)), call(Complex(2, 3, 4), axes=(0, 1)),
                call(ZM, s=(2, 9), axes=(0, 1)), call(ZM, norm="forward"),
                call(ZM, s=(3, -1), axes=(0, 1))]  # fmt: skip
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
    "numpy.kaiser": [call(data(6), 2.3), call(data(5), Draw(low=5.0, high=20.0)),
        call(data(1), 0.7)],
    "numpy.frexp": [call(Draw(4, low=0.6, high=0.9)), call(M)],
    "numpy.ldexp": [call(V, data(3)), call(M, array_data(1, 2, -1, 0)), call(S, data(2))],
}  # fmt: skip
KNOTS = np.array([0.0, 0.0, 0.0, 0.0, 0.4, 0.7, 1.0, 1.0, 1.0, 1.0])
SPLINE = (KNOTS, np.array([0.3, 0.9, -0.4, 1.2, 0.5, 0.8, 0.0, 0.0, 0.0, 0.0]), 3)
UNIT = {"low": 0.2, "high": 0.8}
ORDERS = {  # what stands before the argument, and where that is
    "expn": ((1, 3), {"low": 0.5}), "zeta": ((1.5, 3.0), {"low": 0.5}),
    **dict.fromkeys(("hyp0f1", "gammaincinv", "gammainccinv", "stdtrit"), ((0.6, 2.5), UNIT)),
    **dict.fromkeys(("stdtr", "chdtr", "chdtrc"), ((3.0, 2.5), {"low": 0.5})),
    **dict.fromkeys(("pdtr", "pdtrc"), ((2.0, 3.5), {"low": 0.5})),
    **dict.fromkeys(("kn", "yn", "spherical_jn", "spherical_yn", "spherical_in"),
                    ((0, 2), {"low": 0.5})),
    **dict.fromkeys(("kve", "jve", "yve", "struve", "modstruve"), ((0.6, 2.0), {"low": 0.5})),
    **{f"eval_{name}": ((0, 3), UNIT) for name in (
        "legendre", "chebyt", "chebyu", "hermite", "hermitenorm", "laguerre")},
}  # fmt: skip
OF_SCIPY: dict[str, list[Case]] = {
    **{f"scipy.stats.norm.{name}": [
        call(Draw(2, 3, **UNIT)), call(Draw(**UNIT), loc=Draw(), scale=Draw(low=0.5)),
        call(Draw(2, 3, **UNIT), loc=Draw(3), scale=Draw(low=0.5)),
        call(Draw(3, **UNIT), scale=Draw(3, low=0.5)),
    ] for name in ("pdf", "logpdf", "cdf", "sf", "logcdf", "logsf", "ppf", "isf")},
    **{f"scipy.special.{name}": [
        *(call(data(order), Draw(2, 3, **where)) for order in orders),
        call(data(orders[1]), Draw(**where)), call(array_data(*orders), Draw(3, 2, **where)),
    ] for name, (orders, where) in ORDERS.items()},
    **{f"scipy.special.{name}": [call(*map(data, before), Draw(3, **UNIT)) for before in several]
       for name, several in {
        "hyp1f1": [(0.5, 1.5)], "hyperu": [(0.5, 1.5)], "hyp2f1": [(0.5, 1.5, 0.7)],
        "betaincc": [(1.5, 0.7)], "betaincinv": [(1.5, 0.7)], "betainccinv": [(1.5, 0.7)],
        "eval_genlaguerre": [(0, 0.5), (3, 0.5)], "eval_gegenbauer": [(0, 1.5), (3, 1.5)],
        "eval_jacobi": [(0, 0.5, 1.5), (3, 0.5, 1.5)],
    }.items()},
    **{f"scipy.special.{name}": [
        call(Draw(3, low=0.5), data(0.7)), call(Draw(2, 3, low=0.5), array_data(0.5, 1.0, 2.0)),
        call(0.7, data(2)),
    ] for name in ("boxcox", "boxcox1p", "inv_boxcox", "inv_boxcox1p")},
    "scipy.special.multigammaln": [
        call(Draw(3, low=2.0, high=4.0), data(3)), call(Draw(low=2.0, high=4.0), data(1)),
    ],
    **{f"scipy.special.{name}": [call(Draw(low=0.5)), call(Draw(2, 3, low=0.5))]
       for name in ("sici", "shichi", "fresnel", "airy")},
    "scipy.special.lambertw": [call(V, k=data(0), tol=data(1e-8))],
    "scipy.interpolate.splev": [
        call(Draw(3, **UNIT), data(SPLINE)), call(Draw(2, 2, **UNIT), data(SPLINE), der=1, ext=1),
        call(Draw(**UNIT), data(SPLINE)),
        call(Draw(8, low=-0.9, high=1.9), data(SPLINE), ext=3),
        call(Draw(8, low=-0.9, high=1.9), data(SPLINE), ext=1),
    ],
    "scipy.special.ellipj": [call(Draw(3), data(0.3)), call(Draw(), data(0.7))],
    **{f"scipy.linalg.{name}": [call(SQUARE, SQUARE)]
       for name in ("solve_continuous_lyapunov", "solve_discrete_lyapunov")},
    "scipy.linalg.solve_sylvester": [call(SQUARE, SQUARE, SQUARE), call(SQUARE, Draw(2, 2),
                                                                        Draw(3, 2))],
}  # fmt: skip
SUMS_OF_EXPONENTIALS: dict[str, list[Case]] = {
    "scipy.special.polygamma": [
        call(data(1), Draw(3, low=0.5)), call(data(2), Draw(2, 3, low=0.5)), call(data(1), 0.7),
    ],
    **{f"scipy.special.{name}": [
        call(data(1.5), Draw(3, low=0.5)), call(array_data(0.6, 1.0, 2.0), Draw(2, 3, low=0.5)),
        call(data(2), 0.7), call(array_data(0.6, 2.5), Draw(low=0.5)),
    ] for name in ("jv", "jn", "yv", "iv", "kv", "ive", "gammainc", "gammaincc")},
    "scipy.special.betainc": [
        call(data(1.5), data(0.7), Draw(3, low=0.2, high=0.8)), call(data(2), data(0.7), 0.4),
        call(array_data(0.5, 2.0), data(0.7), Draw(3, 2, low=0.2, high=0.8)),
    ],
    "scipy.special.logsumexp": [
        call(V), call(M), call(M, axis=0), call(M, axis=-1, keepdims=True), call(T3, axis=(0, 2)),
        call(M, b=None),
    ],
    **{f"scipy.special.{name}": [call(V), call(M), call(M, axis=0), call(T3, axis=-1)]
       for name in ("softmax", "log_softmax")},
}  # fmt: skip
NUMPY_CASES: dict[str, list[Case]] = {**FOURIER, **NANS, **RUNS, **SUMS_OF_EXPONENTIALS, **OF_SCIPY}
NUMPY_CONSTANTS: dict[str, list[Case]] = {
    **{f"numpy.{name}": NAN_REDUCED for name in ("nanargmax", "nanargmin")},
    "numpy.argpartition": [call(V, data(2)), call(M, data(1), axis=0), call(M, data(1), axis=None)],
    "numpy.lexsort": [call(M)],
    **{f"numpy.{name}": [call(data(6))] for name in ("hanning", "hamming", "blackman", "bartlett")},
    **{f"numpy.{name}": [call(Draw(3, 3)), call(Draw(3, 3), k=1)]
       for name in ("tril_indices_from", "triu_indices_from")},
    "numpy.diag_indices_from": [call(Draw(3, 3))],
    **{f"numpy.{name}": [call(M), call(S)] for name in ("isreal", "iscomplex")},
    "scipy.special.gammasgn": [call(S), call(M)],
    "numpy.linalg.matrix_rank": [call(M), call(T3), call(M, tol=0.1)],
}
