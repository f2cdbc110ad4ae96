"""Aspa: customer service in every channel, on the company's own machine."""

__version__ = "0.1.0"
