"""Python that Numba compiles without objects: the dialect, its helpers, and the drivers."""
