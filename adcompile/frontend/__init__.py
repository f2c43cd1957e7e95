"""The front end: functions and files to Traces.  The only place that rejects user code."""
