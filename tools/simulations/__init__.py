"""Coverage of the intervals and bias of the estimator, measured by simulation."""
