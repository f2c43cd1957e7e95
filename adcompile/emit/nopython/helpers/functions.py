"""Functions of numbers that loops compute of several numbers at once; those of C are calls."""

import numba
import numpy as np
from numba.extending import overload


def exponential(x):
    """exp(x), to the last bit but one."""


@overload(exponential, jit_options={"fastmath": {"contract"}})
def exponential_typed(x):
    if x != numba.types.float64:
        return lambda x: np.exp(x)

    def of_float(x):
        n = np.floor(min(max(x, -746.0), 710.0) * 1.4426950408889634 + 0.5)
        r = min(max(x, -746.0), 710.0) - n * 0.6931471803691238 - n * 1.9082149292705877e-10
        p = 1.6059043836821613e-10 * r + 2.08767569878681e-09
        p = (p * r + 2.505210838544172e-08) * r + 2.755731922398589e-07
        p = (p * r + 2.7557319223985893e-06) * r + 2.48015873015873e-05
        p = (p * r + 0.0001984126984126984) * r + 0.001388888888888889
        p = (p * r + 0.008333333333333333) * r + 0.041666666666666664
        p = (p * r + 0.16666666666666666) * r + 0.5
        p = (p * r + 1.0) * r + 1.0
        power = np.int64(n)
        half = power >> 1
        low = np.int64((half + 1023) << 52).view(np.float64)
        high = np.int64((power - half + 1023) << 52).view(np.float64)
        return p * low * high if x == x else x

    return of_float
