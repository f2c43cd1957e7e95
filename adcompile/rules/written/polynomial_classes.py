"""np.poly1d and numpy.polynomial.Polynomial written out in the accepted language."""

from __future__ import annotations

import numpy as np

from adcompile.rules.written.facts import refuse


class Poly1d:
    """Coefficients from the highest power down.  Zeros in front stay: they may move."""

    def __init__(self, c_or_r, r=False, variable=None):
        if isinstance(c_or_r, Poly1d):
            given = c_or_r.held
        else:
            given = np.atleast_1d(c_or_r)
        self.held = np.poly(given) if r else given

    @property
    def coeffs(self):
        if len(self.held) > 1 and self.held[0] == 0:
            raise ValueError("np.poly1d drops a first coefficient of 0, which may be active")
        return self.held

    c = coef = coefficients = coeffs

    @property
    def order(self):
        return len(self.coeffs) - 1

    o = order

    @property
    def roots(self):
        return np.roots(self.coeffs)

    r = roots

    def __len__(self):
        return self.order

    def __iter__(self):
        return iter(self.coeffs)

    def __getitem__(self, power):
        if power < 0 or power >= len(self.held):
            return 0
        return self.held[len(self.held) - 1 - power]

    def __call__(self, val):
        if isinstance(val, Poly1d):
            total = Poly1d(self.held[:1])
            for i in range(1, len(self.held)):
                total = total * val + self.held[i]
            return total
        return np.polyval(self.held, val)

    def deriv(self, m=1):
        return Poly1d(np.polyder(self.held, m))

    def integ(self, m=1, k=0):
        return Poly1d(np.polyint(self.held, m, k))

    def __neg__(self):
        return Poly1d(-self.held)

    def __pos__(self):
        return self

    def __add__(self, other):
        return Poly1d(np.polyadd(self.held, Poly1d(other).held))

    def __radd__(self, other):
        return Poly1d(np.polyadd(Poly1d(other).held, self.held))

    def __sub__(self, other):
        return Poly1d(np.polysub(self.held, Poly1d(other).held))

    def __rsub__(self, other):
        return Poly1d(np.polysub(Poly1d(other).held, self.held))

    def __mul__(self, other):
        if isinstance(other, Poly1d):
            return Poly1d(np.polymul(self.held, other.held))
        return Poly1d(self.held * other)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        if isinstance(other, Poly1d):
            refuse("the quotient of two np.poly1d has no derivative; use np.polydiv")
        return Poly1d(self.held / other)

    def __pow__(self, val):
        coef = np.ones(1)
        for _ in range(val):
            coef = np.polymul(coef, self.held)
        return Poly1d(coef)


class Polynomial:
    """Coefficients from the lowest power up, of what `domain` is mapped to: `window`."""

    def __init__(self, coef, domain=None, window=None, symbol="x"):
        self.coef = np.atleast_1d(coef) + 0.0
        self.is_mapped = domain is not None or window is not None
        self.domain = np.array([-1.0, 1.0]) if domain is None else np.asarray(domain) + 0.0
        self.window = np.array([-1.0, 1.0]) if window is None else np.asarray(window) + 0.0

    @classmethod
    def fit(cls, x, y, deg, domain=None, rcond=None, full=False, w=None, window=None):
        if full:
            refuse("Polynomial.fit has a derivative without full only")
        points = np.asarray(x) + 0.0
        found = cls(np.zeros(1), np.stack((np.min(points), np.max(points))), window)
        if domain is not None:
            found = cls(np.zeros(1), domain, window)
        off, scl = found.mapparms()
        coef = np.polynomial.polynomial.polyfit(off + scl * points, y, deg, w=w)
        return cls(coef, found.domain, found.window)

    def mapparms(self):
        below, above = self.domain
        low, high = self.window
        width = above - below
        return (above * low - below * high) / width, (high - low) / width

    def with_coef(self, coef):
        if self.is_mapped:
            return Polynomial(coef, self.domain, self.window)
        return Polynomial(coef)

    def other_coef(self, other):
        if isinstance(other, Polynomial):
            if self.is_mapped or other.is_mapped:
                refuse("polynomials on a domain of their own have no arithmetic; use convert()")
            return other.coef
        return np.atleast_1d(other)

    def __call__(self, arg):
        if self.is_mapped:
            off, scl = self.mapparms()
            return np.polynomial.polynomial.polyval(off + scl * arg, self.coef)
        return np.polynomial.polynomial.polyval(arg, self.coef)

    def __len__(self):
        return len(self.coef)

    def __iter__(self):
        return iter(self.coef)

    def degree(self):
        return len(self.coef) - 1

    def deriv(self, m=1):
        coef = self.coef
        for _ in range(m):
            coef = np.polynomial.polynomial.polyder(coef) * self.mapparms()[1]
        return self.with_coef(coef)

    def integ(self, m=1, k=0):
        if m != 1:
            refuse("Polynomial.integ has a derivative for one integral at a time")
        coef = self.coef / self.mapparms()[1]
        return self.with_coef(np.polynomial.polynomial.polyint(coef, 1, k))

    def roots(self):
        off, scl = self.mapparms()
        found = np.roots(np.flip(self.coef, 0))
        found = found[np.argsort(found)]
        return (found - off) / scl if self.is_mapped else found

    def convert(self):
        off, scl = self.mapparms()
        total = self.coef[-1:]
        for i in range(len(self.coef) - 2, -1, -1):
            total = np.polynomial.polynomial.polymul(total, np.stack((off, scl)))
            total[0] += self.coef[i]
        return Polynomial(total)

    def __neg__(self):
        return self.with_coef(-self.coef)

    def __pos__(self):
        return self

    def __add__(self, other):
        return self.with_coef(np.polynomial.polynomial.polyadd(self.coef, self.other_coef(other)))

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self.with_coef(np.polynomial.polynomial.polysub(self.coef, self.other_coef(other)))

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        if isinstance(other, Polynomial):
            coef = np.polynomial.polynomial.polymul(self.coef, self.other_coef(other))
            return self.with_coef(coef)
        return self.with_coef(self.coef * other)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self.with_coef(self.coef / other)

    def __pow__(self, other):
        coef = np.ones(1)
        for _ in range(other):
            coef = np.polynomial.polynomial.polymul(coef, self.coef)
        return self.with_coef(coef)
