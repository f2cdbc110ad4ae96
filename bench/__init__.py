"""The measured promises, each beside its floor in the same run: `python -m bench [NAME...]`; see docs/benchmarks.md."""
