"""Measurements, one module each: ``add_options(parser)`` and ``measure(url, options) -> list[Result]``."""
