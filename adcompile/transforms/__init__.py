"""From a trace to the trace of its derivative: tangent, adjoint, and the facts they need."""
