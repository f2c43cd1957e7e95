"""np.broadcast written out in the accepted language: what is asked of it is its shape."""

from __future__ import annotations

import numpy as np


class Broadcast:
    def __init__(self, *args):
        whole = 0
        for part in args:
            whole = whole + np.zeros(np.shape(part))
        self.shape = np.shape(whole)
        self.size = np.size(whole)
        self.ndim = np.ndim(whole)
        self.nd = self.ndim
        self.numiter = len(args)
